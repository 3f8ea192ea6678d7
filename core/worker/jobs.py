"""The background jobs, each done by at most one worker at a time."""

import os
import socket
import threading
from collections.abc import Callable
from dataclasses import dataclass

import structlog

from core import moment
from core.desk import Desk
from core.errors import SesDeskError
from core.store import leases, sweep

log = structlog.get_logger("worker")
LEASE = 60_000


@dataclass(frozen=True)
class Job:
    """A named piece of work and how often it is due, in seconds."""

    name: str
    every: float
    do: Callable[[Desk, int], int]


def forget_what_ended(desk: Desk, now: int) -> int:
    """Delete expired drafts, tickets, sessions and confirmation tokens."""
    with desk.store.write() as conn:
        return sweep.sweep(conn, now)


def watch(desk: Desk, now: int) -> int:
    """Watch every connection: what came in, Amazon's counts, the chain."""
    from core.watch.round import watch as one_round  # reads Amazon, so it is loaded when first due

    return one_round(desk, now)


JOBS = (Job("forget-what-ended", 300.0, forget_what_ended), Job("watch", 60.0, watch))


def name_of_this_worker() -> str:
    """Tells this process from every other one on any machine."""
    return f"{socket.gethostname()}-{os.getpid()}-{threading.get_ident()}"


def run_once(desk: Desk, job: Job, holder: str, now: int) -> bool:
    """Do a job if nobody else holds it. True when it was done here."""
    with desk.store.write() as conn:
        fence = leases.acquire(conn, job.name, holder, now, LEASE)
    if fence is None:
        return False
    changed = job.do(desk, now)
    if changed:
        log.info("job-done", job=job.name, changed=changed)
    return True


def work(desk: Desk, stop: threading.Event, jobs: tuple[Job, ...] = JOBS) -> None:
    """Do every job when it is due until told to stop. A store that is away is met again at the next turn."""
    holder = name_of_this_worker()
    due = {job.name: 0.0 for job in jobs}
    waited = 0.0
    while not stop.is_set():
        for job in jobs:
            if due[job.name] <= waited:
                due[job.name] = waited + job.every
                try:
                    run_once(desk, job, holder, moment.now())
                except SesDeskError as error:
                    log.warning("job-postponed", job=job.name, reason=str(error))
                except Exception:  # one job that fails must not end the others
                    log.exception("job-failed", job=job.name)
        stop.wait(1.0)
        waited += 1.0
