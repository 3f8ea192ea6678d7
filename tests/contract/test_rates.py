"""The definition of rates, sentence by sentence, seen from outside: signed notifications in, /api/v1/rates out."""

import itertools
import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from contract.product import Account
from sns_signer import ACCOUNT, REGION, timestamp

NOON = datetime.now(UTC).replace(hour=12, minute=0, second=0, microsecond=0) - timedelta(days=3)
DAY = timedelta(days=1)
HOUR = timedelta(hours=1)


def new_id(at: datetime = NOON) -> str:
    return f"{int(at.timestamp() * 1000):016x}-{uuid.uuid4()}-000000"


def mail(message_id: str, to: list[str], at: datetime = NOON, **more: Any) -> dict[str, Any]:
    base: dict[str, Any] = {
        "timestamp": timestamp(at),
        "messageId": message_id,
        "source": "News <news@example.org>",
        "sourceArn": f"arn:aws:ses:{REGION}:{ACCOUNT}:identity/example.org",
        "destination": to,
    }
    base |= more
    return {k: v for k, v in base.items() if v is not None}


def said(kind: str, message_id: str, to: str | list[str], at: datetime = NOON, when: datetime | None = None, *,
         channel: str = "eventType", named: list[str] | None = None, bounce: str = "Permanent", sub: str | None = None,
         feedback: str | None = "abuse", mail_fields: dict[str, Any] | None = None) -> dict[str, Any]:  # fmt: skip
    to = [to] if isinstance(to, str) else to
    named = to if named is None else named
    stamp = timestamp(when or at)
    detail: dict[str, Any] = {
        "Send": {},
        "Delivery": {"timestamp": stamp, "recipients": named, "processingTimeMillis": 5, "smtpResponse": "250 ok"},
        "Bounce": {"bounceType": bounce, "bounceSubType": sub or "General", "timestamp": stamp, "feedbackId": str(uuid.uuid4()),
                   "bouncedRecipients": [{"emailAddress": r} for r in named]},
        "Complaint": {"timestamp": stamp, "feedbackId": str(uuid.uuid4()), "complaintSubType": sub,
                      "complaintFeedbackType": feedback, "complainedRecipients": [{"emailAddress": r} for r in named]},
        "DeliveryDelay": {"timestamp": stamp, "delayType": "MailboxFull", "expirationTime": stamp,
                          "delayedRecipients": [{"emailAddress": r} for r in named]},
        "Open": {"timestamp": stamp, "ipAddress": "192.0.2.1", "userAgent": "x"},
    }[kind]  # fmt: skip
    body = {channel: kind, "mail": mail(message_id, to, at, **(mail_fields or {}))}
    body[kind[:1].lower() + kind[1:]] = detail
    return body


def numbers(row: dict[str, Any]) -> tuple[Any, ...]:
    return tuple(
        row[k] for k in ("sent", "delivered", "bounced_permanent", "bounced_transient", "complained")
    )


def feed(account: Account, at: datetime = NOON - 20 * DAY) -> None:
    """One earlier mail, so that the identity has a delivery feed."""
    account.say(said("Send", new_id(at), "feed@example.com", at))


def test_a_fact_counts_once_by_both_channels_in_any_order_and_however_often(account: Account) -> None:
    feed(account)
    m = new_id()
    both = [
        said("Bounce", m, "a@example.com", channel=c) for c in ("eventType", "notificationType", "eventType")
    ]
    account.say(said("Send", m, "a@example.com"), *both, said("Bounce", m, "A@Example.com"))
    assert numbers(account.day(NOON)) == (1, 0, 1, 0, 0)
    assert len(account.events(type="Bounce")) == 1


def test_rates_are_fractions_and_null_when_nothing_was_sent(account: Account) -> None:
    for n in range(4):
        m = new_id()
        account.say(said("Send", m, f"r{n}@example.com"))
        if n == 0:
            account.say(said("Bounce", m, f"r{n}@example.com"), said("Complaint", m, f"r{n}@example.com"))
    row = account.day(NOON)
    assert (row["sent"], row["bounce_rate"], row["complaint_rate"], row["unknown"]) == (4, 0.25, 0.25, None)
    empty = account.day(NOON - DAY)
    assert (empty["sent"], empty["bounce_rate"], empty["complaint_rate"], empty["unknown"]) == (
        0,
        None,
        None,
        None,
    )


def test_what_was_never_sent_or_is_the_simulators_is_left_out_whatever_comes_first(account: Account) -> None:
    feed(account)
    for sub in (
        "OnAccountSuppressionList",
        "OnTenantSuppressionList",
        "EmailValidationSuppressed",
        "UnsubscribedRecipient",
    ):
        m = new_id()
        parts = [said("Send", m, "x@example.com"), said("Bounce", m, "x@example.com", sub=sub)]
        account.say(*(parts if sub < "P" else parts[::-1]))
    m = new_id()
    account.say(
        said("Complaint", m, "y@example.com", sub="OnAccountSuppressionList"),
        said("Delivery", m, "y@example.com"),
    )
    account.say(said("Bounce", new_id(), "bounce+label@simulator.amazonses.com"))
    drill = said("Bounce", new_id(), "z@example.com", mail_fields={"tags": {"ses-desk": ["drill"]}})
    account.say(drill)
    assert numbers(account.day(NOON)) == (0, 0, 0, 0, 0)


