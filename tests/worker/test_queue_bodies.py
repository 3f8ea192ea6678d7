"""What may come out of a queue, told apart: an envelope, a bare event, EventBridge's form, and everything else."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sns_signer import ARN, Signer

from core.aws.pulling import Received
from core.events.event import EventFlag, Notification
from core.events.parse import parse
from core.moment import DAY, parse_rfc3339, rfc3339
from core.queues.bodies import VALIDATED, Accepts, NotOurs, read
from core.receiver.batch import take_in_now
from core.store import connections
from core.store.engine import Store
from core.store.tables import Connection

NOW = 1_800_000_000_000
ACCEPTS = Accepts(7, "111122223333", "eu-west-1", (ARN,))
EVENT: dict[str, Any] = {
    "eventType": "Complaint",
    "mail": {"messageId": "m1", "timestamp": rfc3339(NOW), "source": "a@example.com", "destination": ["b@example.org"]},
    "complaint": {"complainedRecipients": [{"emailAddress": "b@example.org"}], "timestamp": rfc3339(NOW)},
}  # fmt: skip
SIGNER = Signer()


def came(body: str, sent_at: int = NOW - 5) -> Received:
    return Received("sqs-1", "receipt", body, sent_at)


def taken(body: str, accepts: Accepts = ACCEPTS, now: int = NOW) -> Notification:
    return read(came(body), accepts, now)


def bridge(**more: Any) -> str:
    return json.dumps({
        "version": "0", "id": "6a7e8feb-b491-4cf7-a9f1-bf3703467718", "detail-type": "Email Complaint Received",
        "source": "aws.ses", "account": "111122223333", "time": "2027-01-15T08:00:00Z", "region": "eu-west-1",
        "resources": ["arn:aws:ses:eu-west-1:111122223333:configuration-set/x"], "detail": EVENT, **more,
    })  # fmt: skip


def test_an_envelope_keeps_the_id_and_the_time_it_has_by_https() -> None:
    posted = SIGNER.notification(ARN, json.dumps(EVENT), subject="Amazon SES Email Event Notification")
    found = taken(SIGNER.body(posted).decode())
    assert (found.sns_message_id, found.published_at) == (
        posted["MessageId"],
        parse_rfc3339(posted["Timestamp"]),
    )
    assert (found.message, found.subject, found.topic_id) == (posted["Message"], posted["Subject"], None)
    assert found.signature_version == "" and found.connection_id == 7
    assert [event.type for event in parse(found).events] == ["Complaint"]


def test_a_bare_event_of_raw_delivery_is_taken_with_the_queues_own_id_and_time() -> None:
    found = taken(json.dumps(EVENT))
    assert (found.sns_message_id, found.published_at) == ("sqs:sqs-1", NOW - 5)
    assert parse(found).events[0].recipient == "b@example.org"


def test_an_event_from_eventbridge_is_unwrapped() -> None:
    found = taken(bridge())
    assert found.sns_message_id.startswith("6a7e8feb") and found.published_at == 1_800_000_000_000
    assert [event.type for event in parse(found).events] == ["Complaint"]


@pytest.mark.parametrize("notice", [VALIDATED, json.dumps({"notificationType": "AmazonSnsSubscriptionSucceeded", "message": "x"})])  # fmt: skip
def test_amazons_set_up_notices_are_notices_also_without_an_envelope(notice: str) -> None:
    assert parse(taken(notice)).notice


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("", "not JSON"),
        ("hello", "not JSON"),
        ("[1, 2]", "one JSON object"),
        ('{"a": 1}', "neither a message of SNS nor an event of SES"),
        ("[" * 100_000, "nested too deep"),
        ('{"Type": "Notification"}', "Message is missing"),
        ("x" * 307_201, "larger than any message of SNS"),
        (bridge(account="999988887777"), "another account or region"),
        (bridge(region="us-east-1"), "another account or region"),
        (bridge(time="yesterday"), "no full date"),
        (bridge(id=""), "no id"),
        (bridge(id="x\ud800"), "no id has"),
        (bridge(id="x\x00y"), "no id has"),
        (bridge(id="x\ny"), "no id has"),
    ],
)
def test_whatever_else_is_put_aside_with_its_reason(body: str, reason: str) -> None:
    with pytest.raises(NotOurs) as refused:
        taken(body)
    assert reason in str(refused.value)


def test_a_topic_nobody_pinned_may_not_report_through_the_queue() -> None:
    body = SIGNER.body(SIGNER.notification(ARN + "-other", json.dumps(EVENT))).decode()
    with pytest.raises(NotOurs, match="may not report here"):
        taken(body)
    wide = Accepts(7, None, "eu-west-1", ("arn:aws:sns:*:111122223333:*",))
    assert taken(body, wide).message == json.dumps(EVENT)
    with pytest.raises(NotOurs):
        taken(body, Accepts(7, None, "eu-west-1", ("arn:aws:sns:*:444455556666:*",)))


def test_a_request_to_confirm_says_how_to_do_without() -> None:
    body = SIGNER.body(SIGNER.confirmation(ARN)).decode()
    with pytest.raises(NotOurs, match="account that owns it"):
        taken(body)


def test_late_suspect_and_demo_are_marked_as_by_https() -> None:
    posted = SIGNER.body(SIGNER.notification(ARN, json.dumps(EVENT))).decode()
    at = parse_rfc3339(json.loads(posted)["Timestamp"])
    demo = Accepts(7, None, "eu-west-1", (ARN,), demo=True)
    assert taken(posted, demo, at + 15 * DAY).flags == EventFlag.LATE | EventFlag.DEMO
    assert taken(posted, ACCEPTS, at - DAY).flags == EventFlag.SUSPECT
    assert taken(posted, ACCEPTS, at + 1).flags == EventFlag(0)


def places(value: Any, way: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The way to every text in a JSON value."""
    if isinstance(value, str):
        yield way
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, each in inner:
        yield from places(each, (*way, key))


