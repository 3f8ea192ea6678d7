"""The rows of sessions and of the tickets that lead to them. Tokens are known here by their SHA-256 alone."""

from dataclasses import dataclass

import sqlalchemy as sa

from core.store.people import MEMBERS, Person, person
from core.store.rows import table
from core.store.tables import Session, Ticket

SESSIONS = table(Session)
TICKETS = table(Ticket)


@dataclass(frozen=True)
class SessionRow:
    """One signed-in browser."""

    token_hash: str
    member_id: int
    member_version: int
    created_at: int
    seen_at: int
    address: str
    user_agent: str


@dataclass(frozen=True)
class TicketRow:
    """A ticket that was just taken out of the store: it can never be taken again."""

    member_id: int
    nonce_hash: str
    expires_at: int


def add_ticket(
    conn: sa.Connection, token_hash: str, member_id: int, nonce_hash: str, expires_at: int
) -> None:
    row = {
        "token_hash": token_hash,
        "member_id": member_id,
        "nonce_hash": nonce_hash,
        "expires_at": expires_at,
    }
    conn.execute(sa.insert(TICKETS).values(row))


def take_ticket(conn: sa.Connection, token_hash: str) -> TicketRow | None:
    """Remove a ticket and say what it was. Of two who try at once, one gets it."""
    columns = (TICKETS.c.member_id, TICKETS.c.nonce_hash, TICKETS.c.expires_at)
    row = conn.execute(
        sa.delete(TICKETS).where(TICKETS.c.token_hash == token_hash).returning(*columns)
    ).first()
    return TicketRow(*row) if row else None


def add(conn: sa.Connection, row: SessionRow) -> None:
    conn.execute(sa.insert(SESSIONS).values(**row.__dict__))


def with_member(conn: sa.Connection, token_hash: str) -> tuple[SessionRow, Person] | None:
    """A session and the member it belongs to, both as they are now."""
    session = conn.execute(sa.select(SESSIONS).where(SESSIONS.c.token_hash == token_hash)).mappings().first()
    if session is None:
        return None
    member = conn.execute(sa.select(MEMBERS).where(MEMBERS.c.id == session["member_id"])).mappings().first()
    return (SessionRow(**session), person(member)) if member else None


def seen(conn: sa.Connection, token_hash: str, created_at: int, seen_at: int) -> None:
    """Note that the session is in use."""
    values = {"created_at": created_at, "seen_at": seen_at}
    conn.execute(sa.update(SESSIONS).where(SESSIONS.c.token_hash == token_hash).values(values))


def of_member(conn: sa.Connection, member_id: int) -> list[SessionRow]:
    """A member's sessions, the latest used first."""
    chosen = sa.select(SESSIONS).where(SESSIONS.c.member_id == member_id)
    ordered = chosen.order_by(SESSIONS.c.seen_at.desc(), SESSIONS.c.token_hash)
    return [SessionRow(**row) for row in conn.execute(ordered).mappings()]


def end(conn: sa.Connection, token_hash: str) -> int | None:
    """End one session; the member's id, or None when there was none."""
    ended = sa.delete(SESSIONS).where(SESSIONS.c.token_hash == token_hash).returning(SESSIONS.c.member_id)
    return conn.execute(ended).scalar_one_or_none()


def end_all(conn: sa.Connection, member_id: int) -> int:
    """End every session and ticket of a member; how many sessions there were."""
    conn.execute(sa.delete(TICKETS).where(TICKETS.c.member_id == member_id))
    return int(conn.execute(sa.delete(SESSIONS).where(SESSIONS.c.member_id == member_id)).rowcount)


def sweep(conn: sa.Connection, idle_since: int, created_before: int, now: int) -> None:
    """Take away what has run out."""
    over = sa.or_(SESSIONS.c.seen_at < idle_since, SESSIONS.c.created_at < created_before)
    conn.execute(sa.delete(SESSIONS).where(over))
    conn.execute(sa.delete(TICKETS).where(TICKETS.c.expires_at < now))
