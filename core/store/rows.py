"""Between rows and values: every repository reads and writes through these few functions."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import SQLModel

from core.store.engine import Store

Model = TypeVar("Model", bound=SQLModel)
Source = Store | sa.Connection


@contextmanager
def reading(source: Source) -> Iterator[sa.Connection]:
    """A connection to read with: the one given, or a new one from the store."""
    if isinstance(source, Store):
        with source.read() as conn:
            yield conn
    else:
        yield source


@contextmanager
def writing(source: Source) -> Iterator[sa.Connection]:
    """A connection to write with: the caller's transaction, or one of its own."""
    if isinstance(source, Store):
        with source.write() as conn:
            yield conn
    else:
        yield source


def table(model: type[SQLModel]) -> sa.Table:
    """The SQL table of a model."""
    found = SQLModel.metadata.tables[str(model.__tablename__)]
    return found


def one(source: Source, model: type[Model], *where: sa.ColumnElement[bool]) -> Model | None:
    """The row that fits, or None."""
    with reading(source) as conn:
        row = conn.execute(sa.select(table(model)).where(*where)).first()
    return None if row is None else model(**row._mapping)


def many(source: Source, model: type[Model], statement: sa.Select[Any]) -> list[Model]:
    """The rows of a statement over one table."""
    with reading(source) as conn:
        return [model(**row._mapping) for row in conn.execute(statement)]


def add(conn: sa.Connection, row: SQLModel) -> int:
    """Insert a row that the store numbers; returns its number."""
    values = {name: value for name, value in _values(row).items() if not (name == "id" and value is None)}
    key = conn.execute(sa.insert(table(type(row))).values(values)).inserted_primary_key
    return int(key[0]) if key is not None and isinstance(key[0], int) else 0


def put(conn: sa.Connection, row: SQLModel) -> None:
    """Insert a row, or replace the one with the same primary key."""
    target, values = table(type(row)), _values(row)
    keys = [column.name for column in target.primary_key]
    upsert = insert(conn, target).values(values)
    changes = {name: upsert.excluded[name] for name in values if name not in keys}
    conn.execute(upsert.on_conflict_do_update(index_elements=keys, set_=changes))


def insert(conn: sa.Connection, target: sa.Table) -> sqlite.Insert | postgresql.Insert:
    """An INSERT that knows ON CONFLICT; SQLite and PostgreSQL spell it alike."""
    return postgresql.insert(target) if conn.dialect.name == "postgresql" else sqlite.insert(target)


def fingerprint(token: str) -> str:
    """The only form in which a bearer's token is kept."""
    return hashlib.sha256(token.encode()).hexdigest()


def _values(row: SQLModel) -> dict[str, Any]:
    return {column.name: getattr(row, column.name) for column in table(type(row)).columns}