def bent(value: Any, way: tuple[Any, ...], bad: str) -> Any:
    """The same with this at the end of the text in one place."""
    if not way:
        return value + bad
    changed = dict(value) if isinstance(value, dict) else list(value)
    changed[way[0]] = bent(value[way[0]], way[1:], bad)
    return changed


def test_nothing_that_a_database_cannot_hold_keeps_a_queue_waiting(store: Store) -> None:
    """In whichever field it stands: the message is taken in or put aside, and so is the next one."""
    with store.write() as conn:
        row = Connection(name="acme", region="eu-west-1", created_at=NOW, updated_at=NOW)
        accepts = Accepts(connections.add(conn, row).id or 0, "111122223333", "eu-west-1", (ARN,))
    told = {**EVENT, "mail": {**EVENT["mail"], "tags": {"campaign": ["spring"]}}}
    posted = SIGNER.notification(ARN, json.dumps(told), subject="Amazon SES")
    bodies = [posted, json.loads(bridge(detail=told)), told]
    bodies += [{**posted, "Message": json.dumps(bent(told, way, "\ud800\x00"))} for way in places(told)]
    number, taken_in = 0, 0
    for body in bodies:
        for way in places(body):
            for bad in ("", "\ud800", "\x00"):
                number += 1
                marked = {
                    name: f"{text}-{number}" for name, text in body.items() if name in ("id", "MessageId")
                }
                try:
                    came = Received(f"sqs-{number}", "r", json.dumps(bent({**body, **marked}, way, bad)), NOW)
                    taken_in += take_in_now(store, [read(came, accepts, NOW)]) == [True]
                except NotOurs:
                    continue
    with store.read() as conn:
        states = conn.exec_driver_sql("SELECT state, count(*) FROM notifications GROUP BY state").all()
    assert [tuple(each) for each in states] == [("parsed", taken_in)] and taken_in > number / 3


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(
        st.sampled_from(["Type", "Message", "mail", "eventType", "detail", "source", "time", "id", "account", "region"]) | st.text(max_size=4),
        inner | st.sampled_from(["Notification", "aws.ses", "Bounce", "eu-west-1", "111122223333", "2027-01-15T08:00:00Z"]),
        max_size=8,
    ),
    max_leaves=12,
)  # fmt: skip


@given(st.text() | JSON.map(json.dumps))
def test_no_body_whatever_makes_the_reader_fall_over(body: str) -> None:
    try:
        found = taken(body)
    except NotOurs as refused:
        assert str(refused).endswith(".")
    else:
        assert parse(found).quarantine is None
