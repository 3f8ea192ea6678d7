"""Rotations of access keys: at most one of a connection, with the step it has come to."""

from collections.abc import Collection
from typing import Any

import sqlalchemy as sa

from core.errors import Conflict
from core.store.rows import Source, one, put, table
from core.store.tables import Rotation

_rotations = table(Rotation)
MOVED = "Somebody has gone on with this in the meantime. Look at it again."


def get(source: Source, connection_id: int) -> Rotation | None:
    """The rotation of a connection, None when none is under way."""
    return one(source, Rotation, _rotations.c.connection_id == connection_id)


def begin(conn: sa.Connection, rotation: Rotation, too_late: Collection[str]) -> None:
    """Begin, in the place of one that has come less far. Raises Conflict when one stands at a step of `too_late`."""
    there = get(conn, rotation.connection_id)
    if there is not None and there.step in too_late:
        raise Conflict(MOVED)
    put(conn, rotation)


def move(
    conn: sa.Connection, connection_id: int, steps: Collection[str], to: str, now: int, **values: Any
) -> None:
    """Go from one of these steps to another. Raises Conflict when somebody has moved it meanwhile."""
    changed = conn.execute(
        sa.update(_rotations)
        .where(_rotations.c.connection_id == connection_id, _rotations.c.step.in_(list(steps)))
        .values(step=to, changed_at=now, **values)
    )
    if changed.rowcount != 1:
        raise Conflict(MOVED)


def remove(conn: sa.Connection, connection_id: int, step: str) -> None:
    """Forget a rotation that stands at this step. Raises Conflict when it does not."""
    gone = conn.execute(
        sa.delete(_rotations).where(_rotations.c.connection_id == connection_id, _rotations.c.step == step)
    )
    if gone.rowcount != 1:
        raise Conflict(MOVED)


def drop(conn: sa.Connection, connection_id: int) -> None:
    """Forget whatever is there: the keys were replaced in another way."""
    conn.execute(sa.delete(_rotations).where(_rotations.c.connection_id == connection_id))
