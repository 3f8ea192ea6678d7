"""Set-ups and their steps: what was planned, tried, made and undone in Amazon, written down before and after each call."""

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from core.store.rows import Source, add, many, one, table
from core.store.tables import SetUp, SetUpStep

_set_ups, _steps = table(SetUp), table(SetUpStep)
STANDING = ("trying", "made", "changed", "waiting", "failed")  # something of ours may be there


def begin(conn: sa.Connection, set_up: SetUp, steps: Sequence[SetUpStep]) -> int:
    """Write a set-up down with its steps, none of them tried yet. Returns its number."""
    set_up.id = add(conn, set_up)
    for step in steps:
        step.set_up_id = set_up.id
        step.id = add(conn, step)
    return set_up.id


def by_id(source: Source, set_up_id: int) -> SetUp | None:
    """The set-up with this number."""
    return one(source, SetUp, _set_ups.c.id == set_up_id)


def of_connection(source: Source, connection_id: int) -> list[SetUp]:
    """The set-ups of a connection, newest first."""
    wanted = (
        sa.select(_set_ups).where(_set_ups.c.connection_id == connection_id).order_by(_set_ups.c.id.desc())
    )
    return many(source, SetUp, wanted)


def steps(source: Source, set_up_id: int) -> list[SetUpStep]:
    """The steps of a set-up, in the order in which they are done."""
    return many(
        source,
        SetUpStep,
        sa.select(_steps).where(_steps.c.set_up_id == set_up_id).order_by(_steps.c.position),
    )


def standing(source: Source, connection_id: int) -> list[SetUpStep]:
    """Every step of a connection that may have left something in Amazon, oldest first."""
    wanted = sa.select(_steps).where(_steps.c.connection_id == connection_id, _steps.c.state.in_(STANDING))
    return many(source, SetUpStep, wanted.order_by(_steps.c.set_up_id, _steps.c.position))


def to_state(conn: sa.Connection, set_up_id: int, state: str, now: int) -> None:
    """Note how far a set-up is."""
    conn.execute(sa.update(_set_ups).where(_set_ups.c.id == set_up_id).values(state=state, changed_at=now))


def note(conn: sa.Connection, step_id: int, values: Mapping[str, Any], now: int) -> None:
    """Note what became of a step: any of subject, state, before, after, finding."""
    conn.execute(sa.update(_steps).where(_steps.c.id == step_id).values({**values, "at": now}))
