"""SES JSON to events, each type beginning with the example of Amazon's own documentation.

https://docs.aws.amazon.com/ses/latest/dg/event-publishing-retrieving-sns-examples.html
https://docs.aws.amazon.com/ses/latest/dg/notification-examples.html
"""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.events.event import TYPES, Event, EventFlag, Notification, Parsed
from core.events.parse import EVENT_PUBLISHING_READY, IDENTITY_TOPIC_READY, parse
from core.moment import DAY, MINUTE, parse_rfc3339

NOW = parse_rfc3339("2026-10-05T12:00:00Z")
MAIL: dict[str, Any] = {
    "timestamp": "2016-10-14T05:02:16.645Z",
    "messageId": "7c191be45-e9aedb9a-02f9-4d12-a87d-dd0099a07f8a-000000",
    "source": "Sender Name <sender@example.com>",
    "sourceArn": "arn:aws:ses:us-east-1:123456789012:identity/sender@example.com",
    "sendingAccountId": "123456789012",
    "destination": ["recipient@example.com"],
    "headersTruncated": False,
    "headers": [{"name": "From", "value": "sender@example.com"}],
    "commonHeaders": {"from": ["sender@example.com"], "to": ["recipient@example.com"], "subject": "Hi"},
    "tags": {"ses:configuration-set": ["ConfigSet"], "ses:from-domain": ["example.com"], "myCustomTag1": ["myCustomTagValue1"]},
}  # fmt: skip
BOUNCE = {
    "bounceType": "Permanent",
    "bounceSubType": "General",
    "bouncedRecipients": [
        {"emailAddress": "Recipient@Example.com", "action": "failed", "status": "5.1.1", "diagnosticCode": "smtp; 550 5.1.1 user unknown"}
    ],
    "timestamp": "2017-08-05T00:41:02.669Z",
    "feedbackId": "01000157c44f053b-61b59c11",
    "reportingMTA": "dsn; mta.example.com",
}  # fmt: skip
PAYLOADS: dict[str, dict[str, Any]] = {
    "Send": {},
    "Delivery": {"timestamp": "2016-10-19T23:21:04.133Z", "recipients": ["recipient@example.com"], "smtpResponse": "250 ok"},
    "Bounce": BOUNCE,
    "Complaint": {
        "complainedRecipients": [{"emailAddress": "recipient@example.com"}],
        "timestamp": "2017-08-05T00:41:02.669Z",
        "feedbackId": "01000157c44f053b",
        "userAgent": "Amazon SES Mailbox Simulator",
        "complaintFeedbackType": "abuse",
        "complaintSubType": None,
        "arrivalDate": "2017-08-05T00:41:02.669Z",
    },
    "Reject": {"reason": "Bad content"},
    "Open": {"ipAddress": "192.0.2.1", "timestamp": "2017-08-09T22:00:19.652Z", "userAgent": "Mozilla/5.0"},
    "Click": {"ipAddress": "192.0.2.1", "link": "http://docs.aws.amazon.com/", "linkTags": None, "timestamp": "2017-08-09T23:51:25.570Z"},
    "Rendering Failure": {"errorMessage": "Attribute 'x' is not present", "templateName": "MyTemplate"},
    "DeliveryDelay": {
        "delayType": "TransientCommunicationFailure",
        "expirationTime": "2020-06-16T00:25:40.914Z",
        "delayedRecipients": [{"emailAddress": "recipient@example.com", "status": "4.4.1", "diagnosticCode": "smtp; 421 4.4.1"}],
        "timestamp": "2020-06-16T00:25:40.095Z",
    },
    "Subscription": {"contactList": "List", "timestamp": "2017-08-05T00:41:02.669Z", "source": "UnsubscribeHeader"},
}  # fmt: skip
KEYS = {"Rendering Failure": "failure", "DeliveryDelay": "deliveryDelay"}


def told(kind: str, payload: dict[str, Any] | None = None, channel: str = "eventType", **mail: Any) -> str:
    body = {channel: kind, "mail": MAIL | mail}
    body[KEYS.get(kind, kind.lower())] = PAYLOADS.get(kind, {}) | (payload or {})
    return json.dumps(body) + "\n"


def read(message: str, published_at: int = NOW, received_at: int = NOW) -> Parsed:
    return parse(Notification(7, 1, "sns-id", None, message, published_at, received_at, "2"))


def only(message: str) -> Event:
    (event,) = read(message).events
    return event


