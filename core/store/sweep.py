"""What may be forgotten: drafts, tickets, ended sessions, old sign-in failures, confirmation tokens past 48 hours."""

from sqlalchemy import Connection, delete

from core.store import callbacks, tables

HOUR = 3_600_000
SESSION_LIFE = 12 * HOUR
ATTEMPT_LIFE = 24 * HOUR


def sweep(conn: Connection, now: int) -> int:
    """Delete what has ended; returns how many rows went or changed. Doing it twice changes nothing more."""
    drafts, tickets = tables.Draft.__table__, tables.Ticket.__table__  # type: ignore[attr-defined]
    sessions, attempts = tables.Session.__table__, tables.SignInAttempt.__table__  # type: ignore[attr-defined]
    statements = (
        delete(drafts).where(drafts.c.expires_at <= now),
        delete(tickets).where(tickets.c.expires_at <= now),
        delete(sessions).where(sessions.c.created_at <= now - SESSION_LIFE),
        delete(attempts).where(attempts.c.last_at <= now - ATTEMPT_LIFE, attempts.c.blocked_until <= now),
    )
    gone = sum(conn.execute(statement).rowcount for statement in statements)
    return gone + callbacks.forget_old_tokens(conn, now)
