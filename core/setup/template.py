"""The same set-up as a CloudFormation template, for those who let nothing into their account that is not in a stack.

Every name and policy comes from where the plan takes them. CloudFormation cannot change an identity that exists already, so
that last step is not in it: `left_over` names it, and the set-up does it once the stack stands. Source: CloudFormation user
guide, AWS::SNS, AWS::SQS and AWS::SES resource types.
"""

import json
from dataclasses import replace
from typing import Any

from core.chain.expected import ALL_TYPES
from core.errors import BadInput
from core.setup import names, policies
from core.setup.choices import Choices, checked
from core.setup.names import Names
from core.store.tables import Connection

Resources = dict[str, Any]


def template(connection: Connection, choices: Choices, callback_url: str | None) -> dict[str, Any]:
    """The template. Raises BadInput: the account is not known, or HTTPS was chosen and there is no callback URL.

    It holds the callback URL: whoever has the file can ask to report here.
    """
    checked(choices)
    if not connection.account_id:
        raise BadInput("Amazon was not asked for the account number yet. Check the connection first.")
    if choices.https and not callback_url:
        raise BadInput("There is no callback URL without a public address. Choose the queue.", "intake")
    account = connection.account_id
    own = replace(choices, topic="", configuration_set="")  # a stack makes everything new
    called = names.of(connection, account, own)
    tags = [{"Key": key, "Value": value} for key, value in names.tags(connection).items()]
    resources = _topic(called, account, names.source_arns(connection, account, own, called), tags)
    resources |= _queue("DeadLetters", called.dead_letters, called.dead_letters_arn, called, tags)
    if choices.https:
        resources |= _subscription("Callback", "https", callback_url or "", called)
        resources["Callback"]["Properties"]["DeliveryPolicy"] = policies.delivery_policy()
    if choices.queue:
        resources |= _queue("Events", called.events, called.events_arn, called, tags)
        resources |= _subscription("EventsSubscription", "sqs", called.events_arn, called)
        resources["EventsSubscription"]["DependsOn"].append("EventsPolicy")
    if choices.way == "configuration-set":
        resources |= _configuration_set(called, tags)
    return {
        "AWSTemplateFormatVersion": "2010-09-09",
        "Description": f"SES Desk: bounces and complaints of {', '.join(own.identities)}; for account {account}, region {connection.region}",
        "Resources": _linked(resources, called),
        "Outputs": {"TopicArn": {"Value": {"Ref": "Topic"}}},
    }


def left_over(choices: Choices) -> str:
    """What the template cannot do, as a sentence."""
    if choices.way == "configuration-set":
        return "One step is left: making the configuration set the identity's default. CloudFormation cannot change an identity that exists."
    return "One step is left: the identity's notifications. CloudFormation cannot change an identity that exists."


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


def _configuration_set(called: Names, tags: list[dict[str, str]]) -> Resources:
    return {
        "ConfigurationSet": {
            "Type": "AWS::SES::ConfigurationSet",
            "Properties": {"Name": called.configuration_set, "Tags": tags},
        },
        "EventDestination": {
            "Type": "AWS::SES::ConfigurationSetEventDestination",
            "DependsOn": ["TopicPolicy"],  # SES tries the topic when the destination is made
            "Properties": {
                "ConfigurationSetName": {"Ref": "ConfigurationSet"},
                "EventDestination": {
                    "Name": called.destination,
                    "Enabled": True,
                    "MatchingEventTypes": [spelled(kind) for kind in ALL_TYPES],
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


def _linked(part: Any, called: Names) -> Any:
    """The same with every ARN of the stack's own things as a reference, so that CloudFormation knows what comes first."""
    links: dict[str, Any] = {
        called.topic_arn: {"Ref": "Topic"},
        called.dead_letters_arn: {"Fn::GetAtt": ["DeadLetters", "Arn"]},
        called.events_arn: {"Fn::GetAtt": ["Events", "Arn"]},
    }
    if isinstance(part, dict):
        return {key: _linked(value, called) for key, value in part.items()}
    if isinstance(part, list):
        return [_linked(value, called) for value in part]
    return links.get(part, part) if isinstance(part, str) else part
