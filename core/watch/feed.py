"""Findings about what comes in: silence, counts that differ, reports that were lost, certificates, feeds that report twice."""

from core.moment import DAY, HOUR
from core.period import last_days
from core.reports.reconcile import reconcile
from core.store import findings, heard
from core.store.engine import Store
from core.store.tables import Connection, FindingRow
from core.watch.changes import TOLD, TWICE, is_told
from core.watch.silence import silence

SILENT, DIFFER, LOST, CERTIFICATE, RAW, REFUSED = (
    "silent-feed", "counts-differ", "reports-missing", "certificate-unavailable", "raw-delivery-on", "report-refused",
)  # fmt: skip
SETTLED = 6 * HOUR  # after a day's end its bounces have mostly come


def listen_for(store: Store, connection: Connection, now: int) -> int:
    """Raise or resolve what the store alone can tell; returns how many changed."""
    connection_id = connection.id or 0
    return (
        _silence(store, connection_id, now)
        + _certificates(store, connection_id, now)
        + _twice(store, connection_id, now)
    )


def compare(store: Store, connection: Connection, now: int) -> int:
    """Findings of the reconciliation, over the finished days that Amazon still remembers."""
    connection_id = connection.id or 0
    days = [
        one
        for one in reconcile(store, connection, last_days(15, now)).days
        if one.until % DAY == 0 and one.until + SETTLED <= now
    ]
    differ = {day.day: day.unexplained[0].sentence for day in days if day.unexplained}
    lost = {day.day: "; ".join(day.lost) for day in days if day.lost}
    return _stands(store, connection_id, DIFFER, differ, now) + _stands(store, connection_id, LOST, lost, now)


def _stands(store: Store, connection_id: int, reference: str, said: dict[str, str], now: int) -> int:
    """One finding for all days; gone when no day is left."""
    with store.write() as conn:
        if not said:
            return findings.resolve(conn, connection_id, reference, "", now)
        newest = dict(sorted(said.items(), reverse=True)[:7])
        findings.raise_(conn, connection_id, reference, "", newest, now)
    return 1


def _silence(store: Store, connection_id: int, now: int) -> int:
    """Raised by mail without an answer; resolved by a real event only, never because nothing more was sent."""
    found = silence(store, connection_id, now)
    standing = _standing(store, connection_id, SILENT)
    last = heard.last_event(store, connection_id) or 0
    with store.write() as conn:
        if found is not None:
            findings.raise_(conn, connection_id, SILENT, "", found.evidence, now)
            return 1
        if standing and last > standing.first_at:
            return findings.resolve(conn, connection_id, SILENT, "", now)
    return 0


def _certificates(store: Store, connection_id: int, now: int) -> int:
    """The receiver notes that it could not check a signature, or refused a report; the next event that comes in well ends
    it. So with raw delivery, when events came in for an hour without another raw one."""
    last = heard.last_event(store, connection_id) or 0
    quiet = {CERTIFICATE: 0, REFUSED: 0, RAW: HOUR}
    over = [
        row
        for row in findings.standing(store, [connection_id])
        if row.reference in quiet and last > row.last_at + quiet[row.reference]
        if not row.subject or row.reference == REFUSED
    ]
    if not over:
        return 0
    with store.write() as conn:
        return sum(findings.resolve(conn, connection_id, row.reference, row.subject, now) for row in over)


def _twice(store: Store, connection_id: int, now: int) -> int:
    """Messages that were told both ways, whatever Amazon's settings say, by the identity they name; gone when none was for
    six hours of events. What came before the button was pressed is no news."""
    rows = [row for row in findings.standing(store, [connection_id]) if row.reference == TWICE]
    told, by_settings = (
        [row for row in rows if is_told(row)],
        {row.subject for row in rows if not is_told(row)},
    )
    since = max(now - HOUR, findings.resolved_at(store, connection_id, TWICE))
    doubled = [one for one in heard.both_ways(store, connection_id, since) if one.identity not in by_settings]
    last = heard.last_event(store, connection_id) or 0
    named = {one.identity for one in doubled}
    over = [row for row in told if row.subject not in named]
    over = [row for row in over if last > row.last_at + 6 * HOUR or (by_settings and not row.subject)]
    with store.write() as conn:
        for one in doubled:
            seen = {TOLD: one.message_id, "by the configuration set": one.configuration_set}
            findings.raise_(conn, connection_id, TWICE, one.identity, seen, now)
        for row in over:
            findings.resolve(conn, connection_id, TWICE, row.subject, now)
    return len(named - {row.subject for row in told}) + len(over)


def _standing(store: Store, connection_id: int, reference: str) -> FindingRow | None:
    """The standing finding about the feed as a whole."""
    rows = findings.standing(store, [connection_id])
    return next((row for row in rows if row.reference == reference and not row.subject), None)
