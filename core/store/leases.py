"""Who does a background job just now. Two workers never do the same job, and one that slept too long is fenced off."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, fields

from sqlalchemy import Connection, select, update

from core.errors import Unavailable
from core.moment import MINUTE
from core.store.engine import Store
from core.store.rows import Source, insert, many, reading
from core.store.tables import Lease
from core.store.turn import PATIENCE

_lease = Lease.__table__  # type: ignore[attr-defined]
# No lease is taken for longer, but for its job's own pause; one that claims more was written by a clock that ran ahead.
LONGEST = 10 * MINUTE
LOST = "Another worker has taken this job over, after this one slept too long. Nothing more of it is stored here."


@dataclass(frozen=True, slots=True)
class Leased(Store):
    """A store as one job sees it: a transaction that writes is begun only while the job's lease is still ours."""

    job: str = ""
    fence: int = 0

    @contextmanager
    def write(self, patience: float = PATIENCE) -> Iterator[Connection]:
        """One transaction. Nobody takes the lease before it has ended. Raises Unavailable, also when the lease is lost."""
        with Store.write(self, patience) as conn:
            if not still_held(conn, self.job, self.fence):
                raise Unavailable(LOST)
            yield conn


def leased(store: Store, job: str, fence: int) -> Leased:
    """The store for whoever holds the lease of this job under this fencing number."""
    own = {field.name: getattr(store, field.name) for field in fields(Store)}
    return Leased(**own, job=job, fence=fence)


def acquire(conn: Connection, job: str, holder: str, now: int, length: int, pause: int = 0) -> int | None:
    """Take or renew the lease of a job for `length` milliseconds.

    `pause`: how long (ms) whoever did the job may hold it afterwards, until it is due again.
    Returns the fencing number, which rises whenever the holder changes, or None while somebody else holds it.
    """
    row = conn.execute(select(_lease).where(_lease.c.job == job)).one_or_none()
    if row is None:
        first = insert(conn, _lease).values(job=job, holder=holder, fence=1, until=now + length)
        fence = conn.execute(first.on_conflict_do_nothing().returning(_lease.c.fence)).scalar()
        return None if fence is None else int(fence)  # None: somebody else was first a moment ago
    if row.holder != holder and now < row.until <= now + LONGEST + pause:
        return None
    next_one = int(row.fence) + (row.holder != holder)
    taken = conn.execute(
        update(_lease)
        .where(_lease.c.job == job, _lease.c.fence == row.fence, _lease.c.holder == row.holder)
        .values(holder=holder, fence=next_one, until=now + length)
    )
    return next_one if taken.rowcount == 1 else None


def renew(conn: Connection, job: str, fence: int, until: int) -> bool:
    """Keep the lease that goes by this fencing number. False when somebody has taken the job since."""
    mine = update(_lease).where(_lease.c.job == job, _lease.c.fence == fence)
    return conn.execute(mine.values(until=until)).rowcount == 1


def still_held(conn: Connection, job: str, fence: int) -> bool:
    """Whether nobody else has taken the job since: asked inside the transaction that writes the job's effect.

    On PostgreSQL nobody takes it before that transaction has ended.
    """
    held = conn.execute(select(_lease.c.fence).where(_lease.c.job == job).with_for_update(read=True)).scalar()
    return held == fence


def release(conn: Connection, job: str, holder: str) -> None:
    """Give the job back early, at a clean end. The number stays: it must never be given out twice."""
    conn.execute(update(_lease).where(_lease.c.job == job, _lease.c.holder == holder).values(until=0))


def is_held(source: Source, job: str, now: int) -> bool:
    """Whether somebody does the job just now."""
    with reading(source) as conn:
        until = conn.execute(select(_lease.c.until).where(_lease.c.job == job)).scalar()
    return until is not None and now < int(until) <= now + LONGEST


def all(source: Source) -> list[Lease]:
    """Every lease that was not given back, by job."""
    return many(source, Lease, select(_lease).where(_lease.c.until > 0).order_by(_lease.c.job))
