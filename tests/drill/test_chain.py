"""What the chain is compared with, and how policies are read: pure, and by the table."""

from dataclasses import replace
from typing import Any

import pytest
from drilling import Yard

from core import moment
from core.aws import chain as reading
from core.aws.chain import (
    AccountState,
    Chain,
    ConfigurationSetState,
    DestinationState,
    IdentityState,
    QueueState,
    SubscriptionState,
    TopicState,
)
from core.chain import ours
from core.chain.expected import NEEDED, Expected
from core.chain.fix import _MENDS, FIXES, fix
from core.chain.policies import lets_in
from core.chain.weak import doubts, weak_links, where
from core.diagnosis.words import rows
from core.errors import BadInput, NotAllowed, NotFound
from core.store import audit

ARN = "arn:aws:sns:eu-west-1:123456789012:reports"
SOURCE = "arn:aws:ses:eu-west-1:123456789012:identity/example.com"
URL = "https://mail.example.com/sns/token"


def statement(**more: Any) -> dict[str, Any]:
    return {
        "Effect": "Allow", "Principal": {"Service": "ses.amazonaws.com"}, "Action": "SNS:Publish", "Resource": ARN, **more,
    }  # fmt: skip


def weighed(*statements: dict[str, Any]) -> bool | None:
    return lets_in({"Statement": list(statements)}, "ses.amazonaws.com", SOURCE, ARN, "SNS:Publish")


@pytest.mark.parametrize(
    ("given", "verdict"),
    [
        ([], False),
        ([statement()], True),
        ([statement(Action=["sns:*"], Resource="*")], True),
        ([statement(Action="sns:Subscribe")], False),
        ([statement(Resource=ARN + "-other")], False),
        ([statement(Principal={"Service": "s3.amazonaws.com"})], False),
        ([statement(Principal="*")], True),
        ([statement(Condition={"StringEquals": {"AWS:SourceAccount": "123456789012"}})], True),
        ([statement(Condition={"StringEquals": {"AWS:SourceAccount": "999999999999"}})], False),
        ([statement(Condition={"ArnLike": {"AWS:SourceArn": "arn:aws:ses:*:123456789012:*"}})], True),
        ([statement(Condition={"ArnEquals": {"aws:SourceArn": "arn:aws:ses:eu-west-1:1:identity/x"}})], False),
        ([statement(Condition={"StringEquals": {"aws:PrincipalOrgID": "o-1"}})], None),
        ([statement(), statement(Effect="Deny")], False),
        ([statement(), statement(Effect="Deny", Condition={"Bool": {"aws:SecureTransport": "false"}})], True),
        ([statement(), statement(Condition={"StringEquals": {"aws:PrincipalOrgID": "o-1"}})], True),
    ],
)  # fmt: skip
def test_a_policy_lets_ses_in_or_not_or_nobody_can_say(
    given: list[dict[str, Any]], verdict: bool | None
) -> None:
    assert weighed(*given) is verdict


def test_no_policy_at_all_lets_nobody_in() -> None:
    assert lets_in(None, "ses.amazonaws.com", SOURCE, ARN, "SNS:Publish") is False


EXPECTED = Expected("123456789012", "eu-west-1", "news@example.com", (ARN,), URL, way="identity")
WHOLE = Chain(
    "eu-west-1",
    AccountState(True, "HEALTHY"),
    IdentityState("example.com", True, True, dict.fromkeys(("Bounce", "Complaint", "Delivery"), ARN)),
    (),
    (),
    (TopicState(ARN, True, {"Statement": [statement()]}, signature_version="2"),),
    (SubscriptionState(ARN + ":1", ARN, "https", URL),),
    (),
)
BY_SET = replace(EXPECTED, way="configuration-set", configuration_set="ours")
SET = replace(
    WHOLE,
    identity=IdentityState("example.com", True, True, configuration_set="ours"),
    sets=(ConfigurationSetState("ours", True),),
    destinations=(DestinationState("ours", "to-us", True, NEEDED, ARN),),
)


