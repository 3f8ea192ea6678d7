"""The background jobs, each done by at most one worker at a time, and none waiting for another."""

import os
import secrets
import socket
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace

import structlog

from core import moment
from core.desk import Desk
from core.drill.progress import end_those_left
from core.errors import SesDeskError
from core.lists import importing
from core.store import leases, sweep
from core.worker import dead_letters, forgetting, summing_up

log = structlog.get_logger("worker")
LEASE = 60_000  # ms; renewed while the job runs
RENEW = 20.0  # seconds
ASK_AGAIN = 30.0  # seconds until a job that another worker holds is asked for again


@dataclass(frozen=True)
class Job:
    """A named piece of work and how often it is due, in seconds.

    `alone` False: several workers may do it at once, so nobody has to wait until a worker that died is given up.
    """

    name: str
    every: float
    do: Callable[[Desk, int], int]
    alone: bool = True


def forget_what_ended(desk: Desk, now: int) -> int:
    """Delete expired drafts, tickets, sessions and confirmation tokens."""
    with desk.store.write() as conn:
        return sweep.sweep(conn, now)


def watch(desk: Desk, now: int) -> int:
    """Watch every connection: what came in, Amazon's counts, the chain."""
    from core.watch.round import watch as one_round  # reads Amazon, so it is loaded when first due

    return one_round(desk, now)


def end_drills(desk: Desk, now: int) -> int:
    """Note drills that have come through while nobody looked, and end those left running, marks and all."""
    return end_those_left(desk.store, now)


def forget_imports(desk: Desk, now: int) -> int:
    """Throw away lists that were looked at and never imported; they wait on this machine's own disk."""
    return importing.forget_old(desk, now)


def look_everything_over(desk: Desk, now: int) -> int:
    """The Doctor's round, once a day for each connection."""
    from core.doctor.daily import daily  # asks Amazon, so it is loaded when first due

    return daily(desk, now)


def look_at_records(desk: Desk, now: int) -> int:
    """The DNS records of every verified sender, once a day."""
    from core.identities.going_round import go_round  # asks Amazon, so it is loaded when first due

    return go_round(desk, now)


def look_at_queues(desk: Desk, now: int) -> int:
    """How many messages wait in each queue, for /metrics."""
    from core.worker.depths import look  # asks Amazon, so it is loaded when first due

    look(desk, now)
    return 0


JOBS = (
    Job("forget-what-ended", 300.0, forget_what_ended),
    Job("end-drills", 60.0, end_drills),
    Job("watch", 60.0, watch),
    Job("forget-what-is-old", 600.0, forgetting.forget),
    Job("sum-up-recent-days", 300.0, summing_up.recent),
    Job("sum-up", 3600.0, summing_up.all_days),
    Job("doctor", 900.0, look_everything_over),
    Job("look-at-records", 900.0, look_at_records),
    Job("forget-imports", 3600.0, forget_imports, alone=False),
    Job("drain-dead-letters", 300.0, dead_letters.drain, alone=False),
    Job("look-at-queues", 60.0, look_at_queues),
)


def name_of_this_worker() -> str:
    """Tells this worker from every other one on any machine: containers may share a host's name and a process number."""
    return f"{socket.gethostname()}-{os.getpid()}-{secrets.token_hex(4)}"


def run_once(desk: Desk, job: Job, holder: str, now: int, at_work: dict[str, int] | None = None) -> bool:
    """Do a job if nobody else holds it. True when it was done here; then nobody else does it before it is due again.

    What it writes is stored only while its lease is held. `at_work` knows the fencing numbers of what runs, to renew them.
    """
    changed = (
        _alone(desk, job, holder, now, {} if at_work is None else at_work) if job.alone else job.do(desk, now)
    )
    if changed:
        log.info("job-done", job=job.name, changed=changed)
    return changed is not None


def _alone(desk: Desk, job: Job, holder: str, now: int, at_work: dict[str, int]) -> int | None:
    pause = int(job.every * 1000)
    with desk.store.write() as conn:
        fence = leases.acquire(conn, job.name, holder, now, LEASE, pause)
    if fence is None:
        return None
    at_work[job.name] = fence
    try:
        changed = job.do(replace(desk, store=leases.leased(desk.store, job.name, fence)), now)
    finally:
        del at_work[job.name]
    with desk.store.write() as conn:
        leases.renew(conn, job.name, fence, now + max(LEASE, pause - 1000))
    return changed


def work(desk: Desk, stop: threading.Event, jobs: tuple[Job, ...] = JOBS) -> None:
    """Do every job when it is due until told to stop: each in a thread of its own, so that a slow one delays no other."""
    holder = name_of_this_worker()
    at_work: dict[str, int] = {}
    for job in jobs:
        words = (desk, job, holder, stop, at_work)
        threading.Thread(target=_again_and_again, args=words, name=job.name, daemon=True).start()
    renewed = time.monotonic()
    while not stop.wait(1.0):
        if time.monotonic() - renewed >= RENEW:
            renewed = time.monotonic()
            _renew(desk, at_work)
    _give_back(desk, [job for job in jobs if job.alone and job.name not in at_work], holder)


def _again_and_again(
    desk: Desk, job: Job, holder: str, stop: threading.Event, at_work: dict[str, int]
) -> None:
    """A store that is away is met again at the next turn."""
    pause = 0.0
    while not stop.wait(pause):
        pause = job.every
        try:
            if not run_once(desk, job, holder, moment.now(), at_work):
                pause = min(job.every, ASK_AGAIN)
        except SesDeskError as error:
            log.warning("job-postponed", job=job.name, reason=str(error))
        except Exception:  # one job that fails must not end the others
            log.exception("job-failed", job=job.name)


def _renew(desk: Desk, at_work: dict[str, int]) -> None:
    """Keep the leases of what runs just now. Who slept too long has lost them, and stores nothing more."""
    try:
        for name, fence in list(at_work.items()):
            with desk.store.write() as conn:
                if at_work.get(name) != fence:
                    continue  # it ended meanwhile, and rests until it is due
                kept = leases.renew(conn, name, fence, moment.now() + LEASE)
            if not kept:
                log.warning("lease-lost", job=name)
    except SesDeskError as error:
        log.warning("leases-not-renewed", reason=str(error))


def _give_back(desk: Desk, jobs: list[Job], holder: str) -> None:
    """At a clean end, let the next worker begin at once."""
    try:
        with desk.store.write() as conn:
            for job in jobs:
                leases.release(conn, job.name, holder)
    except SesDeskError as error:
        log.warning("leases-not-given-back", reason=str(error))
