"""What stands between SES and us just now, read from Amazon part by part. Changes nothing.

A part that could not be read is in `unread`, under its own name, and is never taken for healthy. Source: SESv2 GetAccount,
GetEmailIdentity, GetConfigurationSet, GetConfigurationSetEventDestinations; SES GetIdentityNotificationAttributes;
SNS GetTopicAttributes, ListSubscriptionsByTopic, GetSubscriptionAttributes; SQS GetQueueAttributes.
"""

from collections.abc import Callable, Sequence
from functools import partial
from typing import TypeVar

from core.aws import chain_parts as parts
from core.aws.access import Access
from core.aws.chain_states import (
    AccountState,
    Beside,
    Chain,
    ConfigurationSetState,
    DestinationState,
    IdentityState,
    QueueState,
    SubscriptionState,
    TopicState,
)
from core.aws.topics import region_of
from core.diagnosis import Context, explain
from core.diagnosis.diagnosis import Diagnosis

__all__ = [
    "AccountState", "Beside", "Chain", "ConfigurationSetState", "DestinationState", "IdentityState", "QueueState",
    "SubscriptionState", "TopicState", "read",
]  # fmt: skip
T = TypeVar("T")


def read(
    access: Access,
    identity: str,
    topic_arns: Sequence[str],
    configuration_set: str = "",
    queue_urls: Sequence[str] = (),
    search: int = 0,
    others: Sequence[str] = (),
) -> Chain:
    """Read the whole chain; takes about ten calls. `identity`: the sender's address, or the identity's name.

    `configuration_set` is read beside the identity's own default. `search`: when nothing so far publishes to the topics,
    at most so many other configuration sets are read for one that does. `others`: names of further identities. Raises only what opening a client raises.
    """
    unread: dict[str, Diagnosis] = {}

    def tried(part: str, ask: Callable[[], T], service: str, region: str = "") -> T | None:
        try:
            return ask()
        except Exception as error:  # what failed is named; the other parts are still read
            unread[part] = explain(error, Context(region=region or access.region, service=service))
            return None

    account = tried("account", partial(parts.account, access), "ses")
    known = tried("identity", partial(parts.identity, access, identity), "ses") if identity else None
    names = dict.fromkeys(
        name for name in (configuration_set, known.configuration_set if known else "") if name
    )
    sets: list[ConfigurationSetState] = []
    destinations: list[DestinationState] = []
    for name in names:
        found = tried(f"configuration-set {name}", partial(parts.configuration_set, access, name), "ses")
        if found is not None:
            sets.append(found[0])
            destinations += found[1]
    named = {one.topic_arn for one in destinations} | set(known.topics.values() if known else ())
    if search and topic_arns and not named & set(topic_arns):
        look = partial(parts.publishing_to, access, topic_arns, tuple(names), search)
        for state, its in tried("configuration-sets", look, "ses") or ():
            sets.append(state)
            destinations += its
    topics: list[TopicState] = []
    subscriptions: list[SubscriptionState] = []
    for arn in dict.fromkeys(topic_arns):
        where = region_of(arn)
        topic = tried(f"topic {arn}", partial(parts.topic, access, arn), "sns", where)
        if topic is None:
            continue
        topics.append(topic)
        if topic.exists:
            listed = tried(f"subscriptions {arn}", partial(parts.subscriptions, access, arn), "sns", where)
            subscriptions += listed or []
    queues = [
        queue
        for url in dict.fromkeys(queue_urls)
        if (queue := tried(f"queue {url}", partial(parts.queue, access, url), "sqs")) is not None
    ]
    besides = [
        one
        for name in dict.fromkeys(others)
        if not known or name != known.name
        if (one := tried(f"beside {name}", partial(parts.beside, access, name), "ses")) is not None
    ]
    return Chain(
        access.region, account, known, tuple(sets), tuple(destinations), tuple(topics), tuple(subscriptions),
        tuple(queues), unread, tuple(besides),
    )  # fmt: skip
