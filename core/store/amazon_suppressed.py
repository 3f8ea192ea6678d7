"""Amazon's own suppression list as it was last read, beside ours."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import sqlalchemy as sa

from core.store.bulk import write_rows
from core.store.rows import Source, reading, table
from core.store.tables import AmazonSuppressed, Suppression

_there, _here = table(AmazonSuppressed), table(Suppression)
_COLUMNS = ("connection_id", "address", "reason", "updated_at", "spelled", "read_at")
_REPLACE = (
    "ON CONFLICT (connection_id,address) DO UPDATE SET reason=excluded.reason,updated_at=excluded.updated_at,"
    "spelled=excluded.spelled,read_at=excluded.read_at"
)
ASKED = ("bounce", "complaint", "manual", "import")  # what has a place on Amazon's list
_DIFFERS = sa.or_(
    sa.and_(_here.c.reason == "bounce", _there.c.reason != "BOUNCE"),
    sa.and_(_here.c.reason == "complaint", _there.c.reason != "COMPLAINT"),
)


class Both(NamedTuple):
    """One address on the two lists: our reason and Amazon's, None where it does not stand; times in ms.

    `spelled`: how Amazon writes it, which alone it knows when it is changed or taken off there.
    """

    address: str
    here: str | None
    since: int | None
    there: str | None
    updated_at: int | None
    spelled: str = ""

    @property
    def theirs(self) -> str:
        """The address as Amazon is told of it."""
        return self.spelled or self.address


def keep(
    conn: sa.Connection, connection_id: int, told: Sequence[tuple[str, str, int, str]], now: int
) -> None:
    """Note entries (address normalised, reason, when it changed, the address as Amazon writes it) as they were read now."""
    rows = {row[1]: row for row in ((connection_id, *each, now) for each in told)}
    write_rows(conn, _there, _COLUMNS, [rows[address] for address in sorted(rows)], _REPLACE)


def forget_before(conn: sa.Connection, connection_id: int, read_at: int) -> int:
    """Drop what a whole reading that began at this moment no longer found."""
    gone = sa.delete(_there).where(_there.c.connection_id == connection_id, _there.c.read_at < read_at)
    return conn.execute(gone).rowcount


def forget(conn: sa.Connection, connection_id: int, address: str) -> None:
    """Drop one entry: it was taken off."""
    conn.execute(
        sa.delete(_there).where(_there.c.connection_id == connection_id, _there.c.address == address)
    )


def only_here(source: Source, connection_id: int, limit: int, after: str = "") -> list[Both]:
    """Who stands on our list alone, by address."""
    statement = (
        sa.select(_here.c.address, _here.c.reason, _here.c.since, sa.null(), sa.null())
        .where(_here.c.connection_id == connection_id, _here.c.removed_at.is_(None), _here.c.address > after)
        .where(_here.c.reason.in_(ASKED))
        .where(
            ~sa.exists().where(_there.c.connection_id == connection_id, _there.c.address == _here.c.address)
        )
        .order_by(_here.c.address)
        .limit(limit)
    )
    return _read(source, statement)


def only_there(source: Source, connection_id: int, limit: int, after: str = "") -> list[Both]:
    """Who stands on Amazon's list alone, by address."""
    ours = sa.exists().where(
        _here.c.connection_id == connection_id,
        _here.c.address == _there.c.address,
        _here.c.removed_at.is_(None),
    )
    statement = (
        sa.select(
            _there.c.address, sa.null(), sa.null(), _there.c.reason, _there.c.updated_at, _there.c.spelled
        )
        .where(_there.c.connection_id == connection_id, _there.c.address > after, ~ours)
        .order_by(_there.c.address)
        .limit(limit)
    )
    return _read(source, statement)


def differing(source: Source, connection_id: int, limit: int, after: str = "") -> list[Both]:
    """Who stands on both for different reasons, by address. Only a bounce and a complaint can differ."""
    statement = (
        sa.select(
            _here.c.address,
            _here.c.reason,
            _here.c.since,
            _there.c.reason,
            _there.c.updated_at,
            _there.c.spelled,
        )
        .join(_there, sa.and_(_there.c.connection_id == connection_id, _there.c.address == _here.c.address))
        .where(_here.c.connection_id == connection_id, _here.c.removed_at.is_(None), _here.c.address > after)
        .where(_DIFFERS)
        .order_by(_here.c.address)
        .limit(limit)
    )
    return _read(source, statement)


def _read(source: Source, statement: sa.Select[Any]) -> list[Both]:
    with reading(source) as conn:
        return [Both(*row) for row in conn.execute(statement)]
