"""Notifications that our own code could not read when they came: kept whole, and read again once it can."""

from dataclasses import dataclass

from core.desk import Desk
from core.errors import SesDeskError
from core.events.event import EventFlag, Notification
from core.events.parse import parse
from core.log import log
from core.members.actor import Actor
from core.members.roles import require, require_sight
from core.receiver.batch import UNREAD
from core.store import audit, findings, raw
from core.store.record import record_again
from core.store.tables import Connection, RawNotification

MOST = 1_000  # at one press; the rest waits for the next


@dataclass(frozen=True, slots=True)
class Replayed:
    """How many were read now, and how many still wait."""

    read: int
    waiting: int

    @property
    def sentence(self) -> str:
        """For the screen."""
        if not self.waiting:
            return f"{_many(self.read)} read and counted. Nothing waits any more."
        left = f"{_many(self.waiting)} still not readable: kept for a newer version of SES Desk."
        return f"{_many(self.read)} read and counted. {left}" if self.read else left


def read_again(desk: Desk, connection: Connection, actor: Actor, now: int) -> Replayed:
    """Read what was kept unread. Each is a transaction of its own, and a fact known already counts no second time. Admin only."""
    require(actor, "admin")
    number = connection.id or 0
    require_sight(actor, number)
    done, tried, after = 0, 0, 0
    while tried < MOST and (found := raw.unread(desk.store, number, after)):
        for one in found:
            done += _one(desk, one, now)
        tried, after = tried + len(found), found[-1].id or 0
    with desk.store.write() as conn:
        waiting = raw.count_unread(conn, number)
        if not waiting:
            findings.resolve(conn, number, UNREAD, None, now)
        about = {"read": done, "waiting": waiting}
        audit.append(conn, actor.name, "unread-notifications-read", connection.name, about, now)
    return Replayed(done, waiting)


def _one(desk: Desk, kept: RawNotification, now: int) -> bool:
    """Whether it was read now. What fails again stays as it is."""
    notification = _notification(kept)
    try:
        parsed = parse(notification)
        if parsed.quarantine:
            return False
        with desk.store.write() as conn:
            if not raw.now_read(conn, kept.connection_id, kept.id or 0, parsed):
                return False
            record_again(conn, (notification, parsed), kept.id or 0, now)
            if parsed.notice:
                evidence = {"notice": parsed.notice}
                findings.raise_(conn, kept.connection_id, "topic-set-up", parsed.notice, evidence, now)
    except SesDeskError:
        raise
    except Exception:  # the bug that put it aside is still there: the next one may be of another kind
        log.exception("a notification still cannot be read", connection=kept.connection_id)
        return False
    return True


def _notification(kept: RawNotification) -> Notification:
    return Notification(
        kept.connection_id, kept.topic_id, kept.sns_message_id, kept.subject, kept.message, kept.published_at,
        kept.received_at, kept.signature_version, EventFlag(kept.flags),
    )  # fmt: skip


def _many(number: int) -> str:
    return "1 report was" if number == 1 else f"{number:,} reports were"
