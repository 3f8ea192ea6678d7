"""The fixtures of houses, of breaking and of killing, for every test beside this file."""

from breaking import bench  # noqa: F401
from houses import folder, house, module_store, port  # noqa: F401
from killing import walker  # noqa: F401
