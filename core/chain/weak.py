"""Which links of the chain are weak: what was read, compared with what should be. Pure; most likely cause first.

Each weak link is a Diagnosis of words.toml; its evidence names, under "where", the thing to mend.
"""

import json
from collections.abc import Callable, Iterator
from dataclasses import replace

from core.aws.chain import Chain, DestinationState, IdentityState, TopicState
from core.aws.topics import account_of, region_of
from core.chain.expected import KINDS, NEEDED, Expected
from core.chain.policies import lets_in
from core.diagnosis import finding
from core.diagnosis.diagnosis import Diagnosis
from core.setup.policies import key_statement

WHERE = "where"
AMAZONS_KEY = "alias/aws/sns"  # Amazon's own key for SNS: its policy never lets SES in


def where(diagnosis: Diagnosis) -> str:
    """The ARN or name of the thing that a weak link is about, "" when there is none."""
    return diagnosis.evidence.get(WHERE, "")


def weak_links(chain: Chain, expected: Expected) -> list[Diagnosis]:
    """What is surely wrong, in the order in which it would stop a mail's event. Empty: nothing seen, which is
    only good news when `chain.unread` is empty too."""
    looks: tuple[Callable[[Chain, Expected], Iterator[Diagnosis]], ...] = (
        _places, _account, _topics, _publishing, _subscriptions, _queues,
    )  # fmt: skip
    return [weak for look in looks for weak in look(chain, expected)]


def doubts(chain: Chain, expected: Expected) -> list[Diagnosis]:
    """What may be wrong and cannot be known from here: parts that could not be read, keys and conditions not ours to weigh."""
    found = list(chain.unread.values())
    for topic in chain.topics:
        if topic.kms_key and topic.kms_key != AMAZONS_KEY:
            said = _said("topic-key-unknown", expected, topic.arn, key=topic.kms_key)
            account, source = expected.account or account_of(topic.arn), source_of(chain, expected, topic.arn)
            statement = json.dumps(key_statement(account, source), indent=2)
            found.append(replace(said, snippet=statement))
        if topic.exists and _lets_ses_in(topic, chain, expected) is None:
            found.append(_said("topic-policy-unclear", expected, topic.arn))
    return found


def way_of(chain: Chain, expected: Expected) -> str:
    """How events are published: as was set up, else as Amazon's settings show. `identity` when neither tells."""
    if expected.way:
        return expected.way
    ours = set(expected.topic_arns)
    if chain.identity and ours & set(chain.identity.topics.values()):
        return "identity"
    return "configuration-set" if any(one.topic_arn in ours for one in chain.destinations) else "identity"


def set_of(chain: Chain, expected: Expected) -> str:
    """The configuration set that reports: as was set up, else the one that leads to our topics, else the default."""
    leads = (one.configuration_set for one in chain.destinations if one.topic_arn in expected.topic_arns)
    default = chain.identity.configuration_set if chain.identity else ""
    return expected.configuration_set or next(leads, default)


def _said(reference: str, expected: Expected, subject: str, **more: str) -> Diagnosis:
    return finding(reference, {WHERE: subject, **more}, expected.region)


def _places(chain: Chain, expected: Expected) -> Iterator[Diagnosis]:
    """SES publishes only to topics of its own region; a topic of another account needs more than we can see."""
    for arn in expected.topic_arns:
        if region_of(arn) != expected.region:
            yield _said("wrong-region", expected, arn, found=region_of(arn), region=expected.region)
        elif expected.account and account_of(arn) != expected.account:
            yield _said("topic-of-another-account", expected, arn)
    if chain.identity is not None and not chain.identity.exists:
        yield _said("identity-elsewhere", expected, chain.identity.name)


def _account(chain: Chain, expected: Expected) -> Iterator[Diagnosis]:
    if chain.account is not None and chain.account.enforcement == "SHUTDOWN":
        yield _said("shut-down", expected, "")
    elif chain.account is not None and not chain.account.sending:
        yield _said("sending-disabled", expected, "")


def _topics(chain: Chain, expected: Expected) -> Iterator[Diagnosis]:
    if not expected.topic_arns and not expected.queue_arns:
        yield _said("topic-none", expected, "")
    for topic in chain.topics:
        if not topic.exists:
            yield _said("topic-gone", expected, topic.arn)
        elif topic.fifo:
            yield _said("topic-fifo", expected, topic.arn)
        elif _lets_ses_in(topic, chain, expected) is False:
            yield _said("topic-policy-refuses-ses", expected, topic.arn)
        elif topic.kms_key == AMAZONS_KEY:
            yield _said("topic-encrypted", expected, topic.arn, key=topic.kms_key)


