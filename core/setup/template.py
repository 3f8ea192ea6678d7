"""The same set-up as a CloudFormation template, for those who let nothing into their account that is not in a stack.

It holds what the plan would make, under the same names and with the same policies. What the plan would change in things
that exist already is `left_over`: CloudFormation does not touch what it did not make, an identity least of all. The set-up
does that once the stack stands. Source: CloudFormation user guide, resource types AWS::SNS, AWS::SQS and AWS::SES.
"""

import json
from typing import Any

from core.errors import BadInput
from core.setup import names, policies
from core.setup.choices import Choices, checked
from core.setup.names import Names
from core.setup.plan import Plan, PlanLine
from core.setup.publishing_steps import types_of
from core.setup.steps import steps_of
from core.store.tables import Connection

Resources = dict[str, Any]
PARTS = {  # plan key -> the resource that stands for it
    "topic": "Topic",
    "signature": "Topic",
    "topic-policy": "TopicPolicy",
    "dead-letters": "DeadLetters",
    "dead-letters-policy": "DeadLettersPolicy",
    "events": "Events",
    "events-policy": "EventsPolicy",
    "queue-subscription": "EventsSubscription",
    "subscription": "Callback",
    "configuration-set": "ConfigurationSet",
    "destination": "EventDestination",
}


def template(connection: Connection, plan: Plan, callback_url: str | None) -> dict[str, Any]:
    """The template. Raises BadInput: the account is not known, the plan is blocked, or a stack has nothing to make.

    It holds the callback URL: whoever has the file can ask to report here.
    """
    account, choices = connection.account_id, plan.choices
    if not account:
        raise BadInput("Amazon was not asked for the account number yet. Check the connection first.")
    if plan.blocked is not None:
        raise BadInput(f"The plan is stopped: {plan.blocked.title}.")
    if choices.https and not callback_url:
        raise BadInput("There is no callback URL without a public address. Choose the queue.", "intake")
    wanted = {PARTS[line.key] for line in plan.lines if in_stack(plan, line)}
    if not wanted:
        raise BadInput("Everything a stack could make is there already.")
    called = names.of(connection, account, choices)
    tags = [{"Key": key, "Value": value} for key, value in names.tags(connection).items()]
    every = _topic(called, account, names.source_arns(connection, account, choices, called), tags)
    every |= _queue("DeadLetters", called.dead_letters, called.dead_letters_arn, called, tags)
    every |= _queue("Events", called.events, called.events_arn, called, tags)
    every |= _subscription(
        "Callback", (callback_url or "https").partition(":")[0], callback_url or "", called
    )
    every["Callback"]["Properties"]["DeliveryPolicy"] = policies.delivery_policy()
    every |= _subscription("EventsSubscription", "sqs", called.events_arn, called)
    every["EventsSubscription"]["DependsOn"].append("EventsPolicy")
    every |= _configuration_set(called, tags, types_of(choices))
    kept = {key: _after(resource, wanted) for key, resource in every.items() if key in wanted}
    document = {
        "AWSTemplateFormatVersion": "2010-09-09",
        "Description": f"SES Desk: bounces and complaints of {', '.join(choices.identities)}"[:1000],
        "Resources": _linked(kept, _links(called, wanted)),
    }
    if "Topic" in wanted:
        document["Outputs"] = {"TopicArn": {"Value": {"Ref": "Topic"}}}
    return document


def everything(choices: Choices) -> Plan:
    """The plan for an account that cannot be read with the connection's key: all of it new."""
    lines = [PlanLine(step.key, step.label, step.action, "make", "") for step in steps_of(checked(choices))]
    return Plan(choices, tuple(lines))


def in_stack(plan: Plan, line: PlanLine) -> bool:
    """Whether the stack does this line: it is new, and not something of an identity."""
    if line.key not in PARTS or line.effect != "make":
        return False
    effects = {each.key: each.effect for each in plan.lines}
    # SES tries the topic when the destination is made: not before the topic lets it in
    return line.key != "destination" or effects.get("topic-policy") != "change"


def left_over(plan: Plan) -> tuple[PlanLine, ...]:
    """What is left to the set-up once the stack stands."""
    return tuple(line for line in plan.lines if line.effect != "reuse" and not in_stack(plan, line))


