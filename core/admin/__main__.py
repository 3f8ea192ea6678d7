"""`python -m core.admin`: run one verb and end with 0 (done), 1 (refused, with the reason) or 2 (wrong words)."""

import sys

from core.admin.run import main

if __name__ == "__main__":
    sys.exit(main())
