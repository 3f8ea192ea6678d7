"""Addresses not to be mailed: who is on the list, since when, and why; putting on and taking off, one reason at a time.

Every change first holds the address, so that two writers on PostgreSQL never work from the same old row; whoever also
holds messages holds those first.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

import sqlalchemy as sa

from core.errors import BadInput
from core.events.address import normalise
from core.store.bulk import rows_where_in, write_rows
from core.store.ledger import hold_addresses
from core.store.rows import Source, many, one, reading, table
from core.store.standing import RANK, Cause, Entry, added, causes_of, entry, released, standing
from core.store.tables import Suppression

_suppressions = table(Suppression)
REASONS = ("bounce", "complaint", "unsubscribe", "manual", "import", "drill")
COLUMNS = Entry._fields
_REPLACE = "ON CONFLICT (connection_id,address) DO UPDATE SET " + ",".join(
    f"{name}=excluded.{name}" for name in COLUMNS[2:]
)
Place = tuple[int, str]  # connection, address


class Listed(NamedTuple):
    """What the API says of one address. `reason` and `since` (ms) are None when it is not on the list."""

    address: str
    reason: str | None = None
    since: int | None = None


def get(source: Source, connection_id: int, address: str) -> Suppression | None:
    """What is known of an address (normalised), also when it was taken off the list again (`removed_at`)."""
    return one(
        source,
        Suppression,
        _suppressions.c.connection_id == connection_id,
        _suppressions.c.address == address,
    )


def reasons(source: Source, connection_id: int, address: str) -> dict[str, Cause]:
    """Every reason that stands for an address (normalised), the one that is shown first."""
    return standing(causes_of(get(source, connection_id, address)))


def listed(source: Source, connection_ids: Sequence[int], addresses: Sequence[str]) -> list[Listed]:
    """Whether each address (normalised) may not be mailed, in their order.

    Asked about several connections: on the list of one is enough; told is the entry that stands longest.
    """
    found: dict[str, tuple[int, str]] = {}
    wanted = sorted(set(addresses))
    with reading(source) as conn:
        for connection_id in connection_ids:
            for address, reason, since, removed_at in rows_where_in(
                conn, _suppressions, ("address", "reason", "since", "removed_at"), connection_id, "address", wanted
            ):  # fmt: skip
                if removed_at is None:
                    found[address] = min(found.get(address, (since, reason)), (since, reason))
    return [
        Listed(each, found[each][1], found[each][0]) if each in found else Listed(each) for each in addresses
    ]


def changed(
    source: Source, connection_id: int, since: int, limit: int, after: tuple[int, str] | None = None
) -> list[Suppression]:
    """Entries by last change, oldest first, from `since` on or after the pair (changed_at, address).

    Those that were taken off are among them.
    """
    key = sa.tuple_(_suppressions.c.changed_at, _suppressions.c.address)
    statement = (
        sa.select(_suppressions)
        .where(_suppressions.c.connection_id == connection_id, _suppressions.c.changed_at >= since)
        .order_by(_suppressions.c.changed_at, _suppressions.c.address)
        .limit(limit)
    )
    return many(source, Suppression, statement if after is None else statement.where(key > sa.tuple_(*after)))


def newest(
    source: Source, connection_id: int, limit: int, before: tuple[int, str] | None = None, reason: str = ""
) -> list[Suppression]:
    """Who is on the list, by last change, newest first, from before the pair (changed_at, address)."""
    key = sa.tuple_(_suppressions.c.changed_at, _suppressions.c.address)
    statement = (
        sa.select(_suppressions)
        .where(_suppressions.c.connection_id == connection_id, _suppressions.c.removed_at.is_(None))
        .order_by(_suppressions.c.changed_at.desc(), _suppressions.c.address.desc())
        .limit(limit)
    )
    if reason:
        statement = statement.where(_suppressions.c.reason == reason)
    return many(
        source, Suppression, statement if before is None else statement.where(key < sa.tuple_(*before))
    )


def by_address(source: Source, connection_id: int, limit: int, after: str = "") -> list[Suppression]:
    """Who is on the list, by address, from after one."""
    statement = (
        sa.select(_suppressions)
        .where(_suppressions.c.connection_id == connection_id, _suppressions.c.removed_at.is_(None))
        .where(_suppressions.c.address > after)
        .order_by(_suppressions.c.address)
        .limit(limit)
    )
    return many(source, Suppression, statement)


def count(source: Source, connection_id: int, most: int) -> int:
    """How many are on the list, counted up to `most`: a list of millions is not read to its end for a number."""
    some = (
        sa.select(_suppressions.c.address)
        .where(_suppressions.c.connection_id == connection_id, _suppressions.c.removed_at.is_(None))
        .limit(most)
        .subquery()
    )
    with reading(source) as conn:
        return int(conn.execute(sa.select(sa.func.count()).select_from(some)).scalar_one())


def suppress(
    conn: sa.Connection,
    connection_id: int,
    address: str,
    reason: str,
    now: int,
    event_id: int | None = None,
    note: str | None = None,
    since: int | None = None,
) -> bool:
    """Put an address on the list for one reason. True when that changed something.

    `since`: when it happened, if that was not now. Raises BadInput for an unknown reason.
    """
    cause = Cause(now if since is None else since, event_id, note)
    return bool(suppress_many(conn, [(connection_id, normalise(address), reason, cause)], now))


def suppress_many(
    conn: sa.Connection, wanted: Iterable[tuple[int, str, str, Cause]], now: int, alone: bool = False
) -> dict[Place, Entry]:
    """Put addresses (normalised) on the list, each for a reason; returns the entries that changed.

    `alone`: without holding the addresses, of which a transaction can hold thousands but not a million; their rows are held.
    """
    by_place: dict[Place, list[tuple[str, Cause]]] = {}
    for connection_id, address, reason, cause in wanted:
        if reason not in RANK:
            raise BadInput(f"A reason is one of {', '.join(REASONS)}.", "reason")
        by_place.setdefault((connection_id, address), []).append((reason, cause))
    before = held(conn, by_place, alone)
    after: dict[Place, Entry] = {}
    for place, each in by_place.items():
        causes = causes_of(before.get(place))
        more: Mapping[str, Cause] = causes
        for reason, cause in sorted(each, key=lambda one: one[1].since):
            more = added(more, reason, cause) or more
        if more != causes:
            after[place] = entry(*place, more, now)
    write(conn, after.values())
    return after


def release(
    conn: sa.Connection, connection_id: int, address: str, reason: str, now: int, at: int | None = None
) -> bool:
    """Take one reason off an address. True when it stood. Another reason that stands keeps the address on the list.

    `at`: when it ended, if that was not now.
    """
    place = (connection_id, normalise(address))
    causes = released(causes_of(held(conn, [place]).get(place)), reason, now if at is None else at)
    if causes is not None:
        write(conn, [entry(*place, causes, now)])
    return causes is not None


def stand_again(
    conn: sa.Connection, connection_id: int, addresses: Sequence[str], released_at: int, now: int
) -> int:
    """Undo what was taken off these addresses (normalised) at one moment; returns how many changed."""
    changed = []
    for (_, address), row in held(conn, [(connection_id, each) for each in addresses]).items():
        causes = causes_of(row)
        back = {
            name: cause._replace(released_at=None) if cause.released_at == released_at else cause
            for name, cause in causes.items()
        }
        if back != causes:
            changed.append(entry(connection_id, address, back, now))
    write(conn, changed)
    return len(changed)


def held(conn: sa.Connection, places: Iterable[Place], alone: bool = False) -> dict[Place, Entry]:
    """The entries of these addresses (normalised), which nobody else changes until the transaction ends."""
    by_connection: dict[int, list[str]] = {}
    for connection_id, address in places:
        by_connection.setdefault(connection_id, []).append(address)
    if not alone:
        hold_addresses(conn, [(one, each) for one, those in by_connection.items() for each in those])
    found: dict[Place, Entry] = {}
    for connection_id, those in by_connection.items():
        wanted = sorted(set(those))
        for row in rows_where_in(conn, _suppressions, COLUMNS, connection_id, "address", wanted, hold=True):
            found[connection_id, row[1]] = Entry(*row)
    return found


def write(conn: sa.Connection, entries: Iterable[Entry]) -> None:
    """Store or replace entries."""
    write_rows(conn, _suppressions, COLUMNS, sorted(entries), _REPLACE)


def put(conn: sa.Connection, suppression: Suppression) -> None:
    """Store or replace one entry as it is given."""
    write(conn, [Entry(*(getattr(suppression, name) for name in COLUMNS))])