def test_a_whole_chain_has_no_weak_link_either_way() -> None:
    assert weak_links(WHOLE, EXPECTED) == weak_links(SET, BY_SET) == []
    assert doubts(WHOLE, EXPECTED) == doubts(SET, BY_SET) == []


TOPIC, SUBSCRIPTION, DESTINATION = WHOLE.topics[0], WHOLE.subscriptions[0], SET.destinations[0]
QUEUE = QueueState("arn:aws:sqs:eu-west-1:123456789012:dead", "https://sqs/dead", True, None)
BROKEN = [
    ("topic-fifo", replace(WHOLE, topics=(replace(TOPIC, fifo=True),)), EXPECTED),
    ("topic-gone", replace(WHOLE, topics=(TopicState(ARN, False),), subscriptions=()), EXPECTED),
    ("topic-encrypted", replace(WHOLE, topics=(replace(TOPIC, kms_key="alias/aws/sns"),)), EXPECTED),
    ("topic-none", replace(WHOLE, topics=(), subscriptions=()), replace(EXPECTED, topic_arns=())),
    ("topic-of-another-account", WHOLE, replace(EXPECTED, account="999999999999")),
    ("wrong-region", WHOLE, replace(EXPECTED, region="eu-central-1")),
    ("identity-elsewhere", replace(WHOLE, identity=IdentityState("news@example.com", False)), EXPECTED),
    ("sending-disabled", replace(WHOLE, account=AccountState(False, "HEALTHY")), EXPECTED),
    ("shut-down", replace(WHOLE, account=AccountState(False, "SHUTDOWN")), EXPECTED),
    ("subscription-missing", replace(WHOLE, subscriptions=()), EXPECTED),
    ("subscription-elsewhere", replace(WHOLE, subscriptions=(replace(SUBSCRIPTION, endpoint="https://x/"),)), EXPECTED),
    ("subscription-pending", replace(WHOLE, subscriptions=(replace(SUBSCRIPTION, pending=True),)), EXPECTED),
    ("filter-policy-set", replace(WHOLE, subscriptions=(replace(SUBSCRIPTION, filter_policy='{"a":[1]}'),)), EXPECTED),
    ("raw-delivery-on", replace(WHOLE, subscriptions=(replace(SUBSCRIPTION, raw=True),)), EXPECTED),
    ("queue-policy-refuses", replace(WHOLE, subscriptions=(replace(SUBSCRIPTION, redrive=QUEUE.arn),), queues=(QUEUE,)), EXPECTED),
    ("queue-gone", replace(WHOLE, queues=(replace(QUEUE, exists=False),)), EXPECTED),
    ("configuration-set-gone", replace(SET, sets=(ConfigurationSetState("ours", False),), destinations=()), BY_SET),
    ("configuration-set-paused", replace(SET, sets=(ConfigurationSetState("ours", True, False),)), BY_SET),
    ("destination-missing", replace(SET, destinations=()), BY_SET),
    ("destination-disabled", replace(SET, destinations=(replace(DESTINATION, enabled=False),)), BY_SET),
    ("destination-types-missing", replace(SET, destinations=(replace(DESTINATION, types=("SEND",)),)), BY_SET),
]  # fmt: skip


@pytest.mark.parametrize(("reference", "chain", "wanted"), BROKEN, ids=[one[0] for one in BROKEN])
def test_each_broken_part_is_the_first_weak_link_and_is_said_in_words(
    reference: str, chain: Chain, wanted: Expected
) -> None:
    found = weak_links(chain, wanted)
    assert found[0].reference == reference and found[0].known
    assert URL not in str(found), "the callback's secret stands in no finding"


def test_a_key_of_ones_own_is_a_doubt_and_no_fault() -> None:
    own = replace(WHOLE, topics=(replace(TOPIC, kms_key="alias/mine"),))
    assert weak_links(own, EXPECTED) == []
    assert [one.reference for one in doubts(own, EXPECTED)] == ["topic-key-unknown"]