def test_the_global_list_and_unknown_permanent_subtypes_count(account: Account) -> None:
    feed(account)
    account.say(*(said("Bounce", new_id(), "x@example.com", sub=s) for s in ("Suppressed", "SomethingNew")))
    assert numbers(account.day(NOON)) == (2, 0, 2, 0, 0)


def test_transient_undetermined_and_not_spam_never_reach_a_numerator(account: Account) -> None:
    feed(account)
    account.say(
        said("Bounce", new_id(), "a@example.com", bounce="Transient", sub="MailboxFull"),
        said("Bounce", new_id(), "b@example.com", bounce="Undetermined", sub="Undetermined"),
        said("Bounce", new_id(), "c@example.com", bounce="Novel", sub="General"),
        said("Complaint", new_id(), "d@example.com", feedback="not-spam"),
    )
    row = account.day(NOON)
    assert numbers(row) == (4, 0, 0, 1, 0)
    assert (row["bounce_rate"], row["complaint_rate"]) == (0, 0)
    assert all(e["counts"] is False for e in account.events() if e["type"] in ("Bounce", "Complaint"))


def test_permanent_and_transient_may_overlap_and_delivered_stays(account: Account) -> None:
    m = new_id()
    account.say(
        said("Delivery", m, "a@example.com"),
        said("Bounce", m, "a@example.com", bounce="Transient"),
        said("Bounce", m, "a@example.com"),
    )
    assert numbers(account.day(NOON)) == (1, 1, 1, 1, 0)


@pytest.mark.parametrize("order", list(itertools.permutations(range(3))))
def test_a_complaint_with_candidates_counts_for_the_first_not_left_out(
    account: Account, order: tuple[int, ...]
) -> None:
    feed(account)
    m, to = new_id(), ["B@example.com", "a@example.com", "c@example.com"]
    parts = [
        said("Send", m, to),
        said("Complaint", m, to, named=to[:2]),
        said("Bounce", m, to, named=["a@example.com"], sub="OnAccountSuppressionList"),
    ]
    account.say(*(parts[i] for i in order))
    assert numbers(account.day(NOON)) == (2, 0, 0, 0, 1)
    complaints = {e["recipient"]: (e["counts"], e["candidates"]) for e in account.events(type="Complaint")}
    assert complaints == {"a@example.com": (False, 2), "b@example.com": (True, 2)}


def test_not_spam_first_does_not_hide_a_real_complaint(account: Account) -> None:
    m = new_id()
    account.say(
        said("Send", m, "a@example.com"),
        said("Complaint", m, "a@example.com", feedback="not-spam"),
        said("Complaint", m, "a@example.com", feedback="abuse"),
    )
    assert numbers(account.day(NOON)) == (1, 0, 0, 0, 1)


def test_a_bounce_that_names_nobody_is_one_event_in_no_rate(account: Account) -> None:
    m = new_id()
    account.say(said("Send", m, "a@example.com"), said("Bounce", m, "a@example.com", named=[]))
    assert numbers(account.day(NOON)) == (1, 0, 0, 0, 0)
    (bounce,) = account.events(type="Bounce")
    assert bounce["recipient"] is None


def test_an_address_outside_the_destination_is_a_recipient_of_its_own(account: Account) -> None:
    m = new_id()
    account.say(
        said("Send", m, "a@example.com"), said("Bounce", m, "a@example.com", named=["other@example.net"])
    )
    assert numbers(account.day(NOON)) == (2, 0, 1, 0, 0)


def test_sent_counts_recipients_and_only_what_proves_a_send(account: Account) -> None:
    m = new_id()
    account.say(
        said("Send", m, ["a@example.com", "b@example.com"]),
        said("Delivery", m, ["a@example.com", "b@example.com"]),
    )
    account.say(said("Open", new_id(), "c@example.com"), said("DeliveryDelay", new_id(), "d@example.com"))
    assert numbers(account.day(NOON)) == (2, 2, 0, 0, 0)


def test_the_day_is_the_senders_or_by_choice_the_events_own(account: Account) -> None:
    m = new_id()
    account.say(
        said("Bounce", m, "a@example.com", NOON, NOON + 2 * DAY, channel="notificationType"),
        said("Send", m, "a@example.com"),
        said("Bounce", m, "a@example.com", NOON, NOON + DAY),
    )
    assert numbers(account.day(NOON)) == (1, 0, 1, 0, 0)
    assert numbers(account.day(NOON, cohort="event")) == (1, 0, 0, 0, 0)
    next_day = account.day(NOON + DAY, cohort="event")
    assert numbers(next_day) == (0, 0, 1, 0, 0)
    assert next_day["bounce_rate"] is None
    assert numbers(account.day(NOON + 2 * DAY, cohort="event")) == (0, 0, 0, 0, 0)


