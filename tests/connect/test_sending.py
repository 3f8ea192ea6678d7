"""Test mail through the whole of our side: recorded before it goes, sent once, its way back followed."""

import json

import pytest
from amazon import ALICE, BOB, MALLORY, VERA, credentials_of

from core.connect import tests, walk
from core.connect.endpoint import recognise
from core.connect.tests import MOST_AN_HOUR, SCENARIOS, JustSent, hops, recent, send_test
from core.demo.running import Running
from core.diagnosis import Diagnosis
from core.errors import BadInput, NotAllowed, NotFound
from core.events.event import Notification
from core.events.parse import parse
from core.members.actor import Actor
from core.settings import Settings
from core.store import audit, connections, sent_tests
from core.store.engine import Store
from core.store.rates import rates
from core.store.record import record
from core.store.tables import Connection, SentTest
from core.vault import Vault

NOW = 1_800_000_000_000
SMTP = "email-smtp.eu-west-1.amazonaws.com"


def connect(amazon: Running, store: Store, vault: Vault, pasted: str = "eu-west-1") -> Connection:
    wanted = walk.Wanted(
        "Shop", recognise(pasted), credentials_of(amazon), "news@example.com", "The Shop", demo=True
    )
    return walk.save(store, vault, wanted, ALICE, NOW)


class Desk:
    """One connection and everything a test of it needs."""

    def __init__(self, store: Store, vault: Vault, settings: Settings, connection: Connection) -> None:
        self.store, self.vault, self.settings, self.connection = store, vault, settings, connection

    def send(
        self,
        scenario: str = "success",
        to: str = "",
        who: Actor = BOB,
        now: int = NOW,
        pressed: bool = False,
        **text: str,
    ) -> SentTest:
        subject, body = text.get("subject", "Hello"), text.get("body", "Text")
        return send_test(
            self.store, self.vault, self.settings, self.connection, scenario, to, subject, body, who, now,
            pressed=pressed,
        )  # fmt: skip


@pytest.fixture
def desk(amazon: Running, store: Store, vault: Vault, its_settings: Settings) -> Desk:
    return Desk(store, vault, its_settings, connect(amazon, store, vault))


@pytest.mark.parametrize("pasted", ["eu-west-1", SMTP])
@pytest.mark.parametrize("scenario", [key for key in SCENARIOS if key != "person"])
def test_each_card_is_accepted_over_http_and_smtp(
    amazon: Running, sqlite_store: Store, its_settings: Settings, pasted: str, scenario: str
) -> None:
    from core.vault import open_vault

    vault = open_vault(its_settings, sqlite_store)
    desk = Desk(sqlite_store, vault, its_settings, connect(amazon, sqlite_store, vault, pasted))
    sent = desk.send(scenario)
    assert sent.state == "accepted" and sent.message_id and sent.drill
    assert sent.transport == ("smtp" if "smtp" in pasted else "api")
    assert sent.recipient == SCENARIOS[scenario].recipient


