"""Amazon's own counts of the account in one region, in quarters of an hour, for the last two weeks.

Source: SES v1 GetSendStatistics; where only CloudWatch may be read, its namespace AWS/SES says the same. Both count the
whole account, every identity, wherever it reports. Which bounces they count is not documented.
"""

from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from core.aws.access import Access
from core.aws.account import NotAmazon
from core.moment import DAY, QUARTER

SPAN = 14 * DAY  # how far back Amazon remembers
METRICS = ("Send", "Bounce", "Complaint", "Reject")
DENIED = ("AccessDenied", "AccessDeniedException")


class Point(NamedTuple):
    """What Amazon counted in one quarter of an hour."""

    sent: int = 0
    bounces: int = 0
    complaints: int = 0
    rejects: int = 0


class Statistics(NamedTuple):
    """Points by quarters since 1970; quarters in which nothing happened are left out. `source` as AmazonCount has it."""

    source: str  # statistics | cloudwatch
    points: dict[int, Point]


def statistics(access: Access, now: int) -> Statistics:
    """One call; CloudWatch is asked only where SES refuses. Raises botocore's errors, the first refusal if both refuse."""
    from botocore.exceptions import ClientError

    try:
        return Statistics("statistics", _from_ses(access))
    except ClientError as refused:
        if refused.response.get("Error", {}).get("Code") not in DENIED:
            raise
        try:
            return Statistics("cloudwatch", _from_cloudwatch(access, now))
        except ClientError:
            raise refused from None


def _from_ses(access: Access) -> dict[int, Point]:
    said = access.client("ses").get_send_statistics()
    if "SendDataPoints" not in said and not said.get("ResponseMetadata", {}).get("RequestId"):
        raise NotAmazon("send statistics")
    found: dict[int, Point] = {}
    for one in said.get("SendDataPoints", ()):
        numbers = (one.get(name, 0) for name in ("DeliveryAttempts", "Bounces", "Complaints", "Rejects"))
        _add(found, one["Timestamp"], Point(*(int(number) for number in numbers)))
    return found


def _from_cloudwatch(access: Access, now: int) -> dict[int, Point]:
    """The four counts in periods of 15 minutes, page by page."""
    until = datetime.fromtimestamp(now / 1000, UTC)
    question: dict[str, Any] = {
        "StartTime": until - timedelta(milliseconds=SPAN),
        "EndTime": until,
        "ScanBy": "TimestampAscending",
        "MetricDataQueries": [
            {
                "Id": name.lower(),
                "MetricStat": {
                    "Metric": {"Namespace": "AWS/SES", "MetricName": name},
                    "Period": QUARTER // 1000,
                    "Stat": "Sum",
                },
            }
            for name in METRICS
        ],
    }
    cloudwatch, found, token = access.client("cloudwatch"), dict[int, Point](), None
    while True:
        said = cloudwatch.get_metric_data(**question, **({"NextToken": token} if token else {}))
        if "MetricDataResults" not in said:
            raise NotAmazon("metric data")
        for series in said["MetricDataResults"]:
            place = [name.lower() for name in METRICS].index(series["Id"])
            for at, value in zip(series.get("Timestamps", ()), series.get("Values", ()), strict=True):
                _add(found, at, Point(*(round(value) if place == index else 0 for index in range(4))))
        token = said.get("NextToken")
        if not token:
            return found


def _add(found: dict[int, Point], at: datetime, point: Point) -> None:
    """Amazon's quarters need not begin at the full quarter (:02, :17 …): two may fall into one of ours."""
    quarter = int(at.timestamp() * 1000) // QUARTER
    known = found.get(quarter, Point())
    found[quarter] = Point(*(one + other for one, other in zip(known, point, strict=True)))