def test_sent_at_is_the_earliest_mail_timestamp_of_the_message(account: Account) -> None:
    m = new_id()
    account.say(
        said("Send", m, "a@example.com", NOON + DAY), said("Delivery", m, "b@example.com", NOON, NOON + HOUR)
    )
    assert numbers(account.day(NOON)) == (2, 1, 0, 0, 0)
    assert numbers(account.day(NOON + DAY)) == (0, 0, 0, 0, 0)


def test_without_a_delivery_feed_the_rate_cannot_be_known(account: Account) -> None:
    account.say(said("Bounce", new_id(), "a@example.com", channel="notificationType"))
    row = account.day(NOON)
    assert (row["sent"], row["bounce_rate"], row["complaint_rate"]) == (None, None, None)
    assert (row["bounced_permanent"], row["unknown"]) == (1, "no_delivery_feed")
    quiet = account.day(NOON - DAY)
    assert (quiet["sent"], quiet["bounced_permanent"], quiet["unknown"]) == (None, 0, "no_delivery_feed")


def test_identities_without_a_feed_are_left_out_of_wider_rows(account: Account) -> None:
    other = {"sourceArn": f"arn:aws:ses:{REGION}:{ACCOUNT}:identity/quiet.org"}
    account.say(
        said("Send", new_id(), "a@example.com"), said("Bounce", new_id(), "b@example.com", mail_fields=other)
    )
    row = account.day(NOON)
    assert (numbers(row), row["unknown"]) == ((1, 0, 0, 0, 0), "partial_delivery_feed")
    by = {r["identity"]: r for r in account.rows(by="identity")}
    assert (by["quiet.org"]["sent"], by["quiet.org"]["bounced_permanent"]) == (None, 1)
    assert (by["quiet.org"]["unknown"], by["example.org"]["unknown"]) == ("no_delivery_feed", None)


def test_a_connection_that_never_heard_anything_has_zeros_and_no_unknown(account: Account) -> None:
    rows = account.rows()
    assert len(rows) == 30
    assert [r["day"] for r in rows] == sorted(r["day"] for r in rows)
    assert rows[-1]["day"] == datetime.now(UTC).strftime("%Y-%m-%d")
    assert {(r["sent"], r["bounce_rate"], r["unknown"]) for r in rows} == {(0, None, None)}


def test_dimensions_come_from_any_event_that_names_the_recipient(account: Account) -> None:
    m = new_id()
    account.say(
        said("Delivery", m, "a@gmail.com", channel="notificationType", mail_fields={"sourceArn": None}),
        said(
            "Send",
            m,
            "a@gmail.com",
            mail_fields={"tags": {"ses:configuration-set": ["main"], "team": ["x", "y"]}},
        ),
    )
    account.say(said("Send", new_id(), "b@example.net"))
    assert {r["configuration_set"]: r["sent"] for r in account.rows(by="configuration_set")} == {
        "main": 1,
        None: 1,
    }
    assert {r["tag"]: r["sent"] for r in account.rows(by="tag:team")} == {"x": 1, "y": 1, None: 1}
    assert {r["mailbox_provider"]: r["sent"] for r in account.rows(by="mailbox_provider")} == {
        "google": 1,
        "other": 1,
    }
    assert {r["recipient_domain"]: r["sent"] for r in account.rows(by="recipient_domain")} == {
        "gmail.com": 1,
        "example.net": 1,
    }
    assert {r["identity"]: r["sent"] for r in account.rows(by="identity")} == {"example.org": 2}


def test_values_beyond_two_hundred_fall_into_other_which_comes_last(account: Account) -> None:
    to = [f"p{n}@d{n:03}.example" for n in range(230)]
    for at in range(0, 230, 46):
        account.say(said("Send", new_id(), to[at : at + 46]))
    account.say(said("Send", new_id(), "more@d229.example"))
    rows = account.rows(by="recipient_domain")
    assert len(rows) == 201
    assert (rows[0]["recipient_domain"], rows[0]["sent"]) == ("d229.example", 2)
    assert (rows[-1]["recipient_domain"], rows[-1]["sent"]) == ("(other)", 30)
    assert [r["recipient_domain"] for r in rows[1:-1]] == [f"d{n:03}.example" for n in range(199)]


def test_late_and_future_events_count_and_are_marked(account: Account) -> None:
    old = NOON - 20 * DAY
    assert account.post(said("Send", new_id(old), "a@example.com", old), at=old).status == 200
    ahead = datetime.now(UTC) + 2 * HOUR
    assert account.post(said("Send", new_id(ahead), "b@example.com", ahead), at=ahead).status == 200
    assert numbers(account.day(old)) == (1, 0, 0, 0, 0)
    assert account.day(ahead)["sent"] == 1
    flags = {e["recipient"]: set(e["flags"]) for e in account.events()}
    assert flags == {"a@example.com": {"late"}, "b@example.com": {"suspect"}}


def test_the_same_sns_message_a_hundred_times_is_one_event(account: Account) -> None:
    signed = account.product.signer.notification(account.arn, said("Send", new_id(), "a@example.com"))
    assert {account.post_signed(signed).status for _ in range(100)} == {200}
    assert (len(account.events()), account.day(NOON)["sent"]) == (1, 1)