def test_the_row_is_there_before_amazon_is_asked(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[str] = []

    def look(*_: object) -> tuple[str, None, None]:
        seen.extend(one.state for one in sent_tests.recent(desk.store, [desk.connection.id or 0]))
        return "unknown", None, None

    monkeypatch.setattr(tests, "_send", look)
    desk.send()
    assert seen == ["sending"]


def test_a_lost_answer_is_unknown_and_stays_one_mail(amazon: Running, desk: Desk) -> None:
    amazon.amazon.faults.add({"name": "close", "service": "sesv2", "action": "SendEmail", "count": 5})
    sent = desk.send()
    assert (
        sent.state == "unknown"
        and sent.finding
        and Diagnosis.from_json(sent.finding).reference == "send-unknown"
    )
    assert amazon.amazon.faults.waiting[0].count == 4


def test_a_refusal_is_in_the_row_in_plain_words(amazon: Running, desk: Desk) -> None:
    amazon.amazon.world.regions["eu-west-1"].production = False
    sent = desk.send("person", "somebody@else.example")
    assert sent.state == "refused" and sent.finding
    assert Diagnosis.from_json(sent.finding).reference == "recipient-not-verified"


def test_a_send_cut_off_by_a_restart_reads_as_unknown_after_a_minute(desk: Desk) -> None:
    with desk.store.write() as conn:
        sent_tests.begin(conn, desk.connection.id or 0, "success", "x@example.com", "api", "bob", NOW)
    assert recent(desk.store, desk.connection.id or 0, NOW + 59_000)[0].state == "sending"
    assert recent(desk.store, desk.connection.id or 0, NOW + 61_000)[0].state == "unknown"


@pytest.mark.parametrize(
    ("scenario", "to", "text", "field"),
    [
        ("person", "", {}, "recipient"), ("person", "a@example.com\r\nBcc: b@example.com", {}, "recipient"),
        ("person", "a@example.com", {"subject": " \n "}, "subject"), ("person", "a@example.com", {"body": " "}, "body"),
        ("nothing", "", {}, "scenario"),
    ],
)  # fmt: skip
def test_bad_input_is_refused_at_its_field_and_leaves_no_row(
    desk: Desk, scenario: str, to: str, text: dict[str, str], field: str
) -> None:
    with pytest.raises(BadInput) as refused:
        desk.send(scenario, to, **text)
    assert refused.value.field == field and recent(desk.store, desk.connection.id or 0, NOW) == []


def test_a_card_of_the_simulator_goes_nowhere_else(desk: Desk) -> None:
    assert desk.send("bounce", "victim@example.org").recipient == "bounce@simulator.amazonses.com"


def test_viewers_and_strangers_send_nothing(desk: Desk) -> None:
    for who, refusal in ((VERA, NotAllowed), (MALLORY, NotFound), (None, NotAllowed)):
        with pytest.raises(refusal):
            desk.send(who=who)  # type: ignore[arg-type]
    assert recent(desk.store, desk.connection.id or 0, NOW) == []


def test_a_connection_that_is_disabled_sends_nothing(desk: Desk) -> None:
    desk.connection = walk.set_disabled(desk.store, desk.connection, True, ALICE, NOW)
    with pytest.raises(BadInput, match="disabled"):
        desk.send()


def test_a_button_that_is_pressed_twice_sends_once(desk: Desk) -> None:
    desk.send("bounce", pressed=True)
    with pytest.raises(JustSent, match="not sent twice"):
        desk.send("bounce", now=NOW + 1_000, pressed=True)
    assert desk.send("complaint", now=NOW + 1_000, pressed=True).state == "accepted"
    assert desk.send("bounce", now=NOW + 1_000).state == "accepted", "a drill is no button"
    assert desk.send("bounce", now=NOW + 4_000, pressed=True).state == "accepted"


def test_a_test_that_was_refused_may_be_pressed_again_at_once(amazon: Running, desk: Desk) -> None:
    amazon.amazon.faults.add({"name": "paused", "service": "sesv2", "action": "SendEmail", "count": 1})
    assert desk.send("bounce", pressed=True).state == "refused"
    assert desk.send("bounce", now=NOW + 500, pressed=True).state == "accepted"


def test_so_many_tests_an_hour_and_no_more(desk: Desk) -> None:
    with desk.store.write() as conn:
        for _ in range(MOST_AN_HOUR):
            sent_tests.begin(
                conn, desk.connection.id or 0, "success", "x@example.com", "api", "bob", NOW - 1000
            )
    with pytest.raises(BadInput, match="within the hour"):
        desk.send()
    assert desk.send(now=NOW + 3_600_000).state == "accepted"


def test_sending_is_recorded_as_a_step_and_in_the_audit_without_the_recipient(desk: Desk) -> None:
    desk.send("person", "hello@example.net")
    kept = connections.by_id(desk.store, desk.connection.id or 0)
    assert kept is not None and "test" in walk.done(kept)
    entry = audit.recent(desk.store, 1)[0]
    assert entry.action == "test-sent" and "hello@example.net" not in entry.detail + entry.subject


def bounce(desk: Desk, sent: SentTest, at: int) -> None:
    mail = {
        "timestamp": "2027-01-15T08:00:00.000Z", "messageId": sent.message_id, "source": "news@example.com",
        "sourceArn": "arn:aws:ses:eu-west-1:000000000000:identity/example.com", "destination": [sent.recipient],
    }  # fmt: skip
    said = {
        "bounceType": "Permanent",
        "bounceSubType": "General",
        "timestamp": "2027-01-15T08:00:01.000Z",
        "bouncedRecipients": [{"emailAddress": sent.recipient}],
    }
    text = json.dumps({"notificationType": "Bounce", "mail": mail, "bounce": said})
    notification = Notification(
        desk.connection.id or 0, None, f"sns-{sent.id}", None, text, at + 900, at + 1300, "2"
    )
    with desk.store.write() as conn:
        record(conn, [(notification, parse(notification))])


def test_the_way_back_is_followed_hop_by_hop(desk: Desk) -> None:
    sent = desk.send("bounce")
    before = hops(desk.store, sent)
    assert before.sent_at is not None and before.published_at is None and before.types == ()
    bounce(desk, sent, NOW)
    after = hops(desk.store, sent)
    assert (after.published_at, after.received_at, after.counted_at, after.types) == (
        NOW + 900,
        NOW + 1300,
        NOW + 1300,
        ("Bounce",),
    )


def test_a_simulated_bounce_changes_no_rate(desk: Desk) -> None:
    sent = desk.send("bounce")
    bounce(desk, sent, NOW)
    day = NOW // 86_400_000
    rows = rates(desk.store, [desk.connection.id or 0], day - 2, day + 2)
    assert sum(row.sent or 0 for row in rows) == 0 and sum(row.bounced_permanent for row in rows) == 0