@pytest.mark.parametrize("channel", ["eventType", "notificationType"])
@pytest.mark.parametrize("kind", TYPES)
def test_each_type_gives_one_event_for_its_one_recipient(kind: str, channel: str) -> None:
    event = only(told(kind, channel=channel))
    assert (event.type, event.message_id, event.recipient) == (
        kind,
        MAIL["messageId"],
        "recipient@example.com",
    )
    assert (event.identity, event.identity_from_arn) == ("sender@example.com", True)
    assert event.configuration_set == "ConfigSet"
    assert event.tags == MAIL["tags"]
    assert event.sent_at == parse_rfc3339(MAIL["timestamp"])
    own = PAYLOADS[kind].get("timestamp", MAIL["timestamp"])
    assert event.occurred_at == parse_rfc3339(own)


def test_a_bounce_keeps_the_servers_own_words() -> None:
    event = only(told("Bounce"))
    assert (event.bounce_type, event.bounce_subtype, event.status) == ("Permanent", "General", "5.1.1")
    assert event.diagnostic_code == "smtp; 550 5.1.1 user unknown"
    assert (event.feedback_id, event.detail) == ("01000157c44f053b-61b59c11", "Permanent")


def test_several_bounced_are_several_events_with_their_own_status() -> None:
    people = [
        {"emailAddress": "a@x.example", "status": "5.1.1"},
        {"emailAddress": "B@X.example", "status": "4.0.0"},
    ]
    events = read(told("Bounce", {"bouncedRecipients": [*people, people[0]]})).events
    assert [(each.recipient, each.status) for each in events] == [
        ("a@x.example", "5.1.1"),
        ("b@x.example", "4.0.0"),
    ]


def test_a_bounce_that_names_nobody_is_one_event_without_recipient() -> None:
    assert only(told("Bounce", {"bouncedRecipients": []})).recipient == ""


def test_a_complaint_carries_every_candidate_in_order() -> None:
    people = [{"emailAddress": each} for each in ("c@x.example", "A@x.example", "b@x.example", "a@X.example")]
    events = read(told("Complaint", {"complainedRecipients": people})).events
    assert [each.recipient for each in events] == ["a@x.example", "b@x.example", "c@x.example"]
    assert {each.candidates for each in events} == {("a@x.example", "b@x.example", "c@x.example")}
    assert events[0].feedback_type == "abuse"


@pytest.mark.parametrize(
    ("feedback", "subtype", "detail"),
    [
        ("not-spam", None, "not-spam"),
        ("abuse", "OnAccountSuppressionList", "suppressed"),
        (None, None, ""),
        ("fraud", None, ""),
    ],
)
def test_a_complaint_taken_back_is_a_fact_of_its_own(
    feedback: str | None, subtype: str | None, detail: str
) -> None:
    event = only(told("Complaint", {"complaintFeedbackType": feedback, "complaintSubType": subtype}))
    assert event.detail == detail


@pytest.mark.parametrize("kind", ["Send", "Reject", "Rendering Failure"])
def test_what_concerns_the_whole_message_is_one_event_per_destination(kind: str) -> None:
    events = read(told(kind, destination=["a@x.example", "B <b@x.example>", "A@X.example"])).events
    assert [each.recipient for each in events] == ["a@x.example", "b@x.example"]


@pytest.mark.parametrize("kind", ["Open", "Click", "Subscription"])
def test_who_opened_is_told_only_when_there_is_one_destination(kind: str) -> None:
    assert only(told(kind)).recipient == "recipient@example.com"
    assert only(told(kind, destination=["a@x.example", "b@x.example"])).recipient == ""


def test_two_opens_are_two_facts_and_two_clicks_on_two_links_as_well() -> None:
    opens = {only(told("Open", {"timestamp": f"2017-08-09T22:00:1{n}.000Z"})).detail for n in range(3)}
    clicks = {only(told("Click", {"link": f"https://x.example/{n}"})).detail for n in range(3)}
    assert (len(opens), len(clicks)) == (3, 3)


def test_feedback_id_is_no_part_of_a_fact() -> None:
    one, other = only(told("Bounce", {"feedbackId": "a"})), only(told("Bounce", {"feedbackId": "b"}))
    assert (one.type, one.recipient, one.detail) == (other.type, other.recipient, other.detail)


@pytest.mark.parametrize(
    ("mail", "identity", "from_arn"),
    [
        ({"sourceArn": None}, "example.com", False),
        ({"sourceArn": None, "source": "a@BÜCHER.example"}, "xn--bcher-kva.example", False),
        ({"sourceArn": None, "source": None}, "example.com", False),
        ({"sourceArn": None, "source": None, "commonHeaders": None}, None, False),
        ({"sourceArn": "arn:aws:ses:eu-west-1:1:identity/example.org"}, "example.org", True),
    ],
)
def test_the_identity_is_the_arns_else_the_from_domain(
    mail: dict[str, Any], identity: str | None, from_arn: bool
) -> None:
    event = only(told("Send", **mail))
    assert (event.identity, event.identity_from_arn) == (identity, from_arn)


