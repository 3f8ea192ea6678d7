"""The audit trail: append-only, each entry's hash covering the one before it."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from core.store import meta
from core.store.rows import Source, add, many, reading, table
from core.store.tables import AuditEntry

_audit = table(AuditEntry)
_HEAD = "audit_head"  # hash of the newest entry, so that cutting off the end is seen too
_LOCK = 0x5E5DAD
START = "0" * 64


@dataclass(frozen=True, slots=True)
class AuditCheck:
    """Whether the trail is whole; `broken_at` is the first entry that does not fit, None when the end is missing."""

    whole: bool
    entries: int
    broken_at: int | None = None


def append(
    conn: sa.Connection, actor: str, action: str, subject: str, detail: Mapping[str, Any], now: int
) -> AuditEntry:
    """Add what was done by whom. `detail` must hold no secret and no recipient."""
    if conn.dialect.name == "postgresql":
        conn.execute(sa.text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
    last = conn.execute(sa.select(_audit.c.hash).order_by(_audit.c.id.desc()).limit(1)).scalar()
    entry = AuditEntry(
        at=now, actor=actor, action=action, subject=subject,
        detail=json.dumps(dict(detail), ensure_ascii=True, sort_keys=True), previous_hash=last or START, hash="",
    )  # fmt: skip
    entry.hash = _hash(entry)
    entry.id = add(conn, entry)
    meta.put(conn, _HEAD, entry.hash)
    return entry


def verify(source: Source) -> AuditCheck:
    """Walk the whole trail and say whether an entry was changed, removed or put in."""
    previous, entries = START, 0
    with reading(source) as conn:
        for row in conn.execution_options(yield_per=1000).execute(sa.select(_audit).order_by(_audit.c.id)):
            entry = AuditEntry(**row._mapping)
            if entry.previous_hash != previous or entry.hash != _hash(entry):
                return AuditCheck(False, entries, entry.id)
            previous, entries = entry.hash, entries + 1
        head = meta.get(conn, _HEAD) or START
    return AuditCheck(head == previous, entries)


def recent(source: Source, limit: int, before: int | None = None) -> list[AuditEntry]:
    """The newest entries, or those older than entry number `before`."""
    statement = sa.select(_audit).order_by(_audit.c.id.desc()).limit(limit)
    return many(source, AuditEntry, statement if before is None else statement.where(_audit.c.id < before))


def _hash(entry: AuditEntry) -> str:
    told = [entry.previous_hash, entry.at, entry.actor, entry.action, entry.subject, entry.detail]
    return hashlib.sha256(json.dumps(told, ensure_ascii=True).encode()).hexdigest()
