"""Amazon's own counts beside ours, day by day, and what explains the difference.

Amazon counts the whole account in the region, all identities; ours are recipients of mail that reports here. Which bounces
Amazon counts it does not document: ours are read as permanent ones, or with temporary ones, whichever fits more days. Only
hours that both sides can know are compared.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from core.connect import checks
from core.diagnosis.diagnosis import Diagnosis
from core.moment import DAY, HOUR
from core.period import Period, day_name
from core.reports.difference import METRICS, Circumstances, Difference, Metric, Triple
from core.reports.why_differs import differ
from core.store import amazon_counts, daily, heard, pauses
from core.store.amazon_counts import Known
from core.store.engine import Store
from core.store.rates import NO_FEED, rates
from core.store.sums import identities_of
from core.store.tables import Connection

LAG = HOUR  # Amazon's figures, and the last events, may be that late
MOST_UNHEARD = 20


@dataclass(frozen=True, slots=True)
class DayCounts:
    """One UTC day. `since`, `until` (ms): the part of it that is compared; equal when nothing of it can be."""

    day: str  # YYYY-MM-DD
    since: int
    until: int
    differences: dict[Metric, Difference]

    @property
    def whole(self) -> bool:
        """Whether the whole day is compared."""
        return self.until - self.since == DAY

    @property
    def sentences(self) -> list[str]:
        """What differs, in sentences."""
        return [one.sentence for one in self.differences.values() if one.sentence]

    @property
    def early(self) -> bool:
        """Whether all that differs came before the first report here."""
        found = [one for one in self.differences.values() if one.difference]
        return bool(found) and all(
            not one.left and all(reason.early for reason in one.reasons) for one in found
        )

    @property
    def unexplained(self) -> list[Difference]:
        """The differences that nothing explains."""
        return [one for one in self.differences.values() if one.unexplained]

    @property
    def lost(self) -> list[str]:
        """What is missing where reports seem to be lost, and why."""
        found = self.differences.values()
        return [one.sentence for one in found if any(reason.lost for reason in one.reasons)]


@dataclass(frozen=True, slots=True)
class Reconciliation:
    """The days that can be compared, newest first, and how far Amazon's counts are known."""

    days: list[DayCounts]
    known: Known
    blind: tuple[str, ...] = ()
    unheard: tuple[str, ...] = ()
    began: int | None = None  # ms: when the first notification was published
    temporary_too: bool = False  # Amazon's bounces fit ours better with temporary ones

    @property
    def trouble(self) -> Diagnosis | None:
        """Why Amazon's counts could not be read the last time."""
        return Diagnosis.from_json(self.known.trouble) if self.known.trouble else None


def reconcile(store: Store, connection: Connection, period: Period) -> Reconciliation:
    """Compare every day of the period of which Amazon's counts are known."""
    connection_id = connection.id or 0
    known = amazon_counts.known(store, connection_id)
    since = max(period.since, -(-known.first // HOUR) * HOUR)
    until = min(period.until, (known.until - LAG) // HOUR * HOUR)
    if not known.until or since >= until:
        return Reconciliation([], known)
    amazon = {
        hour: Triple(*counted[:3])
        for hour, counted in amazon_counts.by_span(store, connection_id, since, until, HOUR).items()
    }
    held = daily.hourly(store, [connection_id], since // HOUR, until // HOUR - 1)
    first, last = since // DAY, (until - 1) // DAY
    sent_days = daily.whole(store, [connection_id], first, last)
    blind = _blind(store, connection_id, first, last)
    unheard = _unheard(store, connection)
    begun = heard.first_notification(store, connection_id)
    temporary_too = _temporary_too(amazon, held, range(first, last + 1))
    found = []
    for day in range(last, first - 1, -1):
        start, end = max(since, day * DAY), min(until, (day + 1) * DAY)
        hours = range(start // HOUR, end // HOUR)
        theirs = {hour: amazon[hour] for hour in hours if hour in amazon}
        ours = {hour: _triple(held[hour], temporary_too) for hour in hours if hour in held}
        whole = end - start == DAY
        others = _triple(sent_days[day], temporary_too) if whole and day in sent_days else Triple(-1, -1, -1)
        found.append(
            DayCounts(
                day_name(day), start, end,
                {metric: differ(metric, theirs, ours, others.of(metric), Circumstances()) for metric in METRICS},
            )
        )  # fmt: skip
        if any(one.difference for one in found[-1].differences.values()):
            known_of = _circumstances(store, connection_id, start, end, begun, blind, unheard)
            found[-1] = replace(
                found[-1],
                differences={
                    metric: differ(metric, theirs, ours, others.of(metric), known_of) for metric in METRICS
                },
            )
    return Reconciliation(found, known, blind, unheard, begun, temporary_too)


def _triple(numbers: daily.Numbers, temporary_too: bool) -> Triple:
    bounced = numbers.bounced_permanent + (numbers.bounced_transient if temporary_too else 0)
    return Triple(numbers.sent, bounced, numbers.complained)


def _temporary_too(
    amazon: Mapping[int, Triple], held: Mapping[int, daily.Numbers], days: Iterable[int]
) -> bool:
    """Whether Amazon's bounces equal ours on more days when temporary ones are counted in."""
    fits = [0, 0]
    for day in days:
        hours = range(day * 24, day * 24 + 24)
        theirs = sum(amazon[hour].bounces for hour in hours if hour in amazon)
        permanent = sum(held[hour].bounced_permanent for hour in hours if hour in held)
        temporary = sum(held[hour].bounced_transient for hour in hours if hour in held)
        if temporary:
            fits[0] += theirs == permanent
            fits[1] += theirs == permanent + temporary
    return fits[1] > fits[0]


def _blind(store: Store, connection_id: int, first: int, last: int) -> tuple[str, ...]:
    """The identities that report bounces and complaints only."""
    rows = rates(store, [connection_id], first, last, by="identity")
    return tuple(row.key or "an identity that is not named" for row in rows if row.unknown == NO_FEED)


def _unheard(store: Store, connection: Connection) -> tuple[str, ...]:
    """Verified senders, as of the last check, that nothing ever came in of."""
    last = checks.last(connection)
    verified = [str(name) for line in (last.lines if last else ()) for name in line.facts.get("verified", ())]
    told = {name.lower() for name in identities_of(store, [connection.id or 0])}
    silent = [
        name for name in verified if name.lower() not in told and name.rpartition("@")[2].lower() not in told
    ]
    return tuple(silent[:MOST_UNHEARD])


def _circumstances(
    store: Store, connection_id: int, since: int, until: int, begun: int | None, blind: tuple[str, ...],
    unheard: tuple[str, ...],
) -> Circumstances:  # fmt: skip
    """Asked only of days that differ: it reads single events."""
    out = heard.left_out(store, connection_id, since, until)
    return Circumstances(
        since=begun,
        part=(since, until) if until - since < DAY else None,
        pauses=pauses.pauses(store, since, until),
        blind=blind,
        unheard=unheard,
        unreadable=heard.unreadable(store, connection_id, since, until),
        untried=Triple(out.untried_bounces, out.untried_bounces, out.untried_complaints),
        notices=Triple(0, out.bounce_notices, out.complaint_notices),
        simulated=out.simulated,
    )
