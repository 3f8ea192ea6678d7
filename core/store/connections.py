"""Connections: the SES accounts that were set up."""

import json
from collections.abc import Collection
from dataclasses import dataclass
from uuid import uuid4

import sqlalchemy as sa

from core.errors import BadInput, Conflict
from core.store.bulk import run
from core.store.engine import Store
from core.store.rows import Source, many, one, reading, table
from core.store.rows import add as _add
from core.store.tables import (
    ApiToken,
    Callback,
    Connection,
    Credential,
    FindingRow,
    OutcomeRow,
    RawNotification,
    Rollup,
    RollupSpan,
    SentTest,
    StoredEvent,
    Suppression,
    Topic,
)

_connections = table(Connection)
_HELD = (
    RawNotification,
    StoredEvent,
    OutcomeRow,
    Rollup,
    RollupSpan,
    Suppression,
    FindingRow,
    SentTest,
    Credential,
    ApiToken,
)


@dataclass(frozen=True, slots=True)
class WhatGoes:
    """What is lost with a connection, as counts."""

    notifications: int
    events: int
    messages_to_recipients: int
    suppressions: int
    sent_tests: int
    topics: int
    callbacks: int


def all(source: Source) -> list[Connection]:
    """Every connection, by name."""
    return many(source, Connection, sa.select(_connections).order_by(_connections.c.name))


def by_name(source: Source, name: str) -> Connection | None:
    """The connection of this name."""
    return one(source, Connection, _connections.c.name == name)


def by_id(source: Source, connection_id: int) -> Connection | None:
    """The connection with this number."""
    return one(source, Connection, _connections.c.id == connection_id)


def existing(conn: sa.Connection, ids: Collection[int]) -> set[int]:
    """Which of these connections are still there; on PostgreSQL they stay until the transaction ends."""
    if conn.dialect.name == "postgresql":
        held = "SELECT id FROM connections WHERE id = ANY(?) ORDER BY id FOR KEY SHARE"
        return {row[0] for row in run(conn, held, (sorted(ids),))}
    there = "SELECT id FROM connections WHERE id IN (SELECT value FROM json_each(?))"
    return {row[0] for row in run(conn, there, (json.dumps(sorted(ids)),))}


def add(conn: sa.Connection, connection: Connection) -> Connection:
    """Store a new connection and give it its number and uuid. Raises BadInput (`name`) when the name is taken."""
    if by_name(conn, connection.name) is not None:
        raise BadInput("There is a connection of this name already. Choose another.", "name")
    connection.uuid = getattr(connection, "uuid", None) or str(uuid4())
    connection.id = _add(conn, connection)
    return connection


def note_step(conn: sa.Connection, connection_id: int, step: str, now: int) -> Connection | None:
    """Note that a step of the walk is done, for the first time alone; the connection as it is then, None when it is gone."""
    current = by_id(conn, connection_id)
    steps = json.loads(current.steps or "{}") if current is not None else {}
    if current is None or step in steps:
        return current
    current.steps = json.dumps({**steps, step: now})
    return save(conn, current, current.version)


def save(conn: sa.Connection, connection: Connection, expected_version: int) -> Connection:
    """Store a changed connection. Raises Conflict when somebody changed it since version `expected_version` was read."""
    other = by_name(conn, connection.name)
    if other is not None and other.id != connection.id:
        raise BadInput("There is a connection of this name already. Choose another.", "name")
    values = {
        c.name: getattr(connection, c.name) for c in _connections.columns if c.name not in ("id", "version")
    }
    changed = conn.execute(
        sa.update(_connections)
        .where(_connections.c.id == connection.id, _connections.c.version == expected_version)
        .values(values | {"version": expected_version + 1})
    )
    if changed.rowcount != 1:
        raise Conflict(
            "Somebody else changed this connection in the meantime. Look at it again, then repeat the change."
        )
    connection.version = expected_version + 1
    return connection


def what_goes(store: Store, connection_id: int) -> WhatGoes:
    """Count what `remove` would delete."""
    counted = (RawNotification, StoredEvent, OutcomeRow, Suppression, SentTest, Topic, Callback)
    with reading(store) as conn:
        counts = [
            conn.execute(
                sa.select(sa.func.count())
                .select_from(table(model))
                .where(table(model).c.connection_id == connection_id)
            ).scalar_one()
            for model in counted
        ]
    return WhatGoes(*counts)


def remove(conn: sa.Connection, connection_id: int) -> None:
    """Delete a connection with everything it holds."""
    for model in (*_HELD, Topic, Callback):
        conn.execute(sa.delete(table(model)).where(table(model).c.connection_id == connection_id))
    conn.execute(sa.delete(_connections).where(_connections.c.id == connection_id))
