"""The outcomes of the messages at hand: loaded whole, changed, written back with the difference to the rollups.

Whoever uses it holds the messages: on SQLite by being the one writer, on PostgreSQL by `hold`.
"""

import hashlib
from collections.abc import Iterable

import sqlalchemy as sa

from core.events.contribution import contributions
from core.events.outcome import FED, FIELDS, Outcome, unheard
from core.store import partitions
from core.store.bulk import Row, rows_where_in, write_rows
from core.store.rollup import Difference
from core.store.rows import table
from core.store.slots import free_slot
from core.store.tables import OutcomeRow

Key = tuple[int, str]  # connection, message
_KEYS = ("connection_id", "message_id", "recipient")
_COLUMNS = _KEYS + FIELDS
_REPLACE = {
    dialect: f"ON CONFLICT ({partitions.key(dialect, _KEYS)}) DO UPDATE SET "
    + ",".join(f"{name}=excluded.{name}" for name in FIELDS)
    for dialect in ("sqlite", "postgresql")
}


def hold(conn: sa.Connection, keys: Iterable[tuple[int, str]]) -> None:
    """On PostgreSQL: wait until nobody else records about these messages, in one order for everybody."""
    if conn.dialect.name == "postgresql":
        numbers = sorted({_number(key) for key in keys})
        conn.exec_driver_sql("SELECT pg_advisory_xact_lock(k) FROM unnest(%s::bigint[]) AS k", (numbers,))


def hold_addresses(conn: sa.Connection, places: Iterable[Key]) -> None:
    """On PostgreSQL: wait until nobody else decides about these addresses of connections. Always after the messages."""
    hold(conn, [(connection_id, f"address\n{address}") for connection_id, address in places])


def _number(key: tuple[int, str]) -> int:
    digest = hashlib.blake2b(f"{key[0]}\n{key[1]}".encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big", signed=True)


class Ledger:
    """Outcomes by message and recipient. The recipient "" stands for what concerns the message as a whole."""

    def __init__(self, conn: sa.Connection, keys: Iterable[Key]) -> None:
        self._conn = conn
        self._messages: dict[Key, dict[str, Outcome]] = {key: {} for key in keys}
        self._loaded: dict[Key, dict[str, Row]] = {}
        self._opened: set[tuple[Key, str]] = set()
        self._load()

    def _load(self) -> None:
        by_connection: dict[int, list[str]] = {}
        for connection_id, message_id in self._messages:
            by_connection.setdefault(connection_id, []).append(message_id)
        columns = ("message_id", "recipient", *FIELDS)
        for connection_id, ids in by_connection.items():
            for row in rows_where_in(
                self._conn, table(OutcomeRow), columns, connection_id, "message_id", ids
            ):
                key = connection_id, row[0]
                self._loaded.setdefault(key, {})[row[1]] = row[2:]
                self._messages[key][row[1]] = Outcome(*row[2:])

    def open(self, key: Key, recipient: str, at: int) -> Outcome:
        """The outcome to change; `at` is when its first event happened, should it be new."""
        outcomes = self._messages[key]
        outcome = outcomes.get(recipient)
        if outcome is None:
            outcome = outcomes[recipient] = unheard(at)
        self._opened.add((key, recipient))
        return outcome

    def outcomes(self, key: Key) -> dict[str, Outcome]:
        """What is known of each recipient of a message by now."""
        return self._messages[key]

    def write(self, slot: int | None = None) -> None:
        """Write what changed, and add the difference of the contributions to the rollups; `slot` None: to a free one."""
        rows: list[Row] = []
        changed: dict[Key, None] = {}
        for key, recipient in sorted(self._opened):
            values = self._messages[key][recipient].values()
            if values != self._loaded.get(key, {}).get(recipient):
                rows.append((*key, recipient, *values))
                changed[key] = None
        write_rows(self._conn, table(OutcomeRow), _COLUMNS, rows, _REPLACE[self._conn.dialect.name])
        difference = Difference()
        for key in changed:
            before = {recipient: Outcome(*row) for recipient, row in self._loaded.get(key, {}).items()}
            _compare(difference, key[0], before, self._messages[key])
        if changed:
            difference.write(self._conn, free_slot(self._conn) if slot is None else slot)


def _compare(
    difference: Difference, connection_id: int, before: dict[str, Outcome], after: dict[str, Outcome]
) -> None:
    """What a message adds to the rollups now, less what it added before."""
    old, new = contributions(before) if before else {}, contributions(after)
    for recipient, contribution in new.items():
        known = old.pop(recipient, None)
        if known != contribution:
            difference.add(connection_id, recipient, contribution, 1)
            if known is not None:
                difference.add(connection_id, recipient, known, -1)
    for recipient, contribution in old.items():
        difference.add(connection_id, recipient, contribution, -1)
    if len(after) == 1 and len(before) == 1:  # nearly every message: one recipient, heard of before
        (one,), (other,) = before.values(), after.values()
        if one.flags & FED and other.flags & FED and one.identity == other.identity:
            return
    fed_before, fed = _feeds(before), _feeds(after)
    if fed != fed_before:
        for identity in fed_before.values():
            difference.feed(connection_id, identity, -1)
        for identity in fed.values():
            difference.feed(connection_id, identity, 1)


def _feeds(outcomes: dict[str, Outcome]) -> dict[str, str]:
    """Recipients with a Send or Delivery, left out or not, with their identity."""
    return {name: outcome.identity or "" for name, outcome in outcomes.items() if outcome.flags & FED}
