"""The house's fixtures, for every test beside this file."""

from houses import folder, house, module_store, port  # noqa: F401
