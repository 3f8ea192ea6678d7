"""Starting a fire drill: four mails to Amazon's simulator, or one marked message to each topic."""

import time
from dataclasses import replace

from core import moment
from core.aws.publish import publish
from core.chain import ours
from core.connect import access, tests
from core.connect.scenarios import SCENARIOS
from core.desk import Desk
from core.diagnosis import Context, explain
from core.diagnosis.diagnosis import Diagnosis
from core.drill import message, progress
from core.drill.pieces import MAILS, PUBLISHED, Sent, as_text
from core.errors import BadInput, Conflict, NotFound
from core.members.actor import Actor
from core.members.roles import require, require_sight
from core.store import audit, drills
from core.store.record import mark_drill
from core.store.tables import Connection, Drill

KINDS = ("mail", "publish")
SUBJECT = "Fire drill of SES Desk"
BODY = (
    "This mail goes to Amazon's mailbox simulator, to prove that bounces and complaints are reported back.\n"
)
TOO_FAST, PAUSE, TRIES = "sending-too-fast", 1.1, 4  # in the sandbox one mail a second is taken


def start(desk: Desk, connection: Connection, kind: str, actor: Actor, now: int) -> Drill:
    """Send everything and return the drill as it was begun; `progress` tells what comes back. Operators and admins.

    Takes up to four seconds in the sandbox. A drill that is stuck is ended first; raises Conflict while one still moves.
    """
    require(actor, "operator")
    require_sight(actor, connection.id or 0)
    if kind not in KINDS:
        raise BadInput("A drill sends mail, or publishes to the topic.", "kind")
    if connection.disabled:
        raise BadInput("This connection is disabled, so it sends nothing. Enable it under Connections first.")
    if kind == "mail" and not connection.from_address:
        raise BadInput("This connection has no From address yet. Choose one under Connections.")
    topics = ours.expected(desk, connection).topic_arns if kind == "publish" else ()
    if kind == "publish" and not topics:
        raise BadInput("No topic reports here yet. Set up “Bounces and complaints” first.")
    access.of(
        desk.store, desk.vault, desk.settings, connection
    )  # a locked vault says so before anything begins
    drill_id = _begin(desk, connection, kind, actor, now)
    sent: list[Sent] = []
    for name in topics or MAILS:
        sent.append(
            _publish(desk, connection, name) if kind == "publish" else _mail(desk, connection, name, actor)
        )
        refused = bool(sent[-1].finding) and not sent[-1].unsure
        if kind == "mail" or refused or len(sent) == len(topics):
            with desk.store.write() as conn:
                drills.keep(conn, drill_id, as_text(sent))
        if refused:
            break  # Amazon's reason would be the same for the rest
    begun = drills.by_id(desk.store, drill_id)
    if begun is None:
        raise NotFound("The connection was removed while the drill began.")
    return begun


def _begin(desk: Desk, connection: Connection, kind: str, actor: Actor, now: int) -> int:
    """The drill's number; one that hangs makes room."""
    earlier = drills.running(desk.store, connection.id or 0)
    if earlier is not None and progress.progress(desk.store, earlier.id or 0, now).stuck:
        progress.end(desk.store, earlier.id or 0, now)
    with desk.store.write() as conn:
        drill_id = drills.begin(conn, connection.id or 0, kind, actor.name, now)
        if drill_id is None:
            raise Conflict("A drill is running already. Wait until it has ended.")
        audit.append(conn, actor.name, "drill-started", connection.name, {"kind": kind}, now)
    return drill_id


def _mail(desk: Desk, connection: Connection, scenario: str, actor: Actor) -> Sent:
    """One mail to the simulator, by the connection's own transport, sent again only when Amazon surely did not take it."""
    recipient = SCENARIOS[scenario].recipient
    piece = Sent(scenario, moment.now(), recipient)
    for attempt in range(TRIES):
        if attempt:
            time.sleep(PAUSE)
        begun = moment.now()
        row = tests.send_test(
            desk.store, desk.vault, desk.settings, connection, scenario, recipient, SUBJECT, BODY, actor, begun
        )  # fmt: skip
        piece = Sent(
            scenario, begun, recipient,
            row.answered_at if row.state == "accepted" else None, row.message_id or "",
            finding=row.finding or "", unsure=row.state == "unknown",
        )  # fmt: skip
        if not piece.finding or Diagnosis.from_json(piece.finding).reference != TOO_FAST:
            break
    return piece


def _publish(desk: Desk, connection: Connection, arn: str) -> Sent:
    """One marked message to a topic."""
    begun = moment.now()
    piece = Sent(PUBLISHED, begun, message.RECIPIENT, message_id=message.fresh_id(), topic=arn)
    with desk.store.write() as conn:  # before it is published: it may come back before the call returns
        mark_drill(conn, connection.id or 0, piece.message_id, piece.recipient, begun)
    way = access.of(desk.store, desk.vault, desk.settings, connection)
    try:
        publish(way, arn, message.bounce(piece.message_id, connection.from_address, begun), message.SUBJECT)
    except Exception as error:  # explained in the drill itself
        about = Context(region=connection.region, service="sns", operation="Publish")
        return replace(piece, finding=explain(error, about).as_json())
    return replace(piece, accepted_at=moment.now())
