"""Sealed drafts of the connect walk: one per sign-in and kind, each with an end."""

import sqlalchemy as sa

from core.store.rows import Source, one, table, writing
from core.store.rows import put as _put
from core.store.tables import Draft

_drafts = table(Draft)


def get(source: Source, session_hash: str, kind: str, now: int) -> str | None:
    """The sealed draft, unless there is none or its time is over."""
    found = one(
        source, Draft,
        _drafts.c.session_hash == session_hash, _drafts.c.kind == kind, _drafts.c.expires_at > now,
    )  # fmt: skip
    return found.sealed if found else None


def put(source: Source, session_hash: str, kind: str, sealed: str, expires_at: int) -> None:
    """Keep a draft, replacing the last one."""
    with writing(source) as conn:
        _put(conn, Draft(session_hash=session_hash, kind=kind, sealed=sealed, expires_at=expires_at))


def clear(source: Source, session_hash: str, kind: str) -> None:
    """Forget a draft."""
    with writing(source) as conn:
        conn.execute(sa.delete(_drafts).where(_drafts.c.session_hash == session_hash, _drafts.c.kind == kind))
