"""Which SQLite driver we run on, and which guard against its WAL-reset bug is active.

SQLite 3.7.0 to 3.51.2 can corrupt a database in WAL mode that several connections use (fixed in 3.51.3, and in the
branches 3.44.6 and 3.50.7): https://sqlite.org/wal.html#walresetbug. The driver that pysqlite3 bundles is newer; where it
cannot be had and Python's own is affected, the store keeps a rollback journal instead: slower, and safe.
"""

import sqlite3
from dataclasses import dataclass
from types import ModuleType


@dataclass(frozen=True, slots=True)
class Driver:
    """A DB-API module for SQLite, and whether WAL may be used with it."""

    module: ModuleType
    wal: bool
    words: str


def wal_is_safe(version: tuple[int, int, int]) -> bool:
    """Whether this version of SQLite has the fix."""
    if version[:2] == (3, 44):
        return version[2] >= 6
    if version[:2] == (3, 50):
        return version[2] >= 7
    return version >= (3, 51, 3)


def choose() -> Driver:
    """The bundled driver where there is one with the fix, else Python's own."""
    modules: list[tuple[ModuleType, str]] = []
    try:
        import pysqlite3

        modules.append((pysqlite3, "bundled with pysqlite3"))
    except ImportError:
        pass
    modules.append((sqlite3, "this Python's own"))
    for module, origin in modules:
        if wal_is_safe(_version(module)):
            words = f"SQLite {module.sqlite_version} ({origin}); WAL, which this version handles safely"
            return Driver(module, True, words)
    return safe_mode(*modules[-1])


def safe_mode(module: ModuleType, origin: str) -> Driver:
    """The same driver without WAL."""
    words = (
        f"SQLite {module.sqlite_version} ({origin}); safe mode with a rollback journal, "
        "because this version can damage a WAL database (install pysqlite3 0.6.1 or newer for full speed)"
    )
    return Driver(module, False, words)


def _version(module: ModuleType) -> tuple[int, int, int]:
    major, minor, patch = (int(part) for part in module.sqlite_version.split(".")[:3])
    return major, minor, patch
