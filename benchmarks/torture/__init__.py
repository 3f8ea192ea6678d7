"""The long fault tests: the same faults as in tests/faults, many times over, with the counts compared at the end."""

import sys
from pathlib import Path

for _place in ("tests", "tests/worker"):  # what the short tests stand on
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent.parent / _place))
