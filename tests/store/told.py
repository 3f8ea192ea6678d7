"""Random mail as Amazon would tell it: few messages, few people, so that everything meets everything."""

import itertools
import json
from datetime import UTC, datetime
from typing import Any

from hypothesis import strategies as st

from core.events.event import Notification, Parsed
from core.events.parse import parse

DAY = 86_400_000
FIRST = 20_000  # a day
_numbers = itertools.count(1)

PEOPLE = [
    "a@x.example",
    "Bea <B@X.Example>",
    "c@gmail.com",
    "d@yahoo.fr",
    "e@BÜCHER.example",
    "s@simulator.amazonses.com",
]
SUBTYPES = [
    "General",
    "NoEmail",
    "Suppressed",
    "OnAccountSuppressionList",
    "EmailValidationSuppressed",
    "New",
]
people = st.sampled_from(PEOPLE)
moments = st.builds(
    lambda day, hour: (FIRST + day) * DAY + hour * 3_600_000 + 123,
    st.integers(0, 2),
    st.sampled_from([0, 5, 23]),
)


def written(at: int) -> str:
    return datetime.fromtimestamp(at / 1000, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


@st.composite
def bodies(draw: st.DrawFn) -> dict[str, Any]:
    """One event or notification, as JSON."""
    kind = draw(
        st.sampled_from(
            [
                "Send",
                "Delivery",
                "Bounce",
                "Complaint",
                "Bounce",
                "Complaint",
                "Open",
                "Reject",
                "DeliveryDelay",
            ]
        )
    )
    mail: dict[str, Any] = {
        "messageId": draw(st.sampled_from(["m1", "m2", "m3"])),
        "destination": draw(st.lists(people, min_size=1, max_size=3)),
    }
    for name, values in {
        "timestamp": moments.map(written),
        "source": st.sampled_from(["News <n@x.example>", "shop@y.example"]),
        "sourceArn": st.sampled_from(
            ["arn:aws:ses:eu-west-1:1:identity/x.example", "arn:aws:ses:eu-west-1:1:identity/z.example"]
        ),
    }.items():
        if draw(st.integers(0, 5)):
            mail[name] = draw(values)
    if draw(st.booleans()):
        mail["tags"] = {
            name: draw(st.lists(st.sampled_from(values), min_size=1, max_size=2))
            for name, values in {
                "ses:configuration-set": ["main", "other"], "campaign": ["spring", "autumn"], "ses-desk": ["drill", "no"],
            }.items()
            if draw(st.integers(0, 9 if name == "ses-desk" else 2)) == 0
        }  # fmt: skip
    named = [{"emailAddress": each} for each in draw(st.lists(people, max_size=3))]
    payload: dict[str, Any] = {"timestamp": written(draw(moments))}
    if kind == "Delivery":
        payload["recipients"] = [each["emailAddress"] for each in named]
    elif kind == "Bounce":
        payload["bounceType"] = draw(
            st.sampled_from(["Permanent", "Permanent", "Transient", "Undetermined", "New"])
        )
        payload["bounceSubType"] = draw(st.sampled_from(SUBTYPES))
        payload["bouncedRecipients"] = named
    elif kind == "Complaint":
        payload["complaintSubType"] = draw(st.sampled_from([None, None, None, "OnAccountSuppressionList"]))
        payload["complaintFeedbackType"] = draw(st.sampled_from(["abuse", None, "not-spam"]))
        payload["complainedRecipients"] = named
    elif kind == "DeliveryDelay":
        payload["delayedRecipients"] = named
    key = {"DeliveryDelay": "deliveryDelay"}.get(kind, kind.lower())
    return {draw(st.sampled_from(["eventType", "notificationType"])): kind, "mail": mail, key: payload}


def taken(
    body: dict[str, Any], connection_id: int, published: int, number: int | None = None
) -> tuple[Notification, Parsed]:
    """A notification of one body, under an SNS id of its own."""
    number = next(_numbers) if number is None else number
    notification = Notification(
        connection_id, None, f"sns-{number}", None, json.dumps(body), published, published + 40, "2"
    )
    return notification, parse(notification)
