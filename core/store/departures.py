"""Who left which groups of a connection's mail. Who left all of it stands on the suppression list, for the reason `unsubscribe`.

One decision at a time, the later one holding: what a mail program, a page or Amazon reports may come twice and late. So the
time of a wish is kept also when it repeats what holds; that of the last wish about all mail under the group "".
"""

from collections.abc import Collection, Sequence

import sqlalchemy as sa

from core.store import list_settings, suppressions
from core.store.bulk import rows_where_in
from core.store.ledger import hold_addresses
from core.store.rows import Source, many, put, reading, table
from core.store.tables import Departure

_departures = table(Departure)
REASON = "unsubscribe"
ALL = ""


def left(source: Source, connection_id: int, address: str) -> dict[str, int]:
    """The groups that an address (normalised) has left by name, with when it last said so in ms."""
    rows = _rows(source, connection_id, address)
    return {one.group_key: one.since for one in rows if one.group_key != ALL and not one.returned_at}


def left_group(
    source: Source, connection_ids: Sequence[int], addresses: Sequence[str], group: str
) -> dict[str, int]:
    """Which of these addresses (normalised) have left one group, with when it was said in ms; leaving one connection is enough."""
    found: dict[str, int] = {}
    columns = ("address", "group_key", "since", "returned_at")
    with reading(source) as conn:
        for connection_id in connection_ids:
            for address, key, since, returned_at in rows_where_in(
                conn, _departures, columns, connection_id, "address", sorted(set(addresses))
            ):
                if key == group and returned_at is None:
                    found[address] = min(found.get(address, since), since)
    return found


def may_get(source: Source, connection_id: int, address: str, group: str) -> bool:
    """Whether a group's mail may go to an address (normalised), as far as its own wishes go."""
    return group not in left(source, connection_id, address) and not left_all(source, connection_id, address)


def left_all(source: Source, connection_id: int, address: str) -> bool:
    """Whether an address (normalised) wants no mail of this connection at all."""
    return REASON in suppressions.reasons(source, connection_id, address)


def leave(
    conn: sa.Connection, connection_id: int, address: str, groups: Collection[str] | None, now: int
) -> None:
    """Leave these groups, or (None) want no mail of this connection at all. Leaving again only moves the time of the wish."""
    hold_addresses(conn, [(connection_id, address)])
    if groups is None:
        _wish(conn, connection_id, address, True, now)
        suppressions.suppress(conn, connection_id, address, REASON, now)
        return
    gone = left(conn, connection_id, address)
    for group in sorted(set(groups)):
        since = max(now, gone.get(group, now))
        put(conn, Departure(connection_id=connection_id, address=address, group_key=group, since=since))


def come_back(
    conn: sa.Connection,
    connection_id: int,
    address: str,
    groups: Collection[str] | None,
    declared: Collection[str],
    now: int,
) -> None:
    """Be in these groups again, or (None) in all of them. A bounce or a complaint stays on the list.

    Who had left everything and comes back to some groups has left the other declared ones.
    """
    hold_addresses(conn, [(connection_id, address)])
    had_left_all = suppressions.release(conn, connection_id, address, REASON, now)
    if had_left_all or groups is None:
        _wish(conn, connection_id, address, False, now)
    if had_left_all and groups is not None:
        leave(conn, connection_id, address, set(declared) - set(groups), now)
    known = {one.group_key: one.since for one in _rows(conn, connection_id, address) if one.group_key != ALL}
    managed = list_settings.group_keys(conn, connection_id)  # of these Amazon may tell late
    heard = {*known, *managed}
    for group in sorted(heard if groups is None else heard & set(groups)):
        put(conn, Departure(
            connection_id=connection_id, address=address, group_key=group, since=known.get(group, now), returned_at=now,
        ))  # fmt: skip


def told(conn: sa.Connection, connection_id: int, address: str, all_left: bool, at: int, now: int) -> None:
    """Amazon says that its subscription management took a wish at `at`: all mail left, or wanted again. The later wish holds."""
    hold_addresses(conn, [(connection_id, address)])
    if not _wish(conn, connection_id, address, all_left, at):
        return
    if all_left:
        suppressions.suppress(conn, connection_id, address, REASON, now, note="amazon", since=at)
    else:
        suppressions.release(conn, connection_id, address, REASON, now, at)


def taken_off(conn: sa.Connection, connection_id: int, address: str, now: int) -> None:
    """An operator took an address (normalised) off that had left all mail: to have left before now means nothing any more."""
    hold_addresses(conn, [(connection_id, address)])
    _wish(conn, connection_id, address, False, now)


def put_back(conn: sa.Connection, connection_id: int, addresses: Sequence[str], taken_off_at: int) -> None:
    """Undo `taken_off` for those of the addresses (normalised) that have wished nothing else since."""
    where = (
        _departures.c.connection_id == connection_id, _departures.c.address.in_(addresses),
        _departures.c.group_key == ALL, _departures.c.returned_at == taken_off_at,
    )  # fmt: skip
    conn.execute(sa.update(_departures).where(*where).values(returned_at=None))


def told_groups(
    conn: sa.Connection, connection_id: int, address: str, topics: Sequence[tuple[str, bool]], at: int
) -> None:
    """Amazon says that topics of its list were left (True) or joined again at `at`: those named as our groups follow.

    The later wish about a group holds, in whatever order they come.
    """
    ours = list_settings.group_keys(conn, connection_id)
    named = [(name, leaves) for name, leaves in topics if name in ours]
    if not named:
        return
    hold_addresses(conn, [(connection_id, address)])
    known = {one.group_key: one for one in _rows(conn, connection_id, address)}
    for group, leaves in named:
        row = known.get(group)
        if row is not None and at < max(row.since, row.returned_at or 0):
            continue
        since = at if leaves or row is None else row.since
        put(conn, Departure(
            connection_id=connection_id, address=address, group_key=group, since=since, returned_at=None if leaves else at,
        ))  # fmt: skip


def _wish(conn: sa.Connection, connection_id: int, address: str, leaves: bool, at: int) -> bool:
    """Keep the last wish about all mail. False when a later one is known."""
    known = next((one for one in _rows(conn, connection_id, address) if one.group_key == ALL), None)
    if known is not None and at < max(known.since, known.returned_at or 0):
        return False
    since = at if leaves or known is None else known.since
    put(conn, Departure(
        connection_id=connection_id, address=address, group_key=ALL, since=since, returned_at=None if leaves else at,
    ))  # fmt: skip
    return True


def counts(source: Source, connection_id: int) -> dict[str, int]:
    """How many addresses have left each group."""
    statement = (
        sa.select(_departures.c.group_key, sa.func.count())
        .where(
            _departures.c.connection_id == connection_id,
            _departures.c.group_key != ALL,
            _departures.c.returned_at.is_(None),
        )
        .group_by(_departures.c.group_key)
    )
    with reading(source) as conn:
        return {str(group): int(number) for group, number in conn.execute(statement)}


def _rows(source: Source, connection_id: int, address: str) -> list[Departure]:
    statement = sa.select(_departures).where(
        _departures.c.connection_id == connection_id, _departures.c.address == address
    )
    return many(source, Departure, statement)
