"""The CloudFormation template: clean by cfn-lint, the same as the plan, and used by the set-up once the stack stands."""

import itertools
import json
from typing import Any

import pytest
from amazon import ALICE
from grounds import IDENTITY, Ground
from stack import Stack

from core import moment
from core.connect.regions import SES_REGIONS
from core.errors import BadInput
from core.setup import names, policies, saga
from core.setup.choices import Choices
from core.setup.plan import Plan, plan
from core.setup.template import PARTS, as_text, everything, in_stack, left_over, template
from core.store.tables import Connection

EVERY = list(itertools.product(("configuration-set", "identity"), ("https", "queue", "both")))
URL = "https://mail.example.com/sns/token"


def some(region: str = "eu-west-1", account: str | None = "123456789012") -> Connection:
    return Connection(
        uuid="0123456789abcdef", name="Shop", region=region, account_id=account, created_at=1, updated_at=1
    )


def planned(ground: Ground, choices: Choices) -> Plan:
    return plan(ground.desk, ground.connection, choices, ALICE, moment.now())


def lint(document: dict[str, Any], region: str) -> list[str]:
    from cfnlint.api import ManualArgs
    from cfnlint.api import lint as look

    config = ManualArgs(regions=[region], include_checks=["I"])
    return [f"{found.rule.id} {found.message}" for found in look(as_text(document), config=config)]


@pytest.mark.parametrize(("way", "intake"), EVERY)
def test_every_template_is_clean_even_of_advice(way: str, intake: str) -> None:
    document = template(some(), everything(Choices(way, intake, IDENTITY)), URL)
    assert lint(document, "eu-west-1") == []


def test_the_lint_finds_a_planted_mistake() -> None:
    document = template(some(), everything(Choices(identity=IDENTITY)), URL)
    document["Resources"]["DeadLetters"]["Properties"]["MessageRetentionPeriod"] = 10**9
    document["Resources"]["TopicPolicy"]["Properties"]["Topics"] = [{"Ref": "Nobody"}]
    assert len(lint(document, "eu-west-1")) >= 2


@pytest.mark.parametrize("region", ["us-gov-west-1", "eusc-de-east-1", "ap-southeast-7"])
def test_other_partitions_and_young_regions_have_their_own_arns(region: str) -> None:
    assert region in dict(SES_REGIONS)
    document = template(some(region), everything(Choices(identity=IDENTITY, intake="both")), URL)
    start = {"us-gov-west-1": "aws-us-gov", "eusc-de-east-1": "aws-eusc"}.get(region, "aws")
    source = document["Resources"]["TopicPolicy"]["Properties"]["PolicyDocument"]["Statement"][0]["Condition"]
    assert source["StringEquals"]["AWS:SourceArn"].startswith(f"arn:{start}:ses:{region}:")


@pytest.mark.parametrize(("way", "intake"), EVERY)
def test_it_holds_what_the_plan_would_make_and_nothing_else(ground: Ground, way: str, intake: str) -> None:
    found = planned(ground, Choices(way, intake, IDENTITY))
    assert found.blocked is None
    document = template(ground.connection, found, ground.callback)
    assert set(document["Resources"]) == {PARTS[line.key] for line in found.lines if in_stack(found, line)}
    left = {line.key for line in left_over(found)}
    assert {line.key for line in found.lines} == left | {
        line.key for line in found.lines if in_stack(found, line)
    }
    identity = {"default-set"} if way == "configuration-set" else {"bounces", "complaints", "deliveries"}
    assert left == identity | (set() if intake == "queue" else {"confirmation"})
    seen_blind = template(ground.connection, everything(found.choices), ground.callback)
    assert seen_blind == document, "an account that cannot be read gets the same template"


@pytest.mark.parametrize(("way", "intake"), EVERY)
def test_the_set_up_uses_what_the_stack_made_and_does_the_rest(ground: Ground, way: str, intake: str) -> None:
    choices = Choices(way, intake, IDENTITY)
    Stack(ground.way, template(ground.connection, planned(ground, choices), ground.callback))
    after = planned(ground, choices)
    identity = ["default-set"] if way == "configuration-set" else ["bounces", "complaints", "deliveries"]
    # Amazon tells nothing of a subscription that is pending, so what it is set to has to be set again
    confirm = [] if intake == "queue" else ["subscription", "confirmation"]
    assert [line.key for line in after.lines if line.effect != "reuse"] == confirm + identity
    assert not after.to_agree, "what the stack made bears our tags: it is ours to use"
    number = saga.begin(ground.desk, ground.connection, after, ALICE, moment.now())
    last = {line.key: line for line in saga.apply(ground.desk, ground.connection, number, ALICE)}
    assert {line.state for line in last.values()} <= {"made", "changed", "reused"}, last
    with pytest.raises(BadInput, match="there already"):
        template(ground.connection, planned(ground, choices), ground.callback)


