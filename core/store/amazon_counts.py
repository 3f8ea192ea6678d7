"""Amazon's own counts, by quarter of an hour, and the span of time for which they are known."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import NamedTuple

import sqlalchemy as sa

from core.moment import DAY, QUARTER
from core.store import meta
from core.store.rows import Source, reading, table
from core.store.tables import AmazonCount, Connection, Meta

KEPT = 90 * DAY
_counts = table(AmazonCount)


class Counted(NamedTuple):
    """What Amazon counted: mail, not recipients' events; the whole account in the region."""

    sent: int = 0
    bounces: int = 0
    complaints: int = 0
    rejects: int = 0


@dataclass(frozen=True, slots=True)
class Known:
    """From when to when (ms) Amazon's counts are known, and how reading them went last."""

    first: int = 0
    until: int = 0  # 0 = never read
    source: str = ""  # statistics | cloudwatch
    tried: int = 0
    trouble: str = ""  # JSON of a Diagnosis, "" = none


def known(source: Source, connection_id: int) -> Known:
    """What is known of this connection's counts; all zeros when they were never read."""
    kept = meta.get(source, _name(connection_id))
    return Known(**json.loads(kept)) if kept else Known()


def keep(
    conn: sa.Connection,
    connection_id: int,
    how: str,
    points: Mapping[int, Sequence[int]],
    first: int,
    now: int,
) -> None:
    """Store what was read at `now` of the time since `first`: it stands for whatever was read of that time before."""
    oldest = min(points, default=first // QUARTER)
    conn.execute(
        sa.delete(_counts).where(
            _counts.c.connection_id == connection_id, _counts.c.quarter >= max(oldest, first // QUARTER)
        )
    )
    rows = [
        {"connection_id": connection_id, "quarter": quarter, "source": how, "read_at": now, **Counted(*point)._asdict()}
        for quarter, point in points.items()
        if quarter >= first // QUARTER
    ]  # fmt: skip
    if rows:
        conn.execute(sa.insert(_counts), rows)
    before = known(conn, connection_id)
    begins = before.first if before.until >= first else first
    _put(conn, connection_id, Known(max(begins, now - KEPT), now, how, now))


def failed(conn: sa.Connection, connection_id: int, trouble: str, now: int) -> None:
    """Note that reading failed; what was read before stays."""
    before = known(conn, connection_id)
    _put(conn, connection_id, Known(before.first, before.until, before.source, now, trouble))


def by_quarter(source: Source, connection_id: int, since: int, until: int) -> dict[int, Counted]:
    """The counts of the quarters that begin in [since, until) ms; quarters without any are left out."""
    where = (
        _counts.c.connection_id == connection_id,
        _counts.c.quarter >= -(-since // QUARTER),
        _counts.c.quarter < -(-until // QUARTER),
    )
    columns = [_counts.c[name] for name in Counted._fields]
    with reading(source) as conn:
        rows = conn.execute(sa.select(_counts.c.quarter, *columns).where(*where))
        return {row[0]: Counted(*row[1:]) for row in rows}


def by_span(source: Source, connection_id: int, since: int, until: int, span: int) -> dict[int, Counted]:
    """The same in longer spans (ms, a multiple of a quarter), counted from 1970: hours, days."""
    found: dict[int, Counted] = {}
    for quarter, counted in by_quarter(source, connection_id, since, until).items():
        place = quarter * QUARTER // span
        found[place] = plus(found.get(place, Counted()), counted)
    return found


def plus(one: Counted, other: Counted) -> Counted:
    """Both together."""
    return Counted(*(left + right for left, right in zip(one, other, strict=True)))


def sweep(conn: sa.Connection, now: int) -> int:
    """Forget quarters older than 90 days, and what was noted of connections that are gone; returns how many."""
    gone = conn.execute(sa.delete(_counts).where(_counts.c.quarter < (now - KEPT) // QUARTER)).rowcount
    names, there = table(Meta).c.name, table(Connection)
    kept = {_name(number) for number in conn.execute(sa.select(there.c.id)).scalars()}
    for name in conn.execute(sa.select(names).where(names.like("amazon-counts:%"))).scalars().all():
        if name not in kept:
            gone += meta.remove(conn, name)
    return gone


def _name(connection_id: int) -> str:
    return f"amazon-counts:{connection_id}"


def _put(conn: sa.Connection, connection_id: int, now_known: Known) -> None:
    meta.put(conn, _name(connection_id), json.dumps(asdict(now_known)))
