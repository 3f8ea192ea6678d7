"""The guide by hand: whoever does exactly what it says has what the set-up would have made, and is told so."""

import itertools
import json
import time
from typing import Any

import pytest
from amazon import ALICE, BOB, MALLORY
from grounds import IDENTITY, Ground

from core import moment
from core.chain.expected import ALL_TYPES
from core.connect import listen
from core.errors import BadInput, NotAllowed
from core.setup import policies
from core.setup.choices import Choices
from core.setup.guide import GuideStep, guide
from core.setup.offer import offer
from core.setup.plan import plan
from core.store import callbacks
from core.store.tables import Connection, Topic

EVERY = list(itertools.product(("configuration-set", "identity"), ("https", "queue", "both")))
URL = "https://mail.example.com/sns/token"


def some(region: str = "eu-west-1", account: str | None = "123456789012") -> Connection:
    return Connection(
        uuid="0123456789abcdef", name="Shop", region=region, account_id=account, created_at=1, updated_at=1
    )


def copies(step: GuideStep) -> dict[str, str]:
    return {copy.label.split(" (")[0].split(":")[0]: copy.text for copy in step.copies}


class Hands:
    """Somebody in Amazon's consoles, typing what the guide's boxes say."""

    def __init__(self, ground: Ground) -> None:
        self.sns, self.sqs, self.ses, self.v1 = (
            ground.way.client(name) for name in ("sns", "sqs", "sesv2", "ses")
        )
        self.arn = ""
        self.ground = ground

    def do(self, step: GuideStep) -> None:
        getattr(self, step.key.replace("-", "_"))(copies(step))

    def _put(self, name: str, value: str) -> None:
        self.sns.set_topic_attributes(TopicArn=self.arn, AttributeName=name, AttributeValue=value)

    def topic(self, said: dict[str, str]) -> None:
        self.arn = self.sns.create_topic(Name=said["Name"])["TopicArn"]
        self._put("Policy", said["Access policy"])
        self._put("SignatureVersion", "2")

    def dead_letters(self, said: dict[str, str]) -> None:
        attributes = {**policies.queue_attributes(), "Policy": said["Access policy"]}
        self.sqs.create_queue(QueueName=said["Name"], Attributes=attributes)

    events = dead_letters

    def subscription(self, said: dict[str, str]) -> None:
        """Subscribes, and presses *Confirm this topic* when Amazon's request has come."""
        policies = {
            "DeliveryPolicy": said["Delivery policy"],
            "RedrivePolicy": json.dumps({"deadLetterTargetArn": said["Redrive policy"]}),
        }
        pem, now = self.ground.amazon.demo.certificate_pem, moment.now()
        with self.ground.desk.store.write() as conn:  # Amazon's own would be fetched; the demo's is known
            made = callbacks.of_connection(conn, self.ground.connection.id or 0)[0].id or 0
            callbacks.wait(conn, made, self.arn, "", now, pem, demo=True)
        self.sns.subscribe(
            TopicArn=self.arn, Protocol="https" if said["Endpoint"].startswith("https") else "http",
            Endpoint=said["Endpoint"], Attributes=policies,
        )  # fmt: skip
        mine, connection, topic = self.ground.desk, self.ground.connection, self._topic
        ends = time.monotonic() + 60
        while not topic().confirm_token and time.monotonic() < ends:
            time.sleep(0.05)
        about = mine.store, mine.vault, mine.settings, connection, topic().id or 0
        assert listen.confirm(*about, ALICE, moment.now()).finding is None

    def _topic(self) -> Topic:
        (found,) = callbacks.topics(self.ground.desk.store, self.ground.connection.id or 0)
        return found

    def events_subscription(self, said: dict[str, str]) -> None:
        redrive = json.dumps({"deadLetterTargetArn": said["Redrive policy"]})
        self.sns.subscribe(
            TopicArn=self.arn, Protocol="sqs", Endpoint=said["Endpoint"], Attributes={"RedrivePolicy": redrive}
        )  # fmt: skip

    def destination(self, said: dict[str, str]) -> None:
        self.ses.create_configuration_set(ConfigurationSetName=said["Configuration set"])
        self.ses.create_configuration_set_event_destination(
            ConfigurationSetName=said["Configuration set"], EventDestinationName=said["Event destination"],
            EventDestination={
                "Enabled": True, "MatchingEventTypes": list(ALL_TYPES),
                "SnsDestination": {"TopicArn": said["Topic"]},
            },
        )  # fmt: skip

    def default_set(self, said: dict[str, str]) -> None:
        self.ses.put_email_identity_configuration_set_attributes(
            EmailIdentity=IDENTITY, ConfigurationSetName=said["Default configuration set"]
        )

    def notifications(self, said: dict[str, str]) -> None:
        for kind in ("Bounce", "Complaint", "Delivery"):
            self.v1.set_identity_notification_topic(
                Identity=IDENTITY, NotificationType=kind, SnsTopic=said["Topic"]
            )
            self.v1.set_identity_headers_in_notifications_enabled(
                Identity=IDENTITY, NotificationType=kind, Enabled=True
            )


