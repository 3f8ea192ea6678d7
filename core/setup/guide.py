"""The same set-up by hand: what to do in Amazon's consoles, click by click, with this connection's own names filled in.

Names and policies come from where the plan takes them, so that what was made by hand is taken for what it is, and used.
Sources: SNS, SQS and SES developer guides, the pages on creating topics, subscriptions, queues and event destinations.
"""

import json
from dataclasses import dataclass

from core.errors import BadInput
from core.setup import names, policies
from core.setup.choices import Choices, checked
from core.setup.names import Names
from core.setup.publishing_steps import TRACKED
from core.store.tables import Connection

CONSOLE = "https://{region}.console.aws.amazon.com/{service}/home?region={region}{place}"


@dataclass(frozen=True, slots=True)
class Copy:
    """One text to copy, and which box of the console it goes into."""

    label: str
    text: str
    json: bool = False


@dataclass(frozen=True, slots=True)
class GuideStep:
    """One step: its drawing ("" = none), what to do, what to copy, and the console's page ("" = not known for this partition)."""

    key: str
    words: str
    drawing: str = ""
    copies: tuple[Copy, ...] = ()
    link: str = ""


def guide(connection: Connection, choices: Choices, callback_url: str | None) -> tuple[GuideStep, ...]:
    """The steps in their order. Raises BadInput: the account is not known, or HTTPS without a callback URL."""
    checked(choices)
    if not connection.account_id:
        raise BadInput("Amazon was not asked for the account number yet. Check the connection first.")
    if choices.https and not callback_url:
        raise BadInput("There is no callback URL without a public address. Choose the queue.", "intake")
    account = connection.account_id
    called = names.of(connection, account, choices)
    sources = names.source_arns(connection, account, choices, called)
    steps = [_topic(connection, called, account, sources)]
    steps.append(_queue(connection, "dead-letters", called.dead_letters, called.dead_letters_arn, called))
    if choices.https:
        steps.append(_callback(connection, called, callback_url or ""))
    if choices.queue:
        steps.append(_queue(connection, "events", called.events, called.events_arn, called))
        steps.append(_events_subscription(connection, called))
    if choices.way == "configuration-set":
        steps += [_destination(connection, choices, called), _default(connection, choices, called)]
    else:
        steps.append(_notifications(connection, choices, called))
    return tuple(steps)


def _topic(connection: Connection, called: Names, account: str, sources: list[str]) -> GuideStep:
    statement = policies.publish_statement(called.topic_arn, account, sources)
    return GuideStep(
        "topic",
        f"SNS › **Topics** › **Create topic**. Type **Standard** (FIFO does not work), name `{called.topic}`. "
        "Open **Access policy** › **Advanced** and paste the policy. If the topic exists already, add its one statement to what is there. "
        "Where *Signature version* is offered, choose 2.",
        "sns-topic",
        (Copy("Name", called.topic), Copy("Access policy", policies.with_statement("", statement), True)),
        _link(connection, "sns/v3", "#/create-topic"),
    )


def _queue(connection: Connection, key: str, name: str, arn: str, called: Names) -> GuideStep:
    policy = policies.with_statement("", policies.queue_statement(arn, called.topic_arn))
    what = (
        "This queue keeps what could not be delivered. "
        if key == "dead-letters"
        else "From this queue SES Desk fetches. "
    )
    return GuideStep(
        key,
        f"SQS › **Create queue**. Type **Standard**, name `{name}`. {what}"
        f"Visibility timeout {policies.VISIBILITY} seconds, message retention 14 days, receive wait time {policies.POLL} seconds. "
        "Under **Access policy** › **Advanced** paste the policy.",
        "sqs-queue",
        (Copy("Name", name), Copy("Access policy", policy, True)),
        _link(connection, "sqs/v3", "#/create-queue"),
    )


def _callback(connection: Connection, called: Names, url: str) -> GuideStep:
    return GuideStep(
        "subscription",
        "On the topic, **Create subscription**: protocol **HTTPS**, endpoint = the callback URL. Leave raw message delivery off. "
        "Under **Delivery policy** switch *Use the default* off and paste; under **Redrive policy** choose the queue of step 2. "
        "The request to confirm appears below, within seconds: press **Confirm this topic**.",
        "sns-subscription",
        (
            Copy("Endpoint (treat it like a password)", url),
            Copy("Delivery policy", json.dumps(policies.delivery_policy()), True),
            Copy("Redrive policy: the queue's ARN", called.dead_letters_arn),
        ),
        _link(connection, "sns/v3", "#/create-subscription"),
    )


def _events_subscription(connection: Connection, called: Names) -> GuideStep:
    return GuideStep(
        "events-subscription",
        "On the topic, **Create subscription**: protocol **Amazon SQS**, endpoint = the queue. Leave raw message delivery off. "
        "Under **Redrive policy** choose the queue of step 2. Then give the queue to SES Desk, below.",
        "sns-queue-subscription",
        (
            Copy("Endpoint", called.events_arn),
            Copy("Redrive policy: the queue's ARN", called.dead_letters_arn),
        ),
        _link(connection, "sns/v3", "#/create-subscription"),
    )


def _destination(connection: Connection, choices: Choices, called: Names) -> GuideStep:
    but = "" if choices.tracking else ", then take **Opens** and **Clicks** out again"
    more = TRACKED if choices.tracking else "So Amazon leaves the links in your mail as they are."
    return GuideStep(
        "destination",
        f"SES › **Configuration sets** › **Create set**, name `{called.configuration_set}`. On the set, **Event destinations** › "
        f"**Add destination**: **Select all** event types{but}, then **Amazon SNS**, and choose the topic. {more}",
        "ses-destination",
        (
            Copy("Configuration set", called.configuration_set),
            Copy("Event destination", called.destination),
            Copy("Topic", called.topic_arn),
        ),
        _link(connection, "ses", "#/configuration-sets/create"),
    )


def _default(connection: Connection, choices: Choices, called: Names) -> GuideStep:
    return GuideStep(
        "default-set",
        f"SES › **Identities** › {_these(choices)} › **Configuration set** › **Edit**: assign `{called.configuration_set}` as the default. "
        "From then on every mail of it is reported, with no change to your sender.",
        "identity-default-set",
        (Copy("Default configuration set", called.configuration_set),),
        _link(connection, "ses", "#/identities"),
    )


def _notifications(connection: Connection, choices: Choices, called: Names) -> GuideStep:
    forwarding = (
        ""
        if choices.keep_forwarding
        else " Then **Email feedback forwarding** › **Edit**: switch it off, for both topics stand now."
    )
    return GuideStep(
        "notifications",
        f"SES › **Identities** › {_these(choices)} › **Notifications** › **Edit**: choose the topic for **Bounces**, **Complaints** and "
        f"**Deliveries**, each with **Include original headers**. Without Deliveries the rates cannot be known.{forwarding}",
        "identity-notifications",
        (Copy("Topic", called.topic_arn),),
        _link(connection, "ses", "#/identities"),
    )


def _these(choices: Choices) -> str:
    """The identities by name, as code: an identity is a domain or an address, and holds no backtick."""
    return ", then ".join(f"`{name.replace('`', '')}`" for name in choices.identities)


def _link(connection: Connection, service: str, place: str) -> str:
    """The console's page; the two other partitions have consoles of their own."""
    if connection.region.startswith(("us-gov-", "eusc-", "cn-")):
        return ""
    return CONSOLE.format(region=connection.region, service=service, place=place)
