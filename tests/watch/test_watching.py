"""The watch over a real chain: what falls silent, changes or reports twice is found, mended by its button, and gone after."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from amazon import ALICE, BOB
from drilling import IDENTITY, SET, Yard, until, yard
from mailbag import post

from core import moment
from core.aws import mending
from core.connect import tests as sending
from core.connect.policy import FEATURES, policy
from core.demo.control import BUTTONS
from core.demo.running import Running
from core.errors import NotAllowed
from core.moment import DAY, HOUR, MINUTE, QUARTER
from core.period import last_days
from core.reports.reconcile import reconcile
from core.setup import saga
from core.setup.choices import Choices
from core.setup.plan import plan
from core.store import amazon_counts, audit, callbacks, connections, findings, heard, pauses
from core.store.rates import total
from core.store.tables import Connection, FindingRow
from core.watch import feed, links
from core.watch.counting import count
from core.watch.mending import mend
from core.watch.round import watch, watch_one

on_both = pytest.mark.parametrize(
    "ground", ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)], indirect=True
)
SIMULATOR = "success@simulator.amazonses.com"


@pytest.fixture
def ground(amazon: Running, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Yard]:
    """On SQLite; on PostgreSQL where a test asks for both."""
    amazon.amazon.world.regions["eu-west-1"].points.clear()
    own = request.getfixturevalue("pg_store") if getattr(request, "param", "sqlite") == "postgresql" else None
    with yard(amazon, tmp_path, own) as made:
        yield made
    amazon.amazon.drops.clear()


def found(ground: Yard) -> dict[str, FindingRow]:
    """What stands, but for what the receiver says of the yard's topic."""
    rows = findings.standing(ground.desk.store, [ground.number])
    return {
        row.reference: row for row in rows if row.reference not in ("topic-set-up", "signature-version-1")
    }


def send(ground: Yard, *to: str) -> list[str]:
    """Mail as the account's own programs send it."""
    ses = ground.client("sesv2")
    return [
        str(ses.send_email(FromEmailAddress="news@example.com", Destination={"ToAddresses": [each]}, Content={
            "Simple": {"Subject": {"Data": "Hello"}, "Body": {"Text": {"Data": "Hello"}}},
        })["MessageId"])
        for each in to
    ]  # fmt: skip


def in_production(ground: Yard) -> None:
    BUTTONS["POST", "/_demo/account"](ground.amazon.amazon, {"production": True, "max_rate": 1_000})


def came(ground: Yard, *messages: str) -> None:
    """Wait until the last event of each of these came in."""
    until(lambda: heard.was_heard(ground.desk.store, ground.number, list(messages)) == set(messages))


def lose(ground: Yard) -> None:
    BUTTONS["POST", "/_demo/drops"](ground.amazon.amazon, {"count": -1})


@on_both
def test_a_silent_feed_is_found_by_our_own_test_and_ends_with_a_real_event_only(ground: Yard) -> None:
    ground.listen("configuration-set")
    store, now = ground.desk.store, moment.now()
    lose(ground)
    sending.send_test(
        store, ground.desk.vault, ground.desk.settings, ground.connection, "success", "", "Hi", "Hi", BOB, moment.now()
    )  # fmt: skip
    watch_one(ground.desk, ground.connection, now + 5 * MINUTE)
    assert "silent-feed" not in found(ground)
    watch_one(ground.desk, ground.connection, now + 12 * MINUTE)
    assert found(ground)["silent-feed"].subject == ""
    watch_one(ground.desk, ground.connection, now + 3 * DAY)  # nobody sends any more, and still nothing came
    assert "silent-feed" in found(ground)
    ground.amazon.amazon.drops.clear()
    with store.write() as conn:  # begun in the test's own future
        findings.resolve(conn, ground.number, "silent-feed", "", now)
        findings.raise_(conn, ground.number, "silent-feed", "", {}, moment.now() - 1)
    came(ground, *send(ground, SIMULATOR))
    watch_one(ground.desk, ground.connection, moment.now())
    assert "silent-feed" not in found(ground)