def source_of(chain: Chain, expected: Expected, arn: str) -> str:
    """Who SES says it is when it publishes to this topic: our configuration set, or the identity."""
    account = expected.account or account_of(arn)
    if way_of(chain, expected) == "configuration-set":
        source = f"configuration-set/{set_of(chain, expected)}"
    else:
        source = f"identity/{chain.identity.name if chain.identity else expected.identity}"
    return f"arn:{arn.split(':')[1]}:ses:{expected.region}:{account}:{source}"


def _lets_ses_in(topic: TopicState, chain: Chain, expected: Expected) -> bool | None:
    source = source_of(chain, expected, topic.arn)
    return lets_in(topic.policy, "ses.amazonaws.com", source, topic.arn, "SNS:Publish")


def _publishing(chain: Chain, expected: Expected) -> Iterator[Diagnosis]:
    """From SES to the topic: by configuration set, or by the identity's own notifications."""
    if chain.identity is not None and not chain.identity.exists:
        return
    if way_of(chain, expected) == "configuration-set":
        yield from _configuration_set(chain, expected)
    elif chain.identity is not None:
        yield from _notifications(chain.identity, expected)
    for one in chain.sets:
        default = chain.identity.configuration_set if chain.identity else ""
        if one.paused and one.name in (default, expected.configuration_set):
            yield _said("configuration-set-paused", expected, one.name)


def _configuration_set(chain: Chain, expected: Expected) -> Iterator[Diagnosis]:
    default = chain.identity.configuration_set if chain.identity else ""
    name = set_of(chain, expected)
    state = next((one for one in chain.sets if one.name == name), None)
    if not name or (state is not None and not state.exists):
        yield _said("configuration-set-gone", expected, name)
        return
    if state is not None:
        yield from _destinations(
            name, [one for one in chain.destinations if one.configuration_set == name], expected
        )
    if chain.identity is not None and default != name:
        yield _said(
            "configuration-set-not-attached",
            expected,
            chain.identity.name,
            set=name,
            instead=default or "none",
        )


def _destinations(name: str, all_: list[DestinationState], expected: Expected) -> Iterator[Diagnosis]:
    ours = [one for one in all_ if one.topic_arn in expected.topic_arns]
    if not ours:
        elsewhere = ", ".join(one.topic_arn for one in all_ if one.topic_arn)
        yield _said(
            "destination-missing", expected, name, **({"publishes to": elsewhere} if elsewhere else {})
        )
        return
    live = [one for one in ours if one.enabled]
    if not live:
        yield _said("destination-disabled", expected, f"{name}/{ours[0].name}")
    lacking = [kind for kind in NEEDED if not any(kind in one.types for one in live or ours)]
    if lacking:
        yield _said(
            "destination-types-missing", expected, f"{name}/{ours[0].name}", missing=", ".join(lacking)
        )


def _notifications(identity: IdentityState, expected: Expected) -> Iterator[Diagnosis]:
    lacking = [kind for kind in KINDS if identity.topics.get(kind) not in expected.topic_arns]
    if lacking and expected.topic_arns:
        yield _said("identity-topic-missing", expected, identity.name, missing=", ".join(lacking))


def _subscriptions(chain: Chain, expected: Expected) -> Iterator[Diagnosis]:
    """From the topic to us: a confirmed subscription of ours, unfiltered, in SNS's own envelope."""
    for topic in chain.topics:
        if not topic.exists or f"subscriptions {topic.arn}" in chain.unread:
            continue
        all_ = chain.of_topic(topic.arn)
        ours = [one for one in all_ if expected.is_ours(one.endpoint)]
        if not ours:
            stranger = any(one.protocol in ("http", "https") for one in all_)
            yield _said("subscription-elsewhere" if stranger else "subscription-missing", expected, topic.arn)
        elif all(one.pending for one in ours):
            yield _said("subscription-pending", expected, topic.arn)
        for one in ours:
            if one.filter_policy and one.filter_policy != "{}":
                yield _said("filter-policy-set", expected, one.arn, policy=one.filter_policy)
            if one.raw and one.protocol in ("http", "https"):
                yield _said("raw-delivery-on", expected, one.arn)


def _queues(chain: Chain, expected: Expected) -> Iterator[Diagnosis]:
    """Queues must let the topics in: those that are subscribed, and those for what could not be delivered."""
    for queue in chain.queues:
        if not queue.exists:
            yield _said("queue-gone", expected, queue.url)
            continue
        for arn in expected.topic_arns:
            fed = any(queue.arn in (one.endpoint, one.redrive) for one in chain.of_topic(arn))
            if fed and lets_in(queue.policy, "sns.amazonaws.com", arn, queue.arn, "SQS:SendMessage") is False:
                yield _said("queue-policy-refuses", expected, queue.arn, topic=arn)