@pytest.mark.parametrize(("way", "intake"), EVERY)
def test_it_says_the_same_as_what_the_set_up_makes(ground: Ground, way: str, intake: str) -> None:
    """Both are read back from Amazon, once made by the stack and once by the set-up."""
    choices = Choices(way, intake, IDENTITY)
    found = planned(ground, choices)
    number = saga.begin(ground.desk, ground.connection, found, ALICE, moment.now())
    for line in saga.apply(ground.desk, ground.connection, number, ALICE):
        assert line.state != "failed", line
    by_set_up = pictured(ground)
    protocols = {key.split()[0] for key in by_set_up if " " in key}
    assert protocols == {"https": {"http"}, "queue": {"sqs"}, "both": {"http", "sqs"}}[intake]
    document = template(ground.connection, found, ground.callback)
    for held in ("topics", "queues", "orphans", "configuration_sets", "deleted_queues"):
        getattr(ground.region, held).clear()
    Stack(ground.way, document)
    assert pictured(ground) == by_set_up


def pictured(ground: Ground) -> dict[str, Any]:
    """What stands in Amazon, without what only time or chance made."""
    sns, sqs, ses = (ground.way.client(name) for name in ("sns", "sqs", "sesv2"))
    seen: dict[str, Any] = {}
    for topic in sns.list_topics()["Topics"]:
        arn = topic["TopicArn"]
        said = sns.get_topic_attributes(TopicArn=arn)["Attributes"]
        ours = [
            each
            for each in json.loads(said["Policy"])["Statement"]
            if each.get("Sid", "").startswith("SesDesk")
        ]
        seen[arn] = (said.get("SignatureVersion"), ours, sns.list_tags_for_resource(ResourceArn=arn)["Tags"])
    for topic in ground.region.topics.values():
        for each in (
            topic.subscriptions.values() if hasattr(topic.subscriptions, "values") else topic.subscriptions
        ):
            keys = ("RawMessageDelivery", "RedrivePolicy", "DeliveryPolicy", "FilterPolicy")
            kept = sns.get_subscription_attributes(SubscriptionArn=each.arn)["Attributes"]
            plain = {key: _read(kept[key]) for key in keys if key in kept}
            seen[f"{each.protocol} {each.endpoint}"] = plain
    for url in sqs.list_queues().get("QueueUrls", ()):
        said = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
        kept = {key: said.get(key) for key in policies.queue_attributes()}
        seen[url] = (kept, json.loads(said["Policy"]), sqs.list_queue_tags(QueueUrl=url)["Tags"])
    for name in ground.region.configuration_sets:
        got = ses.get_configuration_set_event_destinations(ConfigurationSetName=name)["EventDestinations"]
        seen[name] = [{**each, "MatchingEventTypes": sorted(each["MatchingEventTypes"])} for each in got]
    return seen


def _read(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return text


def test_what_is_there_already_is_left_out_and_left_alone(ground: Ground) -> None:
    """A topic that somebody made, with a policy of theirs: the stack must not write over it."""
    choices = Choices(identity=IDENTITY, topic="theirs")
    ground.way.client("sns").create_topic(Name="theirs")
    found = planned(ground, choices)
    document = template(ground.connection, found, ground.callback)
    assert not {"Topic", "TopicPolicy"} & document["Resources"].keys() and "Outputs" not in document
    arn = "arn:aws:sns:eu-west-1:000000000000:theirs"
    assert document["Resources"]["Callback"]["Properties"]["TopicArn"] == arn
    assert "EventDestination" not in document["Resources"], "SES would be refused by the topic's policy"
    assert {"topic-policy", "destination"} <= {line.key for line in left_over(found)}
    assert lint(document, "eu-west-1") == []
    Stack(ground.way, document)


def test_the_callback_url_is_the_only_secret_in_it(ground: Ground) -> None:
    found = planned(ground, Choices(identity=IDENTITY))
    text = as_text(template(ground.connection, found, ground.callback))
    assert text.count(ground.callback) == 1
    without = as_text(
        template(ground.connection, everything(Choices(identity=IDENTITY, intake="queue")), None)
    )
    assert "/sns/" not in without
    assert names.PREFIX in without and json.loads(text) != json.loads(without)


@pytest.mark.parametrize(
    ("connection", "choices", "url", "said"),
    [
        (some(account=None), Choices(identity=IDENTITY), URL, "account number"),
        (some(), Choices(identity=IDENTITY), None, "Choose the queue"),
    ],
)
def test_what_is_missing_is_said(
    connection: Connection, choices: Choices, url: str | None, said: str
) -> None:
    with pytest.raises(BadInput, match=said):
        template(connection, everything(choices), url)