def test_what_cannot_be_read_is_never_taken_for_missing(ground: Yard) -> None:
    ground.listen("identity")
    ground.amazon.amazon.faults.add({"service": "sns", "action": "*", "name": "denied", "count": -1})
    chain = reading.read(ground.way, "news@example.com", [ground.arn])
    assert {part.partition(" ")[0] for part in chain.unread} == {"topic"} and chain.topics == ()
    wanted = Expected("000000000000", "eu-west-1", "news@example.com", (ground.arn,), way="identity")
    assert weak_links(chain, wanted) == [] and doubts(chain, wanted)


def test_the_identity_that_decides_is_the_address_itself_then_its_domain(ground: Yard) -> None:
    assert reading.read(ground.way, "news@example.com", []).identity == IdentityState(
        "example.com", True, True, {}, dict.fromkeys(("Bounce", "Complaint", "Delivery"), False)
    )
    own = reading.read(ground.way, "hello@example.net", []).identity
    assert own is not None and own.name == "hello@example.net"
    nobody = reading.read(ground.way, "a@nowhere.example", []).identity
    assert nobody is not None and not nobody.exists


def test_every_button_has_words_and_every_button_without_a_page_mends() -> None:
    assert set(FIXES) <= set(rows())
    assert {reference for reference, one in FIXES.items() if not one.page} == set(_MENDS)


def test_only_an_admin_mends_and_only_what_can_be_mended(ground: Yard) -> None:
    from amazon import ALICE, BOB, MALLORY

    ground.listen("identity")
    desk, line, now = ground.desk, ground.connection, moment.now()
    with pytest.raises(NotAllowed):
        fix(desk, line, "filter-policy-set", "", BOB, now)
    with pytest.raises((NotAllowed, NotFound)):
        fix(desk, line, "filter-policy-set", "", MALLORY, now)
    with pytest.raises(BadInput):
        fix(desk, line, "in-sandbox", "", ALICE, now)


def test_no_button_takes_the_filter_of_somebody_elses_subscription(ground: Yard) -> None:
    from amazon import ALICE

    ground.listen("identity")
    topic = ours.expected(ground.desk, ground.connection).topic_arns[0]
    sns = ground.way.client("sns")
    theirs = sns.subscribe(
        TopicArn=topic, Protocol="email", Endpoint="ops@example.net", ReturnSubscriptionArn=True,
        Attributes={"FilterPolicy": '{"kind":["a"]}'},
    )["SubscriptionArn"]  # fmt: skip
    for subject in ("", theirs):
        with pytest.raises(NotFound):
            fix(ground.desk, ground.connection, "filter-policy-set", subject, ALICE, moment.now())
    kept = sns.get_subscription_attributes(SubscriptionArn=theirs)["Attributes"]
    assert kept["FilterPolicy"] == '{"kind":["a"]}'


def test_a_mending_that_amazon_stopped_half_way_is_in_the_audit_trail(
    ground: Yard, monkeypatch: pytest.MonkeyPatch
) -> None:
    from amazon import ALICE
    from botocore.exceptions import ClientError

    def stopped(*_: Any) -> str:
        raise ClientError({"Error": {"Code": "Throttling", "Message": "Rate exceeded"}}, "SetTopicAttributes")

    ground.listen("identity")
    monkeypatch.setitem(_MENDS, "topic-encrypted", stopped)
    with pytest.raises(ClientError):
        fix(ground.desk, ground.connection, "topic-encrypted", "", ALICE, moment.now())
    last = audit.recent(ground.desk.store, 1)[0]
    assert last.action == "chain-mending-stopped" and "topic-encrypted" in str(last.detail)


def test_where_names_the_thing_to_mend() -> None:
    raw = replace(WHOLE, subscriptions=(replace(SUBSCRIPTION, raw=True),))
    assert where(weak_links(raw, EXPECTED)[0]) == SUBSCRIPTION.arn
