"""What the Doctor found of the way back, gone as soon as the store tells that it is: nobody waits for its next round."""

from typing import Any

from core.chain import ours
from core.desk import Desk
from core.drill.passed import last_passed
from core.moment import DAY
from core.store import findings
from core.store.tables import Connection

NOTHING_LISTENS, NOT_PASSED = "nothing-listens", "drill-not-passed"
NO_WORKER = "worker-not-at-work"
THE_MACHINE = 0  # it is nobody's connection, so what is found of it stands once
OLD = 90 * DAY  # a drill that passed longer ago proves little


def over(desk: Desk, connection: Connection, now: int) -> int:
    """Resolve what is over; returns how many."""
    number = connection.id or 0
    stand = {one.reference for one in findings.standing(desk.store, [number])}
    gone = []
    if NOTHING_LISTENS in stand:
        wanted = ours.expected(desk, connection)
        gone += [NOTHING_LISTENS] if wanted.topic_arns or wanted.queue_arns else []
    if NOT_PASSED in stand and now - (last_passed(desk.store, number) or 0) <= OLD:
        gone.append(NOT_PASSED)
    if not gone:
        return 0
    with desk.store.write() as conn:
        return sum(findings.resolve(conn, number, reference, "", now) for reference in gone)


def at_work(conn: Any, now: int) -> None:
    """Whoever watches is at work."""
    findings.resolve(conn, THE_MACHINE, NO_WORKER, "", now)
