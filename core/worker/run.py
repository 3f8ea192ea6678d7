"""A worker: the jobs and the pullers of one process, from start to stop."""

import threading

from core.desk import Desk
from core.worker.jobs import JOBS, work
from core.worker.pull import Pullers

SETTLE = 8.0  # seconds for a commit and its deletion at the end


def run(desk: Desk, stop: threading.Event) -> None:
    """Work until told to stop; then let what is between receiving and deleting finish."""
    pullers = Pullers(desk, stop)
    looking = threading.Thread(target=pullers.run, name="queues", daemon=True)
    looking.start()
    work(desk, stop, JOBS)
    looking.join(2.0)
    pullers.settle(SETTLE)
