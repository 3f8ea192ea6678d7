"""`python -m benchmarks.torture.forgetful KEPT EVERY`: a worker that only forgets, for which a day lasts as long as KEPT seconds.

Rows are kept for a day and what is known of a message no longer than its events (else 90 days), and the job is told a time so
far ahead that this day ended KEPT seconds ago. So the job itself deletes texts, events, outcomes and keys while others write.
After every round it says how many rows changed or went, and how long that took.
"""

import signal
import sys
import threading
import time

from core.desk import Desk
from core.moment import DAY, SECOND
from core.settings import settings
from core.store import retention, store
from core.vault import open_vault
from core.worker import forgetting
from core.worker.jobs import Job, work


def main(kept: float, every: float) -> None:
    """Until SIGTERM."""
    retention.LEAST_OUTCOME_DAYS, forgetting.AGAIN = 1, 0
    stop, chosen = threading.Event(), settings()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    opened = store(chosen)

    def forget(desk: Desk, now: int) -> int:
        begun = time.monotonic()
        gone = forgetting.forget(desk, now + DAY - int(kept * SECOND))
        print(gone, time.monotonic() - begun, flush=True)
        return gone

    desk = Desk(opened, open_vault(chosen, opened), chosen)
    work(desk, stop, (Job("forget-what-is-old", every, forget),))


if __name__ == "__main__":
    main(float(sys.argv[1]), float(sys.argv[2]))
