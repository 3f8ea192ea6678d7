"""Setting right where our list and Amazon's differ, either way: ours at once, Amazon's one address a second."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from core.aws import suppression as there
from core.aws.talk import Talk
from core.desk import Desk
from core.diagnosis import explain
from core.diagnosis.diagnosis import Diagnosis
from core.lists.amazon import context_of, talk_with
from core.members.actor import Actor
from core.members.roles import require, require_sight
from core.store import amazon_suppressed, audit, suppressions
from core.store.amazon_suppressed import Both
from core.store.engine import Store
from core.store.tables import Connection

AT_ONCE = 100  # addresses changed in one go at Amazon: about two minutes
PIECE = 500  # addresses put on our list in one transaction
_REASONS = {"BOUNCE": "bounce", "COMPLAINT": "complaint"}


@dataclass(frozen=True, slots=True)
class Change:
    """One address that was set right, or why Amazon refused. `number` counts from 1 to `of`."""

    number: int
    of: int
    finding: Diagnosis | None = None


def add_here(store: Store, connection: Connection, rows: Sequence[Both], actor: Actor, now: int) -> int:
    """Put on our list who stands on Amazon's, for Amazon's reason; returns how many are new."""
    require(actor, "operator")
    require_sight(actor, connection.id or 0)
    with store.write() as conn:
        put = _put_here(conn, connection.id or 0, rows, now)
        audit.append(
            conn, actor.name, "suppressions-added", connection.name, {"from Amazon's list": put}, now
        )
    return put


def add_all_here(store: Store, connection: Connection, actor: Actor, now: int) -> Iterator[int]:
    """Put everybody on our list who stands on Amazon's alone, in pieces, telling after each how many are new so far.

    Amazon is asked nothing. What was done is in the audit trail, whatever stops the rest; pressed again it goes on.
    """
    require(actor, "operator")
    require_sight(actor, connection.id or 0)
    put, after, number = 0, "", connection.id or 0
    try:
        while rows := amazon_suppressed.only_there(store, number, PIECE, after):
            with store.write() as conn:
                put += _put_here(conn, number, rows, now)
            after = rows[-1].address
            yield put
    finally:
        with store.write() as conn:
            detail = {"from Amazon's list": put}
            audit.append(conn, actor.name, "suppressions-added", connection.name, detail, now)


def _put_here(conn: Any, connection_id: int, rows: Sequence[Both], now: int) -> int:
    put = 0
    for row in sorted(rows):
        reason = _REASONS.get(row.there or "")
        if reason:
            since = min(row.updated_at or now, now)
            put += any(
                suppressions.suppress(
                    conn, connection_id, row.address, reason, now, note="Amazon's list", since=at
                )
                for at in (since, now)  # one that was taken off here since is meant to come back
            )
    return put


def put_there(
    desk: Desk, connection: Connection, rows: Sequence[Both], actor: Actor, now: int
) -> Iterator[Change]:
    """Put addresses on Amazon's list for our reason. Admins. Stops at the first refusal; refused in the sandbox."""

    def put(talk: Talk, row: Both) -> None:
        reason = "COMPLAINT" if row.here == "complaint" else "BOUNCE"
        there.put(talk, row.theirs, reason)
        with desk.store.write() as conn:
            amazon_suppressed.keep(conn, connection.id or 0, [(row.address, reason, now, row.theirs)], now)

    return _each(
        desk, connection, rows, actor, now, put, "PutSuppressedDestination", "amazon-suppressions-added"
    )


def remove_there(
    desk: Desk, connection: Connection, rows: Sequence[Both], actor: Actor, now: int
) -> Iterator[Change]:
    """Take addresses off Amazon's list. Admins. Stops at the first refusal."""

    def remove(talk: Talk, row: Both) -> None:
        there.delete(talk, row.theirs)
        with desk.store.write() as conn:
            amazon_suppressed.forget(conn, connection.id or 0, row.address)

    return _each(
        desk,
        connection,
        rows,
        actor,
        now,
        remove,
        "DeleteSuppressedDestination",
        "amazon-suppressions-removed",
    )


def _each(
    desk: Desk, connection: Connection, rows: Sequence[Both], actor: Actor, now: int,
    change: Callable[[Talk, Both], None], operation: str, action: str,
) -> Iterator[Change]:  # fmt: skip
    """One after the other, told as they are done; what was done is in the audit trail, whatever stops the rest."""
    require(actor, "admin")
    require_sight(actor, connection.id or 0)
    some, done = rows[:AT_ONCE], 0
    talk = talk_with(desk, connection)
    try:
        for number, row in enumerate(some, 1):
            try:
                change(talk, row)
            except Exception as error:  # whatever Amazon or the network says is told in words
                yield Change(number, len(some), explain(error, context_of(connection, operation)))
                return
            done += 1
            yield Change(number, len(some))
    finally:
        with desk.store.write() as conn:
            audit.append(conn, actor.name, action, connection.name, {"addresses": done}, now)