@pytest.mark.parametrize(("way", "intake"), EVERY)
def test_what_was_typed_from_the_guide_is_all_there_is_to_do(ground: Ground, way: str, intake: str) -> None:
    choices = Choices(way, intake, IDENTITY)
    hands = Hands(ground)
    for step in guide(ground.connection, choices, None if intake == "queue" else ground.callback):
        hands.do(step)
    found = plan(ground.desk, ground.connection, choices, ALICE, moment.now())
    assert found.blocked is None
    assert [line.key for line in found.lines if line.effect != "reuse"] == []


@pytest.mark.parametrize(("way", "intake"), EVERY)
def test_each_way_has_its_steps_in_order_and_names_the_identity(way: str, intake: str) -> None:
    steps = guide(some(), Choices(way, intake, IDENTITY, also=("news@example.org",)), URL)
    middle = {
        "https": ["subscription"],
        "queue": ["events", "events-subscription"],
        "both": ["subscription", "events", "events-subscription"],
    }[intake]
    last = ["destination", "default-set"] if way == "configuration-set" else ["notifications"]
    assert [step.key for step in steps] == ["topic", "dead-letters", *middle, *last]
    assert "`example.com`, then `news@example.org`" in steps[-1].words
    assert ("/sns/token" in str(steps)) is (intake != "queue")
    for step in steps:
        for copy in step.copies:
            assert copy.text and (not copy.json or json.loads(copy.text))


def test_forwarding_is_spoken_of_only_when_it_shall_end() -> None:
    for keep in (True, False):
        last = guide(some(), Choices("identity", "queue", IDENTITY, keep_forwarding=keep), None)[-1]
        assert ("feedback forwarding" in last.words) is not keep


@pytest.mark.parametrize("region", ["us-gov-west-1", "eusc-de-east-1"])
def test_consoles_we_do_not_know_get_no_link(region: str) -> None:
    steps = guide(some(region), Choices(identity=IDENTITY, intake="queue"), None)
    assert not any(step.link for step in steps)
    assert all(step.link for step in guide(some(), Choices(identity=IDENTITY, intake="queue"), None))


@pytest.mark.parametrize(
    ("connection", "choices", "url"),
    [
        (some(account=None), Choices(identity=IDENTITY), URL),
        (some(), Choices(identity=IDENTITY), None),
        (some(), Choices(), URL),
        (some(), Choices("carrier-pigeon", identity=IDENTITY), URL),
    ],
)
def test_what_is_missing_is_said(connection: Connection, choices: Choices, url: str | None) -> None:
    with pytest.raises(BadInput):
        guide(connection, choices, url)


def test_a_set_up_begins_with_the_sender_and_what_can_be_reached(ground: Ground) -> None:
    from core.demo.beginning import verified

    ground.region.identities["zeta.example"] = verified("zeta.example", moment.now())
    found = offer(ground.desk, ground.connection, ALICE, moment.now())
    assert found.identities[0] == IDENTITY == found.suggested.identity and "zeta.example" in found.identities
    assert found.suggested.intake == "https" and found.check.state == "demo"
    for nobody in (BOB, MALLORY):
        with pytest.raises(NotAllowed):
            offer(ground.desk, ground.connection, nobody, moment.now())


def test_without_a_public_address_the_queue_is_suggested(ground: Ground, monkeypatch: Any) -> None:
    """Any account but the demo's own: the demo Amazon stands in for it, by its address."""
    from core.connect import access

    way = access.of(ground.desk.store, ground.desk.vault, ground.desk.settings, ground.connection)
    monkeypatch.setattr(access, "of", lambda *_, **__: way)
    ground.connection.demo = False
    found = offer(ground.desk, ground.connection, ALICE, moment.now())
    assert (found.check.state, found.suggested.intake) == ("none", "queue")
