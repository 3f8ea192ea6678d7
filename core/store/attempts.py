"""Failed sign-ins per name and per address, counted so that no two at once are counted as one."""

from collections.abc import Iterable
from dataclasses import dataclass

import sqlalchemy as sa

from core.store.rows import insert, table
from core.store.tables import SignInAttempt

ATTEMPTS = table(SignInAttempt)


@dataclass(frozen=True)
class Attempts:
    """What is counted against one name or one address. Times in ms."""

    failures: int = 0
    last_at: int = 0
    blocked_until: int = 0


def of(conn: sa.Connection, subjects: Iterable[str]) -> dict[str, Attempts]:
    """The counts of these subjects, without touching them."""
    chosen = sa.select(ATTEMPTS).where(ATTEMPTS.c.subject_hash.in_(list(subjects)))
    return {row["subject_hash"]: _counts(row) for row in conn.execute(chosen).mappings()}


def held(conn: sa.Connection, subjects: Iterable[str], now: int) -> dict[str, Attempts]:
    """The same, with the rows there and locked until the transaction ends. Locked in one order: no deadlock."""
    wanted = sorted(set(subjects))
    rows = [{"subject_hash": each, "failures": 0, "last_at": now, "blocked_until": 0} for each in wanted]
    conn.execute(insert(conn, ATTEMPTS).on_conflict_do_nothing(), rows)
    chosen = sa.select(ATTEMPTS).where(ATTEMPTS.c.subject_hash.in_(wanted)).order_by(ATTEMPTS.c.subject_hash)
    found = conn.execute(chosen.with_for_update()).mappings()
    return {row["subject_hash"]: _counts(row) for row in found}


def write(conn: sa.Connection, subject: str, counts: Attempts) -> None:
    """Set the counts of a subject that is held."""
    values = {
        "failures": counts.failures,
        "last_at": counts.last_at,
        "blocked_until": counts.blocked_until,
    }
    conn.execute(sa.update(ATTEMPTS).where(ATTEMPTS.c.subject_hash == subject).values(values))


def forget(conn: sa.Connection, subject: str) -> None:
    conn.execute(sa.delete(ATTEMPTS).where(ATTEMPTS.c.subject_hash == subject))


def sweep(conn: sa.Connection, last_before: int) -> None:
    """Take away counts that no longer matter."""
    conn.execute(sa.delete(ATTEMPTS).where(ATTEMPTS.c.last_at < last_before))


def _counts(row: sa.RowMapping) -> Attempts:
    return Attempts(row["failures"], row["last_at"], row["blocked_until"])
