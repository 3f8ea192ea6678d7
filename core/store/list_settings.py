"""What a connection decided about its lists: rules for suppression, the unsubscribe page, its groups."""

import json
from typing import Any

import sqlalchemy as sa

from core.store.rows import Source, many, one, put, table
from core.store.tables import ListSettings

_settings = table(ListSettings)


def get(source: Source, connection_id: int) -> ListSettings:
    """What was decided, or what holds where nothing was."""
    found = one(source, ListSettings, _settings.c.connection_id == connection_id)
    return found or ListSettings(connection_id=connection_id, changed_at=0)


def group_keys(source: Source, connection_id: int) -> set[str]:
    """The keys of the groups, where Amazon's list may manage them; what cannot be read is none."""
    found = get(source, connection_id)
    if not found.contact_list:
        return set()
    try:
        return {str(pair[0]) for pair in json.loads(found.groups)}
    except (ValueError, TypeError, IndexError, KeyError):
        return set()


def all(source: Source) -> list[ListSettings]:
    """The settings of every connection that decided anything."""
    return many(source, ListSettings, sa.select(_settings))


def change(conn: sa.Connection, connection_id: int, now: int, **values: Any) -> ListSettings:
    """Set some of the columns and leave the others as they are; returns what holds now."""
    changed = conn.execute(
        sa.update(_settings)
        .where(_settings.c.connection_id == connection_id)
        .values(changed_at=now, **values)
    )
    if changed.rowcount == 0:
        put(conn, ListSettings(connection_id=connection_id, changed_at=now, **values))
    return get(conn, connection_id)
