"""Many rows in one statement, spelled for the database at hand. Rows are tuples in the order of the columns."""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import msgspec
import sqlalchemy as sa

from core.store import partitions

Row = tuple[Any, ...]
_encode = msgspec.json.Encoder().encode
_CHUNK = 400  # rows per statement with RETURNING


def write_rows(
    conn: sa.Connection, target: sa.Table, columns: tuple[str, ...], rows: Sequence[Row], end: str
) -> int:
    """Insert rows; `end` is the ON CONFLICT clause. Returns how many rows were inserted or changed."""
    if not rows:
        return 0
    if conn.dialect.name == "postgresql":
        target = partitions.shaped(conn, target)
        columns, rows = partitions.with_month(target, columns, rows)
        done = conn.exec_driver_sql(_from_json(target, columns, end), _as_json(columns, rows))
        return done.rowcount
    marks = ",".join("?" * len(columns))
    statement = f"INSERT INTO {target.name} ({','.join(columns)}) VALUES ({marks}) {end}"  # noqa: S608
    return int(_run(conn, statement, rows, many=True).rowcount)


def write_returning(
    conn: sa.Connection, target: sa.Table, columns: tuple[str, ...], rows: Sequence[Row], end: str
) -> list[Row]:
    """On PostgreSQL: insert rows; returns what the RETURNING in `end` names, of the rows that were inserted."""
    returned: list[Row] = []
    for start in range(0, len(rows), _CHUNK):
        chunk = rows[start : start + _CHUNK]
        done = conn.exec_driver_sql(_from_json(target, columns, end), _as_json(columns, chunk))
        returned += [tuple(row) for row in done.cursor.fetchall()] if done.cursor is not None else []
    return returned


def write_numbered(
    conn: sa.Connection, target: sa.Table, columns: tuple[str, ...], rows: Sequence[Row], end: str, key: int
) -> dict[Row, int]:
    """On SQLite: insert rows, `end` leaving out those that are there; returns the numbers of the inserted by their key,
    the first `key` columns. The one writer can number them itself, which costs less than to be told by RETURNING."""
    if not rows:
        return {}
    first = 1 + (_run(conn, f"SELECT max(id) FROM {target.name}", ()).fetchone()[0] or 0)  # noqa: S608
    numbered = [(number, *row) for number, row in enumerate(rows, first)]
    if write_rows(conn, target, ("id", *columns), numbered, end) == len(rows):
        return {row[:key]: number for number, row in enumerate(rows, first)}
    names = ",".join(columns[:key])
    found = _run(conn, f"SELECT id,{names} FROM {target.name} WHERE id>=?", (first,))  # noqa: S608
    return {tuple(row): number for number, *row in found.fetchall()}


def run(conn: sa.Connection, statement: str, values: Sequence[Any]) -> list[Row]:
    """Run one statement without detours, its values marked by `?`; the rows it returns."""
    if conn.dialect.name == "postgresql":
        done = conn.exec_driver_sql(statement.replace("?", "%s"), tuple(values))
        return [tuple(row) for row in done] if done.returns_rows else []
    return list(_run(conn, statement, values).fetchall())


def _run(conn: sa.Connection, statement: str, values: Sequence[Any], many: bool = False) -> Any:
    """On SQLite: run a statement on the driver's own cursor, in the transaction at hand, errors as SQLAlchemy's.

    SQLAlchemy's way to it costs more than most of these statements do.
    """
    if not conn.in_transaction():
        conn.begin()
    driver: Any = conn.connection.dbapi_connection
    try:
        return driver.executemany(statement, values) if many else driver.execute(statement, values)
    except Exception as error:
        base = conn.dialect.loaded_dbapi.Error
        if not isinstance(error, base):
            raise
        raise sa.exc.DBAPIError.instance(
            statement, None, error, base, hide_parameters=True, dialect=conn.dialect
        ) from error


@lru_cache(maxsize=64)
def _from_json(target: sa.Table, columns: tuple[str, ...], end: str) -> str:
    """One parameter for all rows: PostgreSQL's driver would spend longer on writing arrays than the server on reading."""
    kinds = ",".join(f'"{name}" {_kind(target.c[name])}' for name in columns)
    names = ",".join(f'"{name}"' for name in columns)
    return f"INSERT INTO {target.name} ({names}) SELECT {names} FROM json_to_recordset(%s::json) AS r({kinds}) {end}"  # noqa: S608


def _as_json(columns: tuple[str, ...], rows: Sequence[Row]) -> tuple[str]:
    return (_encode([dict(zip(columns, row, strict=True)) for row in rows]).decode(),)


def _kind(column: sa.Column[Any]) -> str:
    if isinstance(column.type, sa.BigInteger):
        return "bigint"
    if isinstance(column.type, sa.Integer):
        return "bigint"
    return "text"


def rows_where_in(
    conn: sa.Connection,
    target: sa.Table,
    columns: tuple[str, ...],
    connection_id: int,
    column: str,
    values: list[str],
    hold: bool = False,
) -> list[Row]:
    """The rows of one connection whose column is one of the values. `hold`: on PostgreSQL nobody else changes them until
    the transaction ends, and one that somebody is changing is waited for and read as it is then."""
    if not values:
        return []
    head = f"SELECT {','.join(columns)} FROM {target.name} WHERE connection_id="  # noqa: S608
    if conn.dialect.name == "postgresql":
        end = f" ORDER BY {column} FOR UPDATE" if hold else ""
        within, bounds = partitions.span(target, column, values)
        statement = f"{head}%s AND {column} = ANY(%s){within}{end}"
        done = conn.exec_driver_sql(statement, (connection_id, values, *bounds))
    else:
        listed = "(SELECT value FROM json_each(?))"  # one spelling for any number: prepared once
        found = _run(conn, f"{head}? AND {column} IN {listed}", (connection_id, _encode(values).decode()))
        return list(found.fetchall())
    assert done.cursor is not None
    return [tuple(row) for row in done.cursor.fetchall()]
