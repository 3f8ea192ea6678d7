"""The partitions of what grows for ever, on PostgreSQL: one for each month, and one that takes what has no month of its own.

Events and outcomes lie in the month that the message's id tells, in a column that SQLite has no need of; notifications in the
month in which they were published, which every repetition of one repeats. So no key is ever in two partitions.
"""

from collections.abc import Iterable, Sequence
from typing import Any

import sqlalchemy as sa

from core.store import months
from core.store.rows import table
from core.store.tables import OutcomeRow, RawNotification, StoredEvent

MONTH = "month"
AHEAD = 2  # months that are made before they begin
MOST = 60  # months at once; what lies beside them stays in the rest
_LEFT = "_default"
Row = tuple[Any, ...]


def _twin(of: sa.Table, name: str | None = None) -> sa.Table:
    """The table as PostgreSQL has it, or one of its partitions."""
    twin = of.to_metadata(sa.MetaData(), name=name)
    if of.name != "notifications" and MONTH not in twin.c:
        twin.append_column(sa.Column(MONTH, sa.Integer, nullable=False))
    return twin


_TWINS = {of.name: _twin(of) for of in (table(StoredEvent), table(OutcomeRow), table(RawNotification))}


def of(dialect: str) -> tuple[str, ...]:
    """The tables that are divided: on SQLite none."""
    return tuple(_TWINS) if dialect == "postgresql" else ()


def shaped(conn: sa.Connection, of: sa.Table) -> sa.Table:
    """A table as the database at hand has it."""
    return _TWINS.get(of.name, of) if conn.dialect.name == "postgresql" else of


def with_month(
    of: sa.Table, columns: tuple[str, ...], rows: Sequence[Row]
) -> tuple[tuple[str, ...], list[Row]]:
    """Rows for PostgreSQL: each with its month, where the table has one."""
    if MONTH not in getattr(_TWINS.get(of.name), "c", ()):
        return columns, list(rows)
    place = columns.index("message_id")
    return (*columns, MONTH), [(*row, months.of_message(row[place])) for row in rows]


def key(dialect: str, names: Iterable[str]) -> str:
    """The columns of a unique key, as ON CONFLICT must name them."""
    return ",".join([*names, MONTH] if dialect == "postgresql" else names)


def span(of: sa.Table, column: str, values: Iterable[str]) -> tuple[str, tuple[int, ...]]:
    """SQL for PostgreSQL, with its values: only the partitions in which these messages can be. Nothing for other columns."""
    if column != "message_id" or MONTH not in getattr(_TWINS.get(of.name), "c", ()):
        return "", ()
    found = {months.of_message(each) for each in values}
    return f" AND {MONTH} BETWEEN %s AND %s", (min(found), max(found))


def of_message(conn: sa.Connection, of: sa.Table, message_id: str) -> list[sa.ColumnElement[bool]]:
    """Conditions for one message: its id, and on PostgreSQL its partition."""
    here = [of.c.message_id == message_id]
    if conn.dialect.name == "postgresql":
        here.append(sa.literal_column(f"{of.name}.{MONTH}", sa.Integer) == months.of_message(message_id))
    return here


def ready(
    conn: sa.Connection, of: sa.Table, rows: list[dict[str, Any]]
) -> tuple[sa.Table, list[dict[str, Any]]]:
    """Make room for rows from elsewhere: the table as it is here, the rows as it wants them, and their months made."""
    here = shaped(conn, of)
    if here is of:
        return of, rows
    if MONTH not in here.c:
        make(conn, of.name, {months.of_moment(row["published_at"]) for row in rows})
        return here, rows
    told = [{**row, MONTH: months.of_message(row["message_id"])} for row in rows]
    make(conn, of.name, {row[MONTH] for row in told})
    return here, told


def made(conn: sa.Connection, name: str) -> list[int]:
    """The months that have a partition, earliest first."""
    found = conn.exec_driver_sql(
        "SELECT own.relname FROM pg_inherits tie JOIN pg_class own ON own.oid = tie.inhrelid "
        "WHERE tie.inhparent = %s::regclass", (name,),
    )  # fmt: skip
    return sorted(month for each in found.scalars() if (month := months.read(each)) is not None)


def part(name: str, month: int | None) -> sa.Table:
    """The partition of a month; of None: the one that takes the rest."""
    return _twin(_TWINS[name], name + (_LEFT if month is None else f"_{months.spelled(month)}"))


def make(conn: sa.Connection, name: str, wanted: Iterable[int]) -> int:
    """Make partitions where there are none; what the rest held of their months goes there. Returns how many were made.

    From then on nobody else reads or writes the table until the transaction ends.
    """
    if not set(wanted) - set(made(conn, name)):
        return 0
    conn.exec_driver_sql(f"LOCK TABLE ONLY {name} IN ACCESS EXCLUSIVE MODE")
    known = made(conn, name)
    new = sorted(each for each in set(wanted) - set(known) if months.FIRST <= each <= months.LAST)
    new = new[: max(MOST - len(known), 0)]
    for month in new:
        _make(conn, name, month)
    return len(new)


def _make(conn: sa.Connection, name: str, month: int) -> None:
    fresh, rest, (low, high) = part(name, month).name, part(name, None).name, _bounds(name, month)
    by = "published_at" if name == "notifications" else MONTH
    conn.exec_driver_sql(f"CREATE TABLE {fresh} (LIKE {name} INCLUDING DEFAULTS)")
    conn.exec_driver_sql(
        f"WITH moved AS (DELETE FROM {rest} WHERE {by} >= {low} AND {by} < {high} RETURNING *) "  # noqa: S608
        f"INSERT INTO {fresh} SELECT * FROM moved"
    )
    conn.exec_driver_sql(f"ALTER TABLE {name} ATTACH PARTITION {fresh} FOR VALUES FROM ({low}) TO ({high})")


def _bounds(name: str, month: int) -> tuple[int, int]:
    if name == "notifications":
        return months.start_of(month), months.start_of(month + 1)
    return month, month + 1