def as_text(document: dict[str, Any]) -> str:
    """The file: JSON, which CloudFormation takes as well as YAML."""
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def _topic(called: Names, account: str, sources: list[str], tags: list[dict[str, str]]) -> Resources:
    statement = policies.publish_statement(called.topic_arn, account, sources)
    return {
        "Topic": {
            "Type": "AWS::SNS::Topic",
            "Properties": {"TopicName": called.topic, "SignatureVersion": "2", "Tags": tags},
        },
        "TopicPolicy": {
            "Type": "AWS::SNS::TopicPolicy",
            "Properties": {"Topics": [called.topic_arn], "PolicyDocument": _policy(statement)},
        },
    }


def _queue(key: str, name: str, arn: str, called: Names, tags: list[dict[str, str]]) -> Resources:
    numbers = {word: int(number) for word, number in policies.queue_attributes().items()}
    statement = policies.queue_statement(arn, called.topic_arn)
    return {
        key: {
            "Type": "AWS::SQS::Queue",
            "DeletionPolicy": "Delete",
            "UpdateReplacePolicy": "Delete",
            "Properties": {"QueueName": name, **numbers, "Tags": tags},
        },
        f"{key}Policy": {
            "Type": "AWS::SQS::QueuePolicy",
            "Properties": {"Queues": [{"Ref": key}], "PolicyDocument": _policy(statement)},
        },
    }


def _subscription(key: str, protocol: str, endpoint: str, called: Names) -> Resources:
    return {
        key: {
            "Type": "AWS::SNS::Subscription",
            "DependsOn": ["DeadLettersPolicy"],
            "Properties": {
                "TopicArn": called.topic_arn,
                "Protocol": protocol,
                "Endpoint": endpoint,
                "RawMessageDelivery": False,
                "RedrivePolicy": policies.redrive_policy(called.dead_letters_arn),
            },
        }
    }


def _configuration_set(called: Names, tags: list[dict[str, str]], kinds: list[str]) -> Resources:
    return {
        "ConfigurationSet": {
            "Type": "AWS::SES::ConfigurationSet",
            "Properties": {"Name": called.configuration_set, "Tags": tags},
        },
        "EventDestination": {
            "Type": "AWS::SES::ConfigurationSetEventDestination",
            "DependsOn": ["ConfigurationSet", "TopicPolicy"],  # SES tries the topic at once
            "Properties": {
                "ConfigurationSetName": called.configuration_set,
                "EventDestination": {
                    "Name": called.destination,
                    "Enabled": True,
                    "MatchingEventTypes": [spelled(kind) for kind in kinds],
                    "SnsDestination": {"TopicARN": called.topic_arn},
                },
            },
        },
    }


def spelled(kind: str) -> str:
    """An event type as CloudFormation spells it: RENDERING_FAILURE is renderingFailure there."""
    first, *others = kind.lower().split("_")
    return first + "".join(word.capitalize() for word in others)


def _policy(statement: policies.Statement) -> policies.Policy:
    document: policies.Policy = json.loads(policies.with_statement("", statement))
    return document


def _after(resource: dict[str, Any], wanted: set[str]) -> dict[str, Any]:
    """Waiting only for what is in the stack."""
    waits = [key for key in resource.get("DependsOn", ()) if key in wanted]
    rest = {key: value for key, value in resource.items() if key != "DependsOn"}
    return {**rest, "DependsOn": waits} if waits else rest


def _links(called: Names, wanted: set[str]) -> dict[str, tuple[str, Any]]:
    """What is known by another resource of the stack: text -> (that resource, the reference)."""
    every = {
        called.topic_arn: ("Topic", {"Ref": "Topic"}),
        called.dead_letters_arn: ("DeadLetters", {"Fn::GetAtt": ["DeadLetters", "Arn"]}),
        called.events_arn: ("Events", {"Fn::GetAtt": ["Events", "Arn"]}),
    }
    return {text: link for text, link in every.items() if link[0] in wanted}


def _linked(part: Any, links: dict[str, tuple[str, Any]], inside: str = "") -> Any:
    """The same with the stack's own things as references, so that CloudFormation knows what comes first."""
    if isinstance(part, dict):
        return {key: _linked(value, links, inside or key) for key, value in part.items()}
    if isinstance(part, list):
        return [_linked(value, links, inside) for value in part]
    if isinstance(part, str) and part in links and links[part][0] != inside:
        return links[part][1]
    return part
