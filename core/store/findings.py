"""Standing results of checks, one per connection, reference and subject."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from core.store.rows import Source, insert, many, reading, table
from core.store.tables import FindingRow

_findings = table(FindingRow)


def raise_(
    conn: sa.Connection,
    connection_id: int,
    reference: str,
    subject: str,
    evidence: Mapping[str, Any],
    now: int,
) -> None:
    """Note that something was found, or found again. One that had been resolved begins anew."""
    text = json.dumps(dict(evidence), ensure_ascii=True, sort_keys=True)
    upsert = insert(conn, _findings).values(
        connection_id=connection_id,
        reference=reference,
        subject=subject,
        evidence=text,
        first_at=now,
        last_at=now,
    )
    fresh = sa.case((_findings.c.resolved_at.is_not(None), now), else_=_findings.c.first_at)
    conn.execute(
        upsert.on_conflict_do_update(
            index_elements=["connection_id", "reference", "subject"],
            set_={"evidence": text, "last_at": now, "first_at": fresh, "resolved_at": None},
        )
    )


def resolve(conn: sa.Connection, connection_id: int, reference: str, subject: str | None, now: int) -> int:
    """Note that it is gone; `subject` None means all of this reference. Returns how many were standing."""
    where = [
        _findings.c.connection_id == connection_id, _findings.c.reference == reference, _findings.c.resolved_at.is_(None)
    ]  # fmt: skip
    if subject is not None:
        where.append(_findings.c.subject == subject)
    return conn.execute(sa.update(_findings).where(*where).values(resolved_at=now)).rowcount


def resolved_at(source: Source, connection_id: int, reference: str) -> int:
    """When one of this reference was last over, 0 when none ever was."""
    statement = sa.select(sa.func.max(_findings.c.resolved_at)).where(
        _findings.c.connection_id == connection_id, _findings.c.reference == reference
    )
    with reading(source) as conn:
        return int(conn.execute(statement).scalar() or 0)


def standing(source: Source, connection_ids: Sequence[int]) -> list[FindingRow]:
    """What stands for these connections (0 = the machine itself), newest first."""
    statement = (
        sa.select(_findings)
        .where(_findings.c.connection_id.in_(list(connection_ids)), _findings.c.resolved_at.is_(None))
        .order_by(_findings.c.last_at.desc(), _findings.c.id.desc())
    )
    return many(source, FindingRow, statement)
