"""Copying everything from one database to another, table by table, so that it can be stopped and taken up again.

How far a table came stands in the target itself, written in the same transaction as the rows. At the end every table is
counted and summed on both sides; one that differs (the source went on changing between two runs) is copied anew.
"""

import hashlib
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import msgspec
import sqlalchemy as sa
from sqlmodel import SQLModel

from core.errors import SesDeskError
from core.store import meta, partitions
from core.store.engine import Store
from core.store.rows import insert, table
from core.store.tables import Meta

CHUNK = 2_000  # rows in one transaction
PROGRESS = "copied:"  # meta: the last key of a table that was copied
Progress = Callable[[str, int], None]  # table, rows so far
_encode = msgspec.json.Encoder().encode


@dataclass(frozen=True, slots=True)
class Sum:
    """A table in two numbers: how many rows, and the sum of the rows' 64-bit hashes (in any order the same)."""

    rows: int
    checksum: str


def tables() -> list[sa.Table]:
    """Every table, those that others point to first."""
    return list(SQLModel.metadata.sorted_tables)


def copy(source: sa.Connection, target: Store, progress: Progress) -> dict[str, Sum]:
    """Copy every table and prove it. `source` must see one unchanging state. Raises SesDeskError when a table will not agree."""
    found: dict[str, Sum] = {}
    for each in tables():
        _copy_table(source, target, each, progress)
    with target.write() as conn:
        _count_on(conn)
    for each in tables():
        ours, theirs = sum_of(source, each), _sum_at(target, each)
        if ours != theirs:
            _empty(target, each)
            _copy_table(source, target, each, progress)
            theirs = _sum_at(target, each)
        if ours != theirs:
            raise SesDeskError(
                f"The copy of the table {each.name} differs: {ours.rows:,} rows here, {theirs.rows:,} there. Run it again."
            )
        found[str(each.name)] = ours
    with target.write() as conn:
        conn.execute(sa.delete(table(Meta)).where(table(Meta).c.name.like(f"{PROGRESS}%")))
    return found


def sum_of(conn: sa.Connection, each: sa.Table) -> Sum:
    """Count and sum one table, without the notes on how far a copy has come."""
    rows, checksum = 0, 0
    for row in _rows(conn, sa.select(each)):
        if each.name == "meta" and str(row[0]).startswith(PROGRESS):
            continue
        rows += 1
        digest = hashlib.blake2b(_encode(row), digest_size=8).digest()
        checksum = (checksum + int.from_bytes(digest, "big")) % 2**64
    return Sum(rows, f"{checksum:016x}")


def _sum_at(target: Store, each: sa.Table) -> Sum:
    with target.read() as conn:
        return sum_of(conn, each)


def _copy_table(source: sa.Connection, target: Store, each: sa.Table, progress: Progress) -> None:
    keys = list(each.primary_key.columns)
    name, done = f"{PROGRESS}{each.name}", 0
    known = meta.get(target, name)
    statement = sa.select(each).order_by(*keys)
    if known is not None:
        statement = statement.where(sa.tuple_(*keys) > sa.tuple_(*json.loads(known)))
    names = [column.name for column in each.columns]
    places = [names.index(key.name) for key in keys]
    for chunk in _chunks(source, statement):
        rows = [dict(zip(names, row, strict=True)) for row in chunk]
        with target.write() as conn:
            here, rows = partitions.ready(conn, each, rows)
            conn.execute(insert(conn, here).on_conflict_do_nothing(), rows)
            meta.put(conn, name, json.dumps([chunk[-1][place] for place in places]))
        done += len(rows)
        progress(str(each.name), done)


def _empty(target: Store, each: sa.Table) -> None:
    with target.write() as conn:
        if target.dialect == "postgresql":
            conn.exec_driver_sql("SET LOCAL statement_timeout = 0")  # a long table takes its time
        conn.execute(sa.delete(each))
        conn.execute(sa.delete(table(Meta)).where(table(Meta).c.name == f"{PROGRESS}{each.name}"))


def _rows(conn: sa.Connection, statement: sa.Select[Any]) -> Iterator[tuple[Any, ...]]:
    streamed = conn.execution_options(yield_per=CHUNK).execute(statement)
    for row in streamed:
        yield tuple(row)


def _chunks(conn: sa.Connection, statement: sa.Select[Any]) -> Iterator[list[tuple[Any, ...]]]:
    chunk: list[tuple[Any, ...]] = []
    for row in _rows(conn, statement):
        chunk.append(row)
        if len(chunk) == CHUNK:
            yield chunk
            chunk = []
    if chunk:
        yield chunk


def _count_on(conn: sa.Connection) -> None:
    """On PostgreSQL: let every numbered table go on after its highest number (SQLite does so by itself)."""
    if conn.dialect.name != "postgresql":
        return
    for each in tables():
        key = each.primary_key.columns.get("id")
        if key is not None:
            highest = f"COALESCE((SELECT max(id) FROM {each.name}), 0)"  # noqa: S608
            conn.exec_driver_sql(
                f"SELECT setval(pg_get_serial_sequence('{each.name}', 'id'), GREATEST({highest}, 1), {highest} > 0)"
            )
