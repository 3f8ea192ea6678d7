"""The rows of members: found by name or id, added, changed under a version, removed. What may be done is decided elsewhere."""

import json
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from core.store.rows import insert, table
from core.store.tables import Member

MEMBERS = table(Member)


@dataclass(frozen=True)
class Person:
    """One member as the store has them, without the password's hash."""

    id: int
    name: str
    role: str
    connections: frozenset[int] | None  # None = all
    must_change: bool
    disabled: bool
    created_at: int
    version: int


def person(row: sa.RowMapping) -> Person:
    """The value of one row. A list of connections that cannot be read grants nothing."""
    return Person(
        id=row["id"],
        name=row["name"],
        role=row["role"],
        connections=granted(row["connections"]),
        must_change=bool(row["must_change"]),
        disabled=bool(row["disabled"]),
        created_at=row["created_at"],
        version=row["version"],
    )


def granted(text: str | None) -> frozenset[int] | None:
    """The connection ids of a stored grant; None means all."""
    if text is None:
        return None
    try:
        return frozenset(int(each) for each in json.loads(text))
    except (ValueError, TypeError):
        return frozenset()


def written(connections: frozenset[int] | None) -> str | None:
    """The same as the column keeps it."""
    return None if connections is None else json.dumps(sorted(connections))


def count(conn: sa.Connection) -> int:
    """How many members there are, disabled ones too."""
    return int(conn.execute(sa.select(sa.func.count()).select_from(MEMBERS)).scalar_one())


def everyone(conn: sa.Connection) -> list[Person]:
    """All members by name."""
    return [person(row) for row in conn.execute(sa.select(MEMBERS).order_by(MEMBERS.c.name)).mappings()]


def by_id(conn: sa.Connection, member_id: int) -> Person | None:
    row = conn.execute(sa.select(MEMBERS).where(MEMBERS.c.id == member_id)).mappings().first()
    return person(row) if row else None


def by_name(conn: sa.Connection, name: str) -> Person | None:
    row = conn.execute(sa.select(MEMBERS).where(MEMBERS.c.name == name)).mappings().first()
    return person(row) if row else None


def password_hash(conn: sa.Connection, member_id: int) -> str | None:
    """The argon2id hash of the member's password."""
    return conn.execute(
        sa.select(MEMBERS.c.password_hash).where(MEMBERS.c.id == member_id)
    ).scalar_one_or_none()


def enabled_admins(conn: sa.Connection) -> set[int]:
    """The ids of the admins who can sign in; their rows stay locked until the transaction ends."""
    chosen = sa.select(MEMBERS.c.id).where(MEMBERS.c.role == "admin", MEMBERS.c.disabled == sa.false())
    return set(conn.execute(chosen.order_by(MEMBERS.c.id).with_for_update()).scalars())


def add(
    conn: sa.Connection,
    name: str,
    role: str,
    hashed: str,
    connections: frozenset[int] | None,
    must_change: bool,
    now: int,
) -> int | None:
    """A new member's id, or None when the name is taken."""
    row = {
        "name": name,
        "role": role,
        "password_hash": hashed,
        "connections": written(connections),
        "must_change": must_change,
        "disabled": False,
        "created_at": now,
        "version": 1,
    }
    added = insert(conn, MEMBERS).values(row).on_conflict_do_nothing().returning(MEMBERS.c.id)
    return conn.execute(added).scalar_one_or_none()


def change(conn: sa.Connection, member_id: int, version: int, **values: Any) -> bool:
    """Write these columns and raise the version, if it still is the one that was read. False: somebody was faster."""
    if "connections" in values:
        values["connections"] = written(values["connections"])
    same = sa.and_(MEMBERS.c.id == member_id, MEMBERS.c.version == version)
    return conn.execute(sa.update(MEMBERS).where(same).values(version=version + 1, **values)).rowcount == 1


def rehash(conn: sa.Connection, member_id: int, old: str, new: str) -> None:
    """The same password under newer settings: no version, since nothing ends by it."""
    same = sa.and_(MEMBERS.c.id == member_id, MEMBERS.c.password_hash == old)
    conn.execute(sa.update(MEMBERS).where(same).values(password_hash=new))


def remove(conn: sa.Connection, member_id: int) -> bool:
    """Take a member away; their sessions and tickets go with the row."""
    return conn.execute(sa.delete(MEMBERS).where(MEMBERS.c.id == member_id)).rowcount == 1
