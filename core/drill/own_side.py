"""What may stop a report on our own side: the door Amazon posts to, what the receiver met, and room to store it."""

import json
from collections.abc import Iterator

from core.aws.chain import Chain
from core.chain.expected import Expected
from core.desk import Desk
from core.diagnosis import finding
from core.diagnosis.diagnosis import Diagnosis
from core.setup import callback_check
from core.setup.callback_wire import Wire
from core.store import findings
from core.store.tables import Connection, Drill

NOT_TAKEN = ("report-refused", "certificate-unavailable", "raw-delivery-on")
UNCHECKED = "callback-not-checked"
NO_ANSWER = "callback-no-answer"
FULL = "disk-nearly-full"


def by_https(chain: Chain, wanted: Expected) -> bool:
    """Whether Amazon posts to us."""
    return any(
        one.protocol in ("http", "https") and wanted.is_ours(one.endpoint) for one in chain.subscriptions
    )


def not_taken(desk: Desk, connection: Connection, drill: Drill) -> Iterator[Diagnosis]:
    """What the receiver noted since the drill began, and has not seen end."""
    for row in findings.standing(desk.store, [connection.id or 0]):
        if row.reference in NOT_TAKEN and row.last_at >= drill.started_at:
            about = {"where": row.subject} if row.subject else {}
            yield finding(row.reference, {**about, **json.loads(row.evidence)}, connection.region)


def room(desk: Desk, region: str) -> Iterator[Diagnosis]:
    """Too little room on the disk: then reports are put off."""
    if desk.store.room is not None and desk.store.room.short:
        yield finding(FULL, region=region)


def door(desk: Desk, connection: Connection, now: int, wire: Wire | None = None) -> Diagnosis | None:
    """Why our own question, put where Amazon posts, was not answered by us; None when it was. At most 10 s."""
    return callback_check.why_no_answer(desk.store, desk.settings, connection, now, wire)
