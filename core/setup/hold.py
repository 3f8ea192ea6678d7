"""One walk at a time per connection: two admins who press the same button must not make things twice."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from uuid import uuid4

from core.errors import Conflict
from core.setup.site import Site
from core.store import leases
from core.store.engine import Store

LENGTH = 60_000  # milliseconds; longer than any single call with its repeats
BUSY = "Somebody else works on this set-up just now. Wait a minute, then look at it again."


@dataclass(frozen=True, slots=True)
class Hold:
    """Held by this walk, under a fencing number. `renew` before each step."""

    store: Store
    job: str
    fence: int

    def renew(self, now: int) -> None:
        """Go on holding. Raises Conflict when somebody else took over, after this walk slept too long."""
        with self.store.write() as conn:
            if not leases.renew(conn, self.job, self.fence, now + LENGTH):
                raise Conflict(BUSY)


def job_of(connection_id: int) -> str:
    """The lease's name."""
    return f"set-up-{connection_id}"


@contextmanager
def held(site: Site) -> Iterator[Hold]:
    """Hold a connection's set-up for the length of a walk. Raises Conflict while somebody else does."""
    store, job, holder = site.desk.store, job_of(site.connection.id or 0), uuid4().hex
    with store.write() as conn:
        fence = leases.acquire(conn, job, holder, site.clock(), LENGTH)
    if fence is None:
        raise Conflict(BUSY)
    try:
        yield Hold(store, job, fence)
    finally:
        with store.write() as conn:
            leases.release(conn, job, holder)
