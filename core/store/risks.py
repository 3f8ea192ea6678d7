"""What an operator switched off that a power cut then costs: settings of PostgreSQL that make a commit less than durable."""

from core.store.engine import Store

_ASKED = {
    "fsync": "A power cut can then lose what was confirmed, or damage the database.",
    "full_page_writes": "A power cut can then damage the database.",
    "synchronous_commit": "A power cut can then lose what was confirmed.",
}


def risks(store: Store) -> tuple[str, ...]:
    """A sentence for each such setting, as our own connections see it. SQLite's are ours alone. Raises Unavailable."""
    if store.dialect != "postgresql":
        return ()
    with store.read() as conn:
        off = [name for name in _ASKED if conn.exec_driver_sql(f"SHOW {name}").scalar() == "off"]
    return tuple(
        f"PostgreSQL runs with {name} = off. {_ASKED[name]} Set it to on in postgresql.conf, then reload the server."
        for name in off
    )
