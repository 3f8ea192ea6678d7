"""The exact Message of every verified notification, kept so that a better parser can read it again."""

import json
from collections.abc import Sequence

import sqlalchemy as sa

from core.events.event import Notification, Parsed
from core.events.text import clip
from core.store.bulk import Row, write_numbered, write_returning
from core.store.rows import Source, many, one, reading, table
from core.store.tables import RawNotification

_COLUMNS = (
    "connection_id", "published_at", "sns_message_id", "topic_id", "subject", "message", "received_at",
    "signature_version", "state", "note", "flags",
)  # fmt: skip
_KEY = _COLUMNS[:3]
_ONCE = f"ON CONFLICT ({','.join(_KEY)}) DO NOTHING"
_ESCAPED = "\u241b"  # ␛ before text that no database can hold as it is; the rest is JSON

Key = tuple[int, int, str]


def key_of(notification: Notification) -> Key:
    """What makes an SNS message one: Amazon repeats id and signed Timestamp with every retry."""
    return notification.connection_id, notification.published_at, clip(notification.sns_message_id, 200)


def write_raw(conn: sa.Connection, taken: Sequence[tuple[Notification, Parsed]]) -> dict[Key, int]:
    """Keep notifications; returns the numbers of those that were not there before."""
    rows = [_row(notification, parsed) for notification, parsed in taken]
    rows.sort(key=lambda row: row[:3])
    target = table(RawNotification)
    if conn.dialect.name == "sqlite":
        return write_numbered(conn, target, _COLUMNS, rows, _ONCE, len(_KEY))
    returning = f"{_ONCE} RETURNING {','.join(_KEY)},id"
    return {row[:3]: row[3] for row in write_returning(conn, target, _COLUMNS, rows, returning)}


def by_https_too(conn: sa.Connection, again: Sequence[Notification]) -> list[Notification]:
    """Of notifications stored before, note those that came by a queue alone until now, and by HTTPS at last."""
    raw = table(RawNotification)
    noted = []
    for each in again:
        if each.topic_id is not None:
            connection_id, published_at, sns_message_id = key_of(each)
            where = (
                raw.c.connection_id == connection_id, raw.c.published_at == published_at,
                raw.c.sns_message_id == sns_message_id, raw.c.topic_id.is_(None),
            )  # fmt: skip
            if conn.execute(sa.update(raw).where(*where).values(topic_id=each.topic_id)).rowcount:
                noted.append(each)
    return noted


def _row(notification: Notification, parsed: Parsed) -> Row:
    state = "quarantined" if parsed.quarantine else "notice" if parsed.notice else "parsed"
    return (
        *key_of(notification), notification.topic_id, None if notification.subject is None else keep(notification.subject),
        keep(notification.message), notification.received_at, notification.signature_version, state,
        parsed.quarantine or parsed.notice, int(notification.flags),
    )  # fmt: skip


def keep(text: str) -> str:
    """Text as it can be stored: NUL and lone surrogates, which JSON allows and databases do not, are escaped."""
    try:
        if "\x00" not in text and not text.startswith(_ESCAPED):
            text.encode()
            return text
    except UnicodeEncodeError:
        pass
    return _ESCAPED + json.dumps(text)


def give_back(text: str) -> str:
    """The text exactly as it came."""
    return str(json.loads(text[1:])) if text.startswith(_ESCAPED) else text


def by_id(source: Source, connection_id: int, raw_id: int) -> RawNotification | None:
    """One raw notification of a connection, its Message exactly as it came."""
    where = table(RawNotification).c
    found = one(source, RawNotification, where.connection_id == connection_id, where.id == raw_id)
    if found is not None:
        found.message = give_back(found.message)
        found.subject = None if found.subject is None else give_back(found.subject)
    return found


_UNREAD = sa.text("state = 'quarantined'")  # spelled as the partial index spells it


def unread(source: Source, connection_id: int, after: int = 0, limit: int = 100) -> list[RawNotification]:
    """Notifications that our own code could not read, oldest first, their Message exactly as it came."""
    raw = table(RawNotification)
    wanted = (
        sa.select(raw)
        .where(raw.c.connection_id == connection_id, raw.c.id > after, _UNREAD)
        .order_by(raw.c.id)
        .limit(limit)
    )
    found = many(source, RawNotification, wanted)
    for each in found:
        each.message = give_back(each.message)
        each.subject = None if each.subject is None else give_back(each.subject)
    return found


def count_unread(source: Source, connection_id: int) -> int:
    """How many notifications of a connection wait to be read."""
    raw = table(RawNotification)
    wanted = sa.select(sa.func.count()).select_from(raw).where(raw.c.connection_id == connection_id, _UNREAD)
    with reading(source) as conn:
        return int(conn.execute(wanted).scalar_one())


def now_read(conn: sa.Connection, connection_id: int, raw_id: int, parsed: Parsed) -> bool:
    """Note that one was read after all; False when somebody else has done so meanwhile."""
    raw = table(RawNotification)
    changed = sa.update(raw).where(raw.c.connection_id == connection_id, raw.c.id == raw_id, _UNREAD)
    values = {"state": "notice" if parsed.notice else "parsed", "note": parsed.notice}
    return conn.execute(changed.values(values)).rowcount == 1


def may_keep(conn: sa.Connection) -> None:
    """Fails as keeping a notification would: insert none, which waits for whoever has locked the table."""
    conn.exec_driver_sql("INSERT INTO notifications (connection_id) SELECT 0 WHERE 1 = 0")
