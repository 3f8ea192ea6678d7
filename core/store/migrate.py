"""Bringing the schema up to date. One process migrates; the others wait and find it done. A newer schema is refused."""

from pathlib import Path

import sqlalchemy as sa

from core.errors import Unavailable
from core.store.before import keep_before_upgrade
from core.store.engine import Store

_SCRIPTS = Path(__file__).resolve().parent / "migrations"
_LOCK = 0x5E5DE5  # our name among PostgreSQL's advisory locks


def steps() -> list[str]:
    """The names of the migrations that this release knows, oldest first: the file names begin with them."""
    return sorted(path.name.split("_")[0] for path in (_SCRIPTS / "versions").glob("[0-9]*.py"))


def schema_of(conn: sa.Connection) -> str | None:
    """The migration the database stands at, None when it is empty."""
    if not sa.inspect(conn).has_table("alembic_version"):
        return None
    return conn.execute(sa.text("SELECT version_num FROM alembic_version")).scalar()


def migrate(store: Store) -> None:
    """Apply the migrations that are missing, all or nothing. Raises Unavailable for a schema from a newer release."""
    newest = steps()[-1]
    with store.read() as conn:
        if schema_of(conn) == newest:
            return
    with store.write() as conn:
        if store.dialect == "postgresql":
            conn.execute(sa.text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
        found = schema_of(conn)
        if found is not None and found not in steps():
            raise Unavailable(
                f"The database was made by a newer release of SES Desk (schema {found}, this release knows {newest}). "
                "Install that release again, or restore a backup from before."
            )
        if found != newest:
            if found is not None and store.dialect == "sqlite":
                keep_before_upgrade(store, conn, found)
            _upgrade(conn)


def _upgrade(conn: sa.Connection) -> None:
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(_SCRIPTS))
    config.attributes["connection"] = conn
    command.upgrade(config, "head")
