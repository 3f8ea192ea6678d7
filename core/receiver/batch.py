"""One batch of notifications into the store: read, recorded in one transaction, and what cannot be read kept for replay."""

from collections.abc import Sequence
from typing import Any

from core.errors import Unavailable
from core.events.event import Notification, Parsed
from core.events.parse import parse
from core.log import log
from core.receiver.waiting import Stored
from core.store import connections, findings
from core.store.engine import Store
from core.store.record import Taken, record
from core.store.space import FULL

UNREAD = "notifications-unread"


def take_in_now(store: Store, notifications: Sequence[Notification]) -> list[Stored]:
    """Parse and record in one transaction: True = stored now, False = before, None = no such connection. Raises Unavailable.

    A notification that our own code cannot record is kept raw, in quarantine, for replay: it never blocks the others.
    """
    return record_all(store, [(notification, parsed(notification)) for notification in notifications])


def record_all(store: Store, taken: Sequence[Taken]) -> list[Stored]:
    """The same for what was parsed before."""
    try:
        return _record(store, taken)
    except (Unavailable, MemoryError):
        raise
    except Exception:
        log.exception("a batch could not be recorded; taking it one by one", size=len(taken))
        return [_record_alone(store, one) for one in taken]


def parsed(notification: Notification) -> Parsed:
    """What it holds. What our own code cannot read is nothing, in quarantine. Raises Unavailable when there is no memory."""
    try:
        return parse(notification)
    except MemoryError as error:  # not the notification's fault: it comes again
        raise Unavailable("There is not enough memory just now. Try again.") from error
    except Exception as error:
        log.exception("a notification could not be read; kept raw", connection=notification.connection_id)
        return Parsed((), quarantine=f"reading failed: {type(error).__name__}")


def _record(store: Store, taken: Sequence[Taken]) -> list[Stored]:
    check_room(store)
    with store.write() as conn:
        return record_in(conn, taken)


def check_room(store: Store) -> None:
    """Raises Unavailable when the disk is nearly full."""
    if store.room is not None and store.room.short:
        raise Unavailable(FULL)


def record_in(conn: Any, taken: Sequence[Taken]) -> list[Stored]:
    """Record inside the caller's transaction, with the findings that a notice or a quarantine is."""
    there = connections.existing(conn, {notification.connection_id for notification, _ in taken})
    kept = [one for one in taken if one[0].connection_id in there]
    new = iter(record(conn, kept))
    stored = [next(new) if notification.connection_id in there else None for notification, _ in taken]
    for (notification, parsed), is_new in zip(taken, stored, strict=True):
        if parsed.notice and is_new:
            evidence, now = {"notice": parsed.notice}, notification.received_at
            findings.raise_(conn, notification.connection_id, "topic-set-up", parsed.notice, evidence, now)
        elif parsed.quarantine and is_new:
            findings.raise_(conn, notification.connection_id, UNREAD, "", {}, notification.received_at)
    return stored


def _record_alone(store: Store, one: Taken) -> Stored:
    try:
        return _record(store, [one])[0]
    except (Unavailable, MemoryError):
        raise
    except Exception as error:
        log.exception("a notification could not be recorded; kept raw", connection=one[0].connection_id)
        return _record(store, [(one[0], Parsed((), quarantine=f"recording failed: {type(error).__name__}"))])[
            0
        ]
