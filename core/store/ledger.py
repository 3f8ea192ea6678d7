"""The outcomes of the messages at hand: loaded whole, changed, written back with the difference to the rollups.

Whoever uses it holds the messages: on SQLite by being the one writer, on PostgreSQL by `hold`.
"""

import hashlib
from collections.abc import Iterable

import sqlalchemy as sa

from core.events.contribution import Contribution, contributions
from core.events.outcome import FED, FIELDS, Outcome, unheard
from core.store.bulk import Row, rows_where_in, write_rows
from core.store.rollup import Difference
from core.store.rows import table
from core.store.tables import OutcomeRow

Key = tuple[int, str]  # connection, message
_KEYS = ("connection_id", "message_id", "recipient")
_COLUMNS = _KEYS + FIELDS
_REPLACE = f"ON CONFLICT ({','.join(_KEYS)}) DO UPDATE SET " + ",".join(
    f"{name}=excluded.{name}" for name in FIELDS
)


def hold(conn: sa.Connection, keys: Iterable[tuple[int, str]]) -> None:
    """On PostgreSQL: wait until nobody else records about these messages, in one order for everybody."""
    if conn.dialect.name == "postgresql":
        numbers = sorted({_number(key) for key in keys})
        conn.exec_driver_sql("SELECT pg_advisory_xact_lock(k) FROM unnest(%s::bigint[]) AS k", (numbers,))


def _number(key: tuple[int, str]) -> int:
    digest = hashlib.blake2b(f"{key[0]}\n{key[1]}".encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big", signed=True)


class Ledger:
    """Outcomes by message and recipient. The recipient "" stands for what concerns the message as a whole."""

    def __init__(self, conn: sa.Connection, keys: Iterable[Key]) -> None:
        self._conn = conn
        self._messages: dict[Key, dict[str, Outcome]] = {key: {} for key in keys}
        self._changed: set[tuple[int, str, str]] = set()
        self._loaded: dict[tuple[int, str, str], Row] = {}
        self._load()
        self._before = {
            key: (contributions(outcomes), _feeds(outcomes))
            for key, outcomes in self._messages.items()
            if outcomes
        }

    def _load(self) -> None:
        by_connection: dict[int, list[str]] = {}
        for connection_id, message_id in self._messages:
            by_connection.setdefault(connection_id, []).append(message_id)
        columns = ("message_id", "recipient", *FIELDS)
        for connection_id, ids in by_connection.items():
            for row in rows_where_in(
                self._conn, table(OutcomeRow), columns, connection_id, "message_id", ids
            ):
                self._messages[connection_id, row[0]][row[1]] = Outcome(*row[2:])
                self._loaded[connection_id, row[0], row[1]] = row[2:]

    def known(self, connection_id: int, message_id: str) -> dict[str, Outcome]:
        """The outcomes of a message as they stand."""
        return self._messages[connection_id, message_id]

    def open(self, connection_id: int, message_id: str, recipient: str, at: int) -> Outcome:
        """The outcome to change; `at` is when its first event happened, should it be new."""
        outcomes = self._messages[connection_id, message_id]
        outcome = outcomes.get(recipient)
        if outcome is None:
            outcome = outcomes[recipient] = unheard(at)
        self._changed.add((connection_id, message_id, recipient))
        return outcome

    def write(self, slot: int) -> None:
        """Write what changed, and add the difference of the contributions to the rollups."""
        rows: list[Row] = [
            row
            for key in sorted(self._changed)
            if (row := (*key, *self._messages[key[0], key[1]][key[2]].values()))[3:] != self._loaded.get(key)
        ]
        write_rows(self._conn, table(OutcomeRow), _COLUMNS, rows, _REPLACE)
        difference = Difference()
        nothing: tuple[dict[str, Contribution], dict[str, str]] = ({}, {})
        for key, outcomes in self._messages.items():
            (before, fed_before), after, fed = (
                self._before.get(key, nothing),
                contributions(outcomes),
                _feeds(outcomes),
            )
            for recipient, contribution in after.items():
                old = before.get(recipient)
                if old != contribution:
                    difference.add(key[0], recipient, contribution, 1)
                    if old is not None:
                        difference.add(key[0], recipient, old, -1)
            for recipient, old in before.items():
                if recipient not in after:
                    difference.add(key[0], recipient, old, -1)
            if fed != fed_before:
                for identity in fed_before.values():
                    difference.feed(key[0], identity, -1)
                for identity in fed.values():
                    difference.feed(key[0], identity, 1)
        difference.write(self._conn, slot)


def _feeds(outcomes: dict[str, Outcome]) -> dict[str, str]:
    """Recipients with a Send or Delivery, left out or not, with their identity."""
    return {name: outcome.identity or "" for name, outcome in outcomes.items() if outcome.flags & FED}