@on_both
def test_a_silent_feed_is_found_by_amazons_counts(ground: Yard) -> None:
    in_production(ground)
    ground.listen("configuration-set")
    came(ground, *send(ground, SIMULATOR))
    now = moment.now()
    with ground.desk.store.write() as conn:
        amazon_counts.keep(
            conn, ground.number, "statistics", {now // QUARTER + 3: (240, 2, 0, 0)}, now - DAY, now + 2 * HOUR
        )
    assert feed.listen_for(ground.desk.store, ground.connection, now + 60 * MINUTE) == 0
    feed.listen_for(ground.desk.store, ground.connection, now + 100 * MINUTE)
    assert "240 sent, 2 bounced" in found(ground)["silent-feed"].evidence


def test_no_mail_makes_no_silence(ground: Yard) -> None:
    ground.listen("configuration-set")
    watch_one(ground.desk, ground.connection, moment.now() + 30 * DAY)
    assert "silent-feed" not in found(ground)


def test_the_account_s_other_mail_proves_nothing_of_our_feed(ground: Yard) -> None:

    in_production(ground)
    ground.listen("configuration-set")
    came(ground, *send(ground, "one@shop.example"))
    store, now = ground.desk.store, moment.now()
    quarter = now // QUARTER

    with (
        store.write() as conn
    ):  # listening since yesterday, and most of the account's mail never reported here
        for one in callbacks.topics(conn, ground.number):
            callbacks.confirmed(conn, one.id or 0, one.subscription_arn, now - DAY)
        points = {quarter - 20: (500, 0, 0, 0), quarter + 3: (240, 0, 0, 0)}
        amazon_counts.keep(conn, ground.number, "statistics", points, now - 2 * DAY, now + 2 * HOUR)
    feed.listen_for(store, ground.connection, now + 100 * MINUTE)
    assert "silent-feed" not in found(ground)


def test_a_topic_that_amazon_removed_is_found_and_named_again_by_its_button(ground: Yard) -> None:
    ground.listen("identity")
    now = moment.now()
    links.look(ground.desk, ground.connection, now)
    assert not found(ground)
    del ground.region.identities[IDENTITY].topics["Bounce"]
    links.look(ground.desk, ground.connection, now + 1)
    row = found(ground)["identity-topic-missing"]
    assert row.subject == IDENTITY and "Bounce" in row.evidence
    with pytest.raises(NotAllowed):
        mend(ground.desk, ground.connection, row.reference, row.subject, BOB, now + 2)
    assert "Bounce" in mend(ground.desk, ground.connection, row.reference, row.subject, ALICE, now + 2)
    assert not found(ground) and ground.region.identities[IDENTITY].topics["Bounce"] == ground.arn
    links.look(ground.desk, ground.connection, now + 3)
    assert not found(ground)


def test_feedback_by_mail_that_came_on_again_is_drift_until_kept_or_put_back(ground: Yard) -> None:
    ground.listen("identity")
    ground.region.identities[IDENTITY].forwarding = False
    now = moment.now()
    links.look(ground.desk, ground.connection, now)
    ground.region.identities[IDENTITY].forwarding = True
    links.look(ground.desk, ground.connection, now + 1)
    assert "switched on again" in found(ground)["chain-drift"].evidence
    ground.region.identities[IDENTITY].forwarding = False
    links.look(ground.desk, ground.connection, now + 2)
    assert not found(ground)
    ground.region.identities[IDENTITY].forwarding = True
    links.look(ground.desk, ground.connection, now + 3)
    with pytest.raises(NotAllowed):
        links.accept(ground.desk, ground.connection, BOB, now + 4)
    assert IDENTITY in links.accept(ground.desk, ground.connection, ALICE, now + 4)
    links.look(ground.desk, ground.connection, now + 5)
    assert not found(ground)
    assert audit.recent(ground.desk.store, 1)[0].action == "change-accepted"


def test_a_feed_that_reports_twice_is_said_counted_once_and_switched_off_by_one_click(ground: Yard) -> None:

    in_production(ground)
    ground.listen("configuration-set")
    mending.notifications(ground.way, IDENTITY, ground.arn, ("Bounce", "Complaint", "Delivery"))
    message = send(ground, "one@shop.example")
    until(lambda: heard.both_ways(ground.desk.store, ground.number))
    (told,) = heard.both_ways(ground.desk.store, ground.number)
    assert (told.message_id, told.identity, told.configuration_set) == (message[0], IDENTITY, SET)
    now = moment.now()
    period = last_days(1, now)

    assert total(ground.desk.store, [ground.number], period.first, period.last).delivered == 1
    feed.listen_for(ground.desk.store, ground.connection, now)
    assert found(ground)["duplicate-feed"].subject == IDENTITY
    links.look(ground.desk, ground.connection, now)
    named = [row for row in findings.standing(ground.desk.store, [ground.number]) if row.subject == IDENTITY]
    assert [row.reference for row in named] == ["duplicate-feed"]
    said = mend(ground.desk, ground.connection, "duplicate-feed", IDENTITY, ALICE, now)
    assert "configuration set alone" in said and not ground.region.identities[IDENTITY].topics
    assert ground.region.configuration_sets[SET].destinations["ses-desk"].enabled
    links.look(ground.desk, ground.connection, now + 1)
    assert feed.listen_for(ground.desk.store, ground.connection, now + 2) == 0
    assert IDENTITY not in {row.subject for row in findings.standing(ground.desk.store, [ground.number])}


def test_what_could_not_be_read_is_never_taken_for_mended(ground: Yard) -> None:
    ground.listen("configuration-set")
    now = moment.now()
    ground.client("sns").set_subscription_attributes(
        SubscriptionArn=ground.subscription(), AttributeName="RawMessageDelivery", AttributeValue="true"
    )
    links.look(ground.desk, ground.connection, now)
    assert "raw-delivery-on" in found(ground)
    BUTTONS["POST", "/_demo/faults"](
        ground.amazon.amazon, {"service": "sns", "code": "AuthorizationError", "status": 403, "count": -1}
    )
    links.look(ground.desk, ground.connection, now + 1)
    assert "raw-delivery-on" in found(ground)
    ground.amazon.amazon.faults.clear()
    row = found(ground)["raw-delivery-on"]
    mend(ground.desk, ground.connection, row.reference, row.subject, ALICE, now + 2)
    links.look(ground.desk, ground.connection, now + 3)
    assert not found(ground)


def test_lost_deliveries_show_in_the_counts_with_the_hour_and_become_a_finding(ground: Yard) -> None:
    in_production(ground)
    ground.listen("configuration-set")
    post(ground.desk.store, ground.connection, moment.now() // DAY - 3, 5)  # it has listened for days
    kept = send(ground, *(f"n{number}@shop.example" for number in range(6)))
    came(ground, *kept)
    lose(ground)
    began = moment.now()
    lost = send(ground, *(f"lost{number}@shop.example" for number in range(4)))
    BUTTONS["POST", "/_demo/happen"](
        ground.amazon.amazon,
        {"message_id": lost[0], "kind": "Bounce", "body": {"bounceType": "Permanent", "bounceSubType": "General",
         "bouncedRecipients": [{"emailAddress": "lost0@shop.example"}]}},
    )  # fmt: skip
    later = moment.now() + DAY

    assert count(ground.desk, ground.connection, later + DAY) is None
    compared = reconcile(ground.desk.store, ground.connection, last_days(4, later + DAY))
    day = next(one for one in compared.days if one.differences["sent"].amazon)
    sent, bounced = day.differences["sent"], day.differences["bounces"]
    assert (sent.amazon, sent.ours, bounced.amazon, bounced.ours) == (10, 6, 1, 0)
    feed.compare(ground.desk.store, ground.connection, later + DAY)
    assert day.day in found(ground)["counts-differ"].evidence
    hour = f"missing from {moment.rfc3339(began)[11:13]}:00"
    assert f"Amazon counted 10 sent mails, we hold 6: 4 cannot be explained, {hour}" in day.sentences[0]
    assert "Amazon counted 1 bounce, we hold 0" in day.sentences[1]


def test_a_round_watches_everyone_and_notes_the_time_nobody_watched(ground: Yard) -> None:
    ground.listen("configuration-set")
    now = moment.now()
    watch(ground.desk, now)
    watch(ground.desk, now + 10 * MINUTE)
    assert pauses.pauses(ground.desk.store, now - DAY, now + DAY) == []
    watch(ground.desk, now + 3 * HOUR)
    assert pauses.pauses(ground.desk.store, now - DAY, now + DAY) == [(now + 10 * MINUTE, now + 3 * HOUR)]


def test_a_connection_that_cannot_be_read_does_not_keep_the_others_from_being_watched(ground: Yard) -> None:
    ground.listen("identity")

    with ground.desk.store.write() as conn:  # without keys
        connections.add(
            conn, Connection(uuid="", name="Bare", region="eu-west-1", created_at=0, updated_at=0)
        )
    now = moment.now()
    links.look(ground.desk, ground.connection, now)
    del ground.region.identities[IDENTITY].topics["Complaint"]
    watch(ground.desk, now + HOUR)
    assert "identity-topic-missing" in found(ground)


def test_watching_asks_amazon_rarely(ground: Yard) -> None:
    ground.listen("configuration-set")
    came(ground, *send(ground, SIMULATOR))
    now = moment.now()
    watch_one(ground.desk, ground.connection, now)
    asked = len(ground.amazon.amazon.calls)
    for minute in range(1, 10):
        watch_one(ground.desk, ground.connection, now + minute * MINUTE)
    assert len(ground.amazon.amazon.calls) == asked


def set_up(ground: Yard) -> None:
    """One click: what the set-up page does."""
    planned = plan(
        ground.desk, ground.connection, Choices("configuration-set", "https", IDENTITY), ALICE, moment.now()
    )
    number = saga.begin(ground.desk, ground.connection, planned, ALICE, moment.now())
    lines = list(saga.apply(ground.desk, ground.connection, number, ALICE))
    assert not [line for line in lines if line.state == "failed"]


def test_nothing_stands_after_a_set_up_and_what_somebody_changes_of_it_does(ground: Yard) -> None:
    set_up(ground)
    now = moment.now()
    assert links.look(ground.desk, ground.connection, now) == 0 and not found(ground)
    (topic,) = ground.region.topics.values()
    topic.attributes["SignatureVersion"] = "1"
    links.look(ground.desk, ground.connection, now + 1)
    assert "signature version" in found(ground)["set-up-drifted"].evidence
    topic.attributes["SignatureVersion"] = "2"
    links.look(ground.desk, ground.connection, now + 2)
    assert not found(ground)


def test_undoing_the_set_up_ourselves_is_no_drift(ground: Yard) -> None:
    set_up(ground)
    links.look(ground.desk, ground.connection, moment.now())
    number = saga.current(ground.desk.store, ground.number)
    assert number is not None
    list(saga.undo(ground.desk, ground.connection, number.set_up_id, ALICE))
    links.look(ground.desk, ground.connection, moment.now() + 1)
    assert not found(ground)


def test_the_policy_we_write_out_is_enough_to_watch_with_and_less_is_said(ground: Yard) -> None:
    set_up(ground)
    key = next(iter(ground.amazon.amazon.world.keys.values()))
    try:
        key.policy = policy(list(FEATURES), "000000000000", "eu-west-1")
        watch_one(ground.desk, ground.connection, moment.now())
        assert not found(ground)
        assert amazon_counts.known(ground.desk.store, ground.number).trouble == ""
        key.policy = policy(["review"], "000000000000", "eu-west-1")
        links.look(ground.desk, ground.connection, moment.now())
        assert "chain-not-readable" in found(ground)
        key.policy = policy(list(FEATURES), "000000000000", "eu-west-1")
        links.look(ground.desk, ground.connection, moment.now())
        assert not found(ground)
    finally:
        key.policy = None
