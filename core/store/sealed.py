"""Every column that holds vault tokens, for rotation and for asking whether anything is sealed at all.

A column counts when its name ends in `sealed`, so a new one cannot be forgotten.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import sqlalchemy as sa
from sqlmodel import SQLModel

from core.store.rows import table
from core.store.tables import Connection

COLUMNS = tuple(
    column
    for each in SQLModel.metadata.sorted_tables
    for column in each.columns
    if column.name.endswith("sealed")
)
TABLES = {str(column.table.name): column.table for column in COLUMNS}
CONNECTIONS = table(Connection)


@dataclass(frozen=True)
class SealedValue:
    """One sealed token and the place it stands in. `key` holds the values of the row's primary key, by column name."""

    table: str
    column: str
    key: dict[str, int | str]
    connection_uuid: str  # "" where the row belongs to no connection
    row: dict[str, object]  # all columns: what the row is named by differs from table to table
    token: str


def every(conn: sa.Connection) -> Iterator[SealedValue]:
    """All sealed values, table by table, in the order of their keys."""
    uuids = {row.id: row.uuid for row in conn.execute(sa.select(CONNECTIONS.c.id, CONNECTIONS.c.uuid))}
    for column in COLUMNS:
        target = column.table
        keys = list(target.primary_key.columns)
        chosen = sa.select(target).where(column.is_not(None)).order_by(*keys)
        for row in conn.execute(chosen).mappings().all():
            yield SealedValue(
                table=str(target.name),
                column=column.name,
                key={each.name: row[each.name] for each in keys},
                connection_uuid=uuids.get(row.get("connection_id"), ""),
                row=dict(row),
                token=row[column.name],
            )


def anything(conn: sa.Connection) -> bool:
    """Whether there is any sealed value."""
    return any(
        conn.execute(sa.select(column).where(column.is_not(None)).limit(1)).first() is not None
        for column in COLUMNS
    )


def replace(conn: sa.Connection, value: SealedValue, token: str) -> bool:
    """Put another token in its place, if it still holds the one that was read."""
    target = TABLES[value.table]
    column = target.columns[value.column]
    same = [target.columns[name] == part for name, part in value.key.items()]
    changed = sa.update(target).where(*same, column == value.token).values({value.column: token})
    return conn.execute(changed).rowcount == 1
