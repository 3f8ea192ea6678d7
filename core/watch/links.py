"""Looking at the chain in Amazon, and letting its findings stand or go."""

from core.aws.chain import Chain
from core.aws.permissions import REFUSED
from core.chain import ours
from core.chain.expected import Expected
from core.chain.fix import FIXES
from core.chain.weak import WHERE, weak_links, where
from core.desk import Desk
from core.diagnosis import finding
from core.diagnosis.diagnosis import Diagnosis
from core.errors import NotFound
from core.members.actor import Actor
from core.members.roles import require, require_sight
from core.setup import saga
from core.store import audit, findings, heard, set_ups
from core.store.tables import Connection, FindingRow
from core.watch.changes import DRIFT, TWICE, as_seen, drift, is_told, twice
from core.watch.seen import Seen, change, seen

CHANGED, BLIND = "set-up-drifted", "chain-not-readable"
WATCHED = frozenset((*FIXES, DRIFT, TWICE, CHANGED, BLIND, "identity-elsewhere")) - {
    "signature-version-1"
}  # the receiver's own
ENDED = "unsubscribed-by-amazon"
# The part of the chain (as `Chain.unread` names them) that a finding speaks of: while it is unread, the finding stands.
PARTS = {
    "topic": ("topic", "subscriptions"),
    "subscription": ("topic", "subscriptions"),
    "filter": ("topic", "subscriptions"),
    "raw": ("topic", "subscriptions"),
    "queue": ("queue",),
    "destination": ("configuration-set", "identity"),
    "set": ("identity", "topic", "subscriptions", "configuration-set", "queue"),
    "configuration": ("configuration-set", "identity"),
    "duplicate": ("configuration-set", "identity", "beside"),
    "chain": ("identity", "beside"),
}
MOST_BESIDE = 8  # further identities that a look reads


def look(desk: Desk, connection: Connection, now: int) -> int:
    """Read the chain once, raise what is wrong, resolve what is gone; returns how many findings stand. Raises Locked, BadInput."""
    connection_id = connection.id or 0
    before = seen(desk.store, connection_id)
    chain, wanted = ours.look(desk, connection, beside(desk, connection_id, before))
    if not wanted.topic_arns and not wanted.queue_arns:  # nothing was ever set up: that is no fault
        return 0
    if _set_up_since(desk, connection_id, before.chain_at):
        before = Seen()  # what we changed ourselves is no drift
    found = [one for one in weak_links(chain, wanted) if one.reference in WATCHED]
    drifted = drift(chain, wanted, before)
    if not found:  # a weak link says more than that something changed
        found += _ours_changed(desk, connection, now) or drifted
    found += twice(chain, wanted)
    if refused := {part: one.title for part, one in chain.unread.items() if one.reference in REFUSED}:
        found.append(finding(BLIND, {WHERE: "", **refused}, connection.region))
    _stand(desk, connection_id, chain, wanted, found, now)
    kept = {} if drifted or chain.identity is None else as_seen(chain)
    change(desk.store, connection_id, before, chain_at=now, **kept)
    return len(found)


def remember(desk: Desk, connection: Connection, now: int) -> None:
    """What is there now is what the watch compares with from here on. A sender that cannot be read is left for the next look."""
    connection_id = connection.id or 0
    before = seen(desk.store, connection_id)
    chain, _ = ours.look(desk, connection, beside(desk, connection_id, before))
    change(desk.store, connection_id, before, chain_at=now, **as_seen(chain))


def accept(desk: Desk, connection: Connection, actor: Actor, now: int) -> str:
    """The change was meant: what is there now is what the watch compares with from here on. Admin only. Returns a sentence."""
    require(actor, "admin")
    require_sight(actor, connection.id or 0)
    connection_id = connection.id or 0
    before = seen(desk.store, connection_id)
    chain, _ = ours.look(desk, connection, beside(desk, connection_id, before))
    kept = as_seen(chain)
    if not kept:
        raise NotFound("The sender cannot be read just now. Try again in a moment.")
    change(desk.store, connection_id, before, **kept)
    with desk.store.write() as conn:
        findings.resolve(conn, connection_id, DRIFT, None, now)
        audit.append(conn, actor.name, "change-accepted", connection.name, {"sender": kept["identity"]}, now)
    return f"The settings of {kept['identity']} are kept as they are."


def beside(desk: Desk, connection_id: int, before: Seen) -> list[str]:
    """Further identities to look at: those that stand as reporting twice, those looked at before, those just heard of."""
    rows = findings.standing(desk.store, [connection_id])
    names = [row.subject for row in rows if row.reference == TWICE and row.subject]
    names += [*before.beside, *heard.senders(desk.store, connection_id)]
    return [name for name in dict.fromkeys(names) if name != before.identity][:MOST_BESIDE]


def _ours_changed(desk: Desk, connection: Connection, now: int) -> list[Diagnosis]:
    """What we made ourselves and is no longer as we left it. What could not be read is not called changed."""
    if not set_ups.standing(desk.store, connection.id or 0):
        return []
    return [
        finding(CHANGED, {WHERE: one.subject, "what": f"{one.label}: {one.drift}"}, connection.region)
        for one in saga.made(desk, connection, now)
        if one.drift and one.known and one.state in ("made", "changed")
    ]


def _set_up_since(desk: Desk, connection_id: int, at: int) -> bool:
    return any(one.changed_at > at for one in set_ups.of_connection(desk.store, connection_id))


def _stand(
    desk: Desk, connection_id: int, chain: Chain, wanted: Expected, found: list[Diagnosis], now: int
) -> None:
    raised = {(one.reference, where(one)) for one in found}
    gone = [
        row
        for row in findings.standing(desk.store, [connection_id])
        if (row.reference, row.subject) not in raised and _is_gone(row, chain, wanted)
    ]
    with desk.store.write() as conn:
        for one in found:
            findings.raise_(conn, connection_id, one.reference, where(one), one.evidence, now)
        for row in gone:
            findings.resolve(conn, connection_id, row.reference, row.subject, now)


def _is_gone(row: FindingRow, chain: Chain, wanted: Expected) -> bool:
    """Whether the look shows that it is over: everything that it speaks of was read. Unknown is never healthy."""
    if row.reference == ENDED:
        posts = (one for one in chain.of_topic(row.subject) if one.protocol in ("http", "https"))
        return any(not one.pending and one.unread is None and wanted.is_ours(one.endpoint) for one in posts)
    if row.reference not in WATCHED or (row.reference == TWICE and is_told(row)):
        return False  # somebody else's, or told by the mail itself
    if row.reference == BLIND:
        return not chain.unread
    parts = PARTS.get(row.reference.partition("-")[0], ("identity",))
    return not any(unread.partition(" ")[0] in parts for unread in chain.unread)
