"""What Amazon counts of an account by quarters of an hour: behind GetSendStatistics, CloudWatch and VDM, for two weeks.

Amazon does not document which bounces it counts, nor at which moment. Here: permanent ones, but not of mail that was
never sent, in the quarter in which they came. Mail to the simulator is in none of these figures.
"""

from collections.abc import Iterable
from typing import Any

from core.demo.mail import is_simulator
from core.demo.world import Region

QUARTER = 900_000  # milliseconds
KEPT = 14 * 96  # quarters
NAMES = ("DeliveryAttempts", "Bounces", "Complaints", "Rejects")
_NOT_SENT = ("OnAccountSuppressionList", "OnTenantSuppressionList", "UnsubscribedRecipient")
Points = dict[int, dict[str, int]]


def count(points: Points, moment: int, name: str, number: int = 1) -> None:
    """Add to one figure."""
    if number:
        point = points.setdefault(moment // QUARTER, {})
        point[name] = point.get(name, 0) + number


def attempts(points: Points, moment: int, recipients: Iterable[str]) -> None:
    """A mail was sent to these."""
    count(points, moment, "DeliveryAttempts", sum(not is_simulator(each) for each in recipients))


def event(points: Points, moment: int, kind: str, body: dict[str, Any], recipients: Iterable[str]) -> None:
    """Something became of a mail: count what Amazon counts of it."""
    if kind == "Bounce":
        counted = body.get("bounceType") == "Permanent" and body.get("bounceSubType") not in _NOT_SENT
        count(points, moment, "Bounces", _people(body.get("bouncedRecipients")) if counted else 0)
    elif kind == "Complaint":
        counted = body.get("complaintSubType") != "OnAccountSuppressionList"
        count(points, moment, "Complaints", _people(body.get("complainedRecipients")) if counted else 0)
    elif kind == "Reject":
        count(points, moment, "Rejects", int(any(not is_simulator(each) for each in recipients)))


def forget(region: Region, now: int) -> None:
    """Two weeks are kept."""
    for old in [each for each in region.points if each < now // QUARTER - KEPT]:
        del region.points[old]


def sent(region: Region, now: int) -> None:
    """What was attempted in the last day was sent in it: the quota knows of it, too."""
    hours: dict[int, int] = {}
    for quarter, point in region.points.items():
        if quarter > now // QUARTER - 96:
            hours[quarter // 4] = hours.get(quarter // 4, 0) + point.get("DeliveryAttempts", 0)
    for hour, attempted in hours.items():
        region.sent[hour] = max(region.sent.get(hour, 0), attempted)


def within(region: Region, now: int) -> Points:
    """Those of the last two weeks, oldest first; what lies ahead is left out."""
    last = now // QUARTER
    return {at: region.points[at] for at in sorted(region.points) if last - KEPT <= at <= last}


def _people(rows: Any) -> int:
    return sum(not is_simulator(str(row.get("emailAddress", ""))) for row in rows or ())
