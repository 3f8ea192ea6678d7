"""Who does a background job just now. Two workers never do the same job, and one that slept too long is fenced off."""

from sqlalchemy import Connection, delete, insert, select, update

from core.moment import MINUTE
from core.store.rows import Source, many, reading
from core.store.tables import Lease

_lease = Lease.__table__  # type: ignore[attr-defined]
LONGEST = (
    10 * MINUTE
)  # no lease is taken for longer; one that claims more was written by a clock that ran ahead


def acquire(conn: Connection, job: str, holder: str, now: int, length: int) -> int | None:
    """Take or renew the lease of a job for `length` milliseconds.

    Returns the fencing number, which rises whenever the holder changes, or None while somebody else holds it.
    """
    row = conn.execute(select(_lease).where(_lease.c.job == job)).one_or_none()
    if row is None:
        conn.execute(insert(_lease).values(job=job, holder=holder, fence=1, until=now + length))
        return 1
    if row.holder != holder and now < row.until <= now + LONGEST:
        return None
    fence = int(row.fence) + (row.holder != holder)
    taken = conn.execute(
        update(_lease)
        .where(_lease.c.job == job, _lease.c.fence == row.fence, _lease.c.holder == row.holder)
        .values(holder=holder, fence=fence, until=now + length)
    )
    return fence if taken.rowcount == 1 else None


def still_held(conn: Connection, job: str, fence: int) -> bool:
    """Whether nobody else has taken the job since: asked inside the transaction that writes the job's effect."""
    held = conn.execute(select(_lease.c.fence).where(_lease.c.job == job).with_for_update()).scalar()
    return held == fence


def release(conn: Connection, job: str, holder: str) -> None:
    """Give the job back early, at a clean end."""
    conn.execute(delete(_lease).where(_lease.c.job == job, _lease.c.holder == holder))


def is_held(source: Source, job: str, now: int) -> bool:
    """Whether somebody does the job just now."""
    with reading(source) as conn:
        until = conn.execute(select(_lease.c.until).where(_lease.c.job == job)).scalar()
    return until is not None and now < int(until) <= now + LONGEST


def all(source: Source) -> list[Lease]:
    """Every lease that was not given back, by job."""
    return many(source, Lease, select(_lease).order_by(_lease.c.job))
