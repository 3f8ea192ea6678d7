"""Why a drill is stuck: the causes in the order of the chain, each found, ruled out, or not to be known from here."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from core.aws.chain import Chain
from core.chain import ours
from core.chain.expected import Expected
from core.chain.fix import Fix, fix_for
from core.chain.weak import doubts, way_of, weak_links, where
from core.desk import Desk
from core.diagnosis import finding
from core.diagnosis.diagnosis import Diagnosis
from core.drill import hops, own_side
from core.drill.pieces import from_text
from core.errors import NotFound
from core.members.actor import Actor
from core.members.roles import require, require_sight
from core.setup.callback_wire import Wire
from core.store import callbacks, connections, queues
from core.store.tables import Connection, Drill

FOUND, RULED_OUT, UNKNOWN = "found", "ruled out", "cannot be known"
UNPOLLED = 120_000  # ms without a look into a queue

# What stops an event, by the hop it stops at, in the order of the way; the two ways of publishing differ.
_SET = (
    "configuration-set-gone", "destination-missing", "destination-disabled", "destination-types-missing",
    "configuration-set-not-attached",
)  # fmt: skip
_TOPIC = ("wrong-region", "topic-gone", "topic-fifo", "topic-policy-refuses-ses", "topic-encrypted")
_LAST = ("subscription-missing", "subscription-elsewhere", "subscription-pending", "filter-policy-set")
_DELIVERED = (*_LAST, "queue-gone", "queue-policy-refuses", "callback-not-reached", "topic-not-pinned")
_SIGNED = ("raw-delivery-on", "report-refused", "certificate-unavailable")
KEY = "topic-key-unknown"
_FOLLOWS = ("identity-topic-missing",)  # SES does it by itself when it cannot publish
_STOPS_SENDING = ("shut-down", "sending-disabled", "configuration-set-paused", "configuration-set-gone")


@dataclass(frozen=True, slots=True)
class Cause:
    """One probable cause. `hop`: the one it stops, "" when that is not known. `where`: what the fix is about."""

    finding: Diagnosis
    checked: str  # FOUND | RULED_OUT | UNKNOWN
    fix: Fix | None = None
    hop: str = ""
    where: str = ""


def why_stuck(desk: Desk, drill: Drill, actor: Actor, now: int, wire: Wire | None = None) -> list[Cause]:
    """The causes, found ones first and in the order of the chain, then what cannot be known, then what is ruled out.

    A key that SES may not use goes before what SES takes away because of it. Reads Amazon (about ten calls), and puts our
    own question where Amazon posts. Operators and admins. Raises Locked and BadInput when Amazon cannot be asked at all.
    """
    require(actor, "operator")
    require_sight(actor, drill.connection_id)
    connection = connections.by_id(desk.store, drill.connection_id)
    if connection is None:
        raise NotFound("The connection of this drill was removed.")
    chain, wanted = ours.look(desk, connection)
    unconfirmed = list(_unconfirmed(desk, connection))
    weak = [_cause(one, FOUND) for one in weak_links(chain, wanted)]
    if unconfirmed:
        weak = [one for one in weak if one.finding.reference != "topic-none"]
    refused = [one for one in _refused(drill) if not _mended_since(one, chain)]
    sharper = [
        replace(one, hop=hops.ACCEPTED) for one in weak if refused and one.finding.reference in _STOPS_SENDING
    ]  # than Amazon's own words for it
    named = {one.finding.reference for one in sharper}
    weak = [one for one in weak if one.finding.reference not in named]
    named = {one.finding.reference for one in weak}
    noted = [_cause(one, FOUND) for one in own_side.not_taken(desk, connection, drill)]
    weak += [one for one in noted if one.finding.reference not in named]
    waiting = list(_waiting(desk, connection, chain, now))
    if noted:  # it came: then Amazon does reach us
        waiting = [one for one in waiting if one.finding.reference != "callback-not-reached"]
    doors = [] if noted else list(_door(desk, connection, chain, wanted, now, wire))
    full = [_cause(one, FOUND) for one in own_side.room(desk, connection.region)]
    found = [*sharper, *refused, *unconfirmed, *weak, *waiting, *doors, *full]
    found = [replace(one, fix=fix_for(desk, connection, one.finding.reference)) for one in found]
    unknown = [_cause(one, UNKNOWN) for one in doubts(chain, wanted)]
    named = {one.finding.reference for one in (*found, *unknown)}
    ruled_out = [
        _cause(finding(reference, region=wanted.region), RULED_OUT)
        for reference in _asked(chain, wanted)
        if reference not in named
    ]
    if own_side.by_https(chain, wanted) and not any(one.startswith("callback-") for one in named):
        ruled_out.append(_cause(finding(own_side.NO_ANSWER, region=wanted.region), RULED_OUT))
    keys = [one for one in unknown if one.finding.reference == KEY]
    unknown = [one for one in unknown if one not in keys]
    if not found and not keys:
        unknown.insert(0, _cause(finding("drill-nothing-found", region=wanted.region), UNKNOWN))
    followed = [one for one in found if keys and one.finding.reference in _FOLLOWS]
    return [*(one for one in found if one not in followed), *keys, *followed, *unknown, *ruled_out]


def hop_of(reference: str) -> str:
    """The hop that a cause stops, "" when it is none of the chain's."""
    if reference in (*_SET, *_TOPIC, KEY, "identity-topic-missing"):
        return hops.EVENT
    if reference in _DELIVERED or reference == "queue-not-emptied" or reference.startswith("callback-"):
        return hops.DELIVERED
    if reference == own_side.FULL:
        return hops.STORED
    return hops.SIGNED if reference in _SIGNED else ""


