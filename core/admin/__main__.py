"""`python -m core.admin`: run one verb and end with 0 (done), 1 (refused, with the reason) or 2 (wrong words)."""

import os
import sys

from core.admin.run import main

if __name__ == "__main__":
    try:
        code = main()
        sys.stdout.flush()
    except BrokenPipeError:  # whoever read along has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = 1
    sys.exit(code)
