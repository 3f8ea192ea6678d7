"""Tests that the product sent. One that timed out is `unknown` and is never repeated by itself."""

from collections.abc import Sequence

import sqlalchemy as sa

from core.store.rows import Source, add, many, one, table
from core.store.tables import SentTest

_tests = table(SentTest)
STATES = ("sending", "accepted", "refused", "unknown")


def begin(
    conn: sa.Connection,
    connection_id: int,
    scenario: str,
    recipient: str,
    transport: str,
    member: str,
    now: int,
    drill: bool = False,
) -> int:
    """Note that a test is about to be sent; returns its number."""
    row = SentTest(
        connection_id=connection_id, scenario=scenario, recipient=recipient, transport=transport, member=member,
        started_at=now, drill=drill,
    )  # fmt: skip
    return add(conn, row)


def answered(
    conn: sa.Connection,
    test_id: int,
    state: str,
    now: int,
    message_id: str | None = None,
    finding: str | None = None,
) -> None:
    """Note what Amazon answered: a state of STATES, the message id, or a finding as JSON."""
    conn.execute(
        sa.update(_tests)
        .where(_tests.c.id == test_id)
        .values(state=state, message_id=message_id, finding=finding, answered_at=now)
    )


def give_up(conn: sa.Connection, before: int, now: int) -> int:
    """Tests that began before this moment and were never answered become `unknown` (the process died, for one)."""
    return conn.execute(
        sa.update(_tests)
        .where(_tests.c.state == "sending", _tests.c.started_at < before)
        .values(state="unknown", answered_at=now)
    ).rowcount


def recent(source: Source, connection_ids: Sequence[int], limit: int = 20) -> list[SentTest]:
    """The newest tests of these connections."""
    statement = (
        sa.select(_tests)
        .where(_tests.c.connection_id.in_(list(connection_ids)))
        .order_by(_tests.c.started_at.desc(), _tests.c.id.desc())
        .limit(limit)
    )
    return many(source, SentTest, statement)


def by_id(source: Source, test_id: int) -> SentTest | None:
    """The test with this number."""
    return one(source, SentTest, _tests.c.id == test_id)


def by_message_id(source: Source, connection_id: int, message_id: str) -> SentTest | None:
    """The test that was sent as this message."""
    return one(source, SentTest, _tests.c.connection_id == connection_id, _tests.c.message_id == message_id)