def _cause(diagnosis: Diagnosis, checked: str) -> Cause:
    return Cause(diagnosis, checked, None, hop_of(diagnosis.reference), where(diagnosis))


def _refused(drill: Drill) -> Iterator[Cause]:
    """What Amazon said when it did not take a piece: once, it is the same for all."""
    for piece in from_text(drill.pieces):
        if piece.finding:
            said = Diagnosis.from_json(piece.finding)
            yield Cause(said, FOUND, None, hops.ACCEPTED, where(said))
            return


def _mended_since(cause: Cause, chain: Chain) -> bool:
    """Whether what refused the piece then was seen in order now: the set that was paused sends again."""
    sets = [one for one in chain.sets if one.exists]
    return (
        cause.finding.reference == "configuration-set-paused"
        and bool(sets)
        and not any(one.paused for one in sets)
    )


def _unconfirmed(desk: Desk, connection: Connection) -> Iterator[Cause]:
    """Topics that wait for an admin here, when none was confirmed."""
    topics = callbacks.topics(desk.store, connection.id or 0)
    if not any(one.state == "pinned" for one in topics):
        for topic in topics:
            if topic.state == "waiting":
                said = finding("topic-not-pinned", {"where": topic.arn}, connection.region)
                yield _cause(said, FOUND)


def _door(
    desk: Desk, connection: Connection, chain: Chain, wanted: Expected, now: int, wire: Wire | None
) -> Iterator[Cause]:
    """Whether our own question is answered where Amazon posts."""
    if own_side.by_https(chain, wanted):
        said = own_side.door(desk, connection, now, wire)
        if said is not None:
            yield _cause(said, FOUND)


def _waiting(desk: Desk, connection: Connection, chain: Chain, now: int) -> Iterator[Cause]:
    """Letters that SNS could not deliver, and a queue that nobody empties."""
    waiting = {one.url: one.waiting for one in chain.queues}
    for queue in queues.of_connection(desk.store, connection.id or 0):
        evidence = {"where": queue.arn, "waiting": str(waiting.get(queue.url, 0))}
        if not waiting.get(queue.url):
            continue
        if queue.kind == "dead-letters":
            yield _cause(finding("callback-not-reached", evidence, connection.region), FOUND)
        elif queue.polled_at is None or now - queue.polled_at > UNPOLLED:
            yield _cause(finding("queue-not-emptied", evidence, connection.region), FOUND)


def _asked(chain: Chain, wanted: Expected) -> Iterator[str]:
    """Every cause that this look was able to see, in the order of the way. What could not be read is not among them."""
    topics_read = bool(chain.topics) and not any(part.startswith("topic ") for part in chain.unread)
    if topics_read:
        yield from _TOPIC
    if way_of(chain, wanted) == "configuration-set":
        if (
            not any(part.startswith("configuration-set") for part in chain.unread)
            and chain.identity is not None
        ):
            yield from _SET
    elif chain.identity is not None:
        yield "identity-topic-missing"
    all_read = all(one.unread is None for one in chain.subscriptions)
    if topics_read and all_read and not any(part.startswith("subscriptions") for part in chain.unread):
        yield from (*_LAST, "raw-delivery-on")
    if chain.queues and not any(part.startswith("queue") for part in chain.unread):
        yield from ("queue-gone", "queue-policy-refuses", "callback-not-reached")