@pytest.mark.parametrize(
    ("message", "notice"),
    [
        (
            '{"notificationType":"AmazonSnsSubscriptionSucceeded","message":"You have successfully subscribed"}\n',
            IDENTITY_TOPIC_READY,
        ),
        ("Successfully validated SNS topic for Amazon SES event publishing.", EVENT_PUBLISHING_READY),
        ("Successfully validated SNS topic for Amazon SES event publishing.\n", EVENT_PUBLISHING_READY),
    ],
)
def test_amazons_set_up_notices_are_notices_and_no_events(message: str, notice: str) -> None:
    assert read(message) == Parsed((), notice=notice)


@pytest.mark.parametrize(
    "message",
    ["", "hello", "[]", "1", "null", '"x"', "{", '{"a":1}', '{"eventType":"Bounce"}', '{"eventType":"Bounce","mail":[]}',
     '{"eventType":"Bounce","mail":{}}', '{"eventType":1,"mail":{"messageId":"x"}}', '{"mail":{"messageId":"x"}}',
     '{"eventType":"Bounce","mail":{"messageId":""}}', "[" * 100_000, '{"a":' * 100_000, "NaN", "\x00", '"\\ud800"'],
)  # fmt: skip
def test_what_is_no_ses_event_is_one_unknown_event_about_nobody(message: str) -> None:
    event = only(message)
    assert (event.type, event.message_id, event.recipient, event.occurred_at) == ("UNKNOWN", "", "", NOW)
    assert event.detail == "sns-id"


def test_a_type_we_do_not_know_is_unknown_and_keeps_its_message() -> None:
    event = only(told("Teleported"))
    assert (event.type, event.message_id, event.recipient) == ("UNKNOWN", MAIL["messageId"], "")
    assert event.detail == "Teleported"


def test_what_a_database_cannot_hold_is_replaced_and_the_rest_kept() -> None:
    event = only(told("Bounce").replace("user unknown", "user\\u0000 un\\ud800known"))
    assert event.type == "Bounce"
    assert "\x00" not in (event.diagnostic_code or "")
    (event.diagnostic_code or "").encode()


def test_endless_names_are_cut_but_stay_distinct() -> None:
    one, other = (
        only(told("Send", messageId="x" * 9000 + "1")),
        only(told("Send", messageId="x" * 9000 + "2")),
    )
    assert one.message_id != other.message_id
    assert len(one.message_id) <= 200


@pytest.mark.parametrize(
    ("published_at", "flags"),
    [
        (NOW, 0),
        (NOW - 14 * DAY - 1, 1),
        (NOW - 13 * DAY, 0),
        (NOW + 5 * MINUTE + 1, 2),
        (NOW + 4 * MINUTE, 0),
    ],
)
def test_old_is_late_and_the_future_is_suspect(published_at: int, flags: int) -> None:
    (event,) = read(told("Send"), published_at).events
    assert event.flags == EventFlag(flags)


def test_an_event_from_the_future_is_suspect() -> None:
    assert only(told("Delivery", {"timestamp": "2126-01-01T00:00:00Z"})).flags == EventFlag.SUSPECT


def test_the_drill_tag_marks_a_drill() -> None:
    assert only(told("Send", tags={"ses-desk": ["drill"]})).flags == EventFlag.DRILL
    assert only(told("Send", tags={"ses-desk": ["other"]})).flags == EventFlag(0)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


@settings(deadline=None, max_examples=300)
@given(
    kind=st.sampled_from([*TYPES, "Other"]),
    mail=st.dictionaries(st.sampled_from([*MAIL, "x"]), JSON, max_size=6),
    payload=st.dictionaries(
        st.sampled_from(
            [
                "timestamp",
                "recipients",
                "bouncedRecipients",
                "complainedRecipients",
                "delayedRecipients",
                "bounceType",
                "link",
            ]
        ),
        JSON,
        max_size=5,
    ),
)
def test_wrong_kinds_anywhere_never_raise_and_never_lose_the_notification(
    kind: str, mail: dict[str, Any], payload: dict[str, Any]
) -> None:
    body = {"eventType": kind, "mail": MAIL | mail, KEYS.get(kind, kind.lower()): payload}
    parsed = read(json.dumps(body))
    assert parsed.quarantine is None
    assert parsed.events
