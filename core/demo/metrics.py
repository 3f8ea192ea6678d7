"""Figures Amazon keeps: SES v2 metrics (they need VDM), recommendations, and CloudWatch's reputation."""

from datetime import UTC, datetime
from typing import Any

from core.demo.call import Call
from core.demo.refusal import Refusal

_NAMES = {"SEND": "DeliveryAttempts", "PERMANENT_BOUNCE": "Bounces", "COMPLAINT": "Complaints"}
_CLOUDWATCH = {
    "Send": "DeliveryAttempts",
    "Bounce": "Bounces",
    "Complaint": "Complaints",
    "Reject": "Rejects",
}
_ACCOUNT_WIDE = ("Reputation.BounceRate", "Reputation.ComplaintRate")
QUARTER = 900


def batch_get_metric_data(call: Call) -> dict[str, Any]:
    """Daily figures for each query. Without the Virtual Deliverability Manager there are none."""
    call.may("ses:BatchGetMetricData")
    if not call.region.vdm:
        raise Refusal(
            "BadRequestException", "Virtual Deliverability Manager is not enabled for this account."
        )
    return {"Results": [_daily(call, query) for query in call.items("Queries")], "Errors": []}


def _daily(call: Call, query: dict[str, Any]) -> dict[str, Any]:
    first, last = _seconds(query["StartDate"]), _seconds(query["EndDate"])
    name = _NAMES.get(str(query.get("Metric")), "")
    days: dict[int, int] = {}
    for quarter, point in call.region.points.items():
        moment = quarter * QUARTER
        if first <= moment < last:
            days[moment // 86_400] = days.get(moment // 86_400, 0) + point.get(name, 0)
    ordered = sorted(days)
    return {
        "Id": query.get("Id", ""),
        "Timestamps": [day * 86_400 for day in ordered],
        "Values": [days[day] for day in ordered],
    }


def list_recommendations(call: Call) -> dict[str, Any]:
    """The advisor has nothing to say."""
    call.may("ses:ListRecommendations")
    return {"Recommendations": []}


def get_metric_data(call: Call) -> dict[str, Any]:
    """CloudWatch: the account's reputation as fractions, and counts per period, in namespace AWS/SES."""
    call.may("cloudwatch:GetMetricData")
    first, last = _seconds(call.given.get("StartTime", 0)), _seconds(call.given.get("EndTime", 0))
    results = []
    for query in call.items("MetricDataQueries"):
        stat = query.get("MetricStat") or {}
        metric = stat.get("Metric") or {}
        name = str(metric.get("MetricName", ""))
        known = metric.get("Namespace") == "AWS/SES" and not metric.get("Dimensions")
        period = int(stat.get("Period") or 300)
        points = _points(call, name, first, last, period) if known else {}
        moments = sorted(points, reverse=call.text("ScanBy") != "TimestampAscending")
        results.append(
            {
                "Id": query.get("Id", ""),
                "Label": query.get("Label") or name,
                "Timestamps": moments,
                "Values": [points[moment] for moment in moments],
                "StatusCode": "Complete",
            }
        )
    return {"MetricDataResults": results, "Messages": []}


def _points(call: Call, name: str, first: int, last: int, period: int) -> dict[int, float]:
    """Values by the start of their period. Reputation stands at every full hour."""
    if name in _ACCOUNT_WIDE:
        value = call.region.reputation.get(name.removeprefix("Reputation."))
        return (
            {}
            if value is None
            else dict.fromkeys(range(-(-first // 3600) * 3600, last, max(3600, period)), value)
        )
    points: dict[int, float] = {}
    for quarter, point in call.region.points.items():
        moment = quarter * QUARTER
        count = point.get(_CLOUDWATCH.get(name, ""), 0)
        if count and first <= moment < last:
            start = moment - moment % period
            points[start] = points.get(start, 0.0) + count
    return points


def list_metrics(call: Call) -> dict[str, Any]:
    """CloudWatch: what there is to ask for."""
    call.may("cloudwatch:ListMetrics")
    wanted = call.text("MetricName")
    names = [*(_ACCOUNT_WIDE if call.region.reputation else ()), *(_CLOUDWATCH if call.region.points else ())]
    if call.text("Namespace") not in ("", "AWS/SES"):
        names = []
    return {
        "Metrics": [
            {"Namespace": "AWS/SES", "MetricName": name, "Dimensions": []}
            for name in names
            if wanted in ("", name)
        ]
    }


def _seconds(value: object) -> int:
    """A time as the JSON protocols send it: seconds since 1970, or text."""
    if isinstance(value, int | float):
        return int(value)
    text = str(value).replace("Z", "+00:00")
    try:
        return int(float(text))
    except ValueError:
        moment = datetime.fromisoformat(text)
        return int((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp())


ACTIONS = {"BatchGetMetricData": batch_get_metric_data, "ListRecommendations": list_recommendations}
CLOUDWATCH = {"GetMetricData": get_metric_data, "ListMetrics": list_metrics}
