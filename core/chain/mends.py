"""How each weak link is mended. Each takes what is broken and says in a sentence what it did."""

import json
from dataclasses import dataclass
from typing import Any

from core.aws import mending
from core.aws.access import Access
from core.aws.chain import Chain, DestinationState
from core.aws.topics import account_of
from core.chain import subscribing
from core.chain.expected import ALL_TYPES, KINDS, UNTRACKED, Expected
from core.chain.policies import lets_in
from core.chain.weak import set_of, source_of, way_of
from core.connect import listen
from core.desk import Desk
from core.errors import BadInput, NotFound
from core.members.actor import Actor
from core.setup import names, policies, saga
from core.store import callbacks
from core.store.tables import Connection

DENIED = "Another statement of the policy denies it. Take that one away in Amazon's console first."


@dataclass(frozen=True)
class Broken:
    """What is to be mended: the chain as it was just read, what it should be, and the thing meant ("" = whichever fits)."""

    desk: Desk
    connection: Connection
    way: Access
    chain: Chain
    wanted: Expected
    subject: str
    actor: Actor
    now: int

    @property
    def topic_arn(self) -> str:
        """The topic meant, else the first of ours in the mail's own region. Raises NotFound when there is none."""
        if self.subject in self.wanted.topic_arns:
            return self.subject
        for topic in self.chain.topics:
            if topic.exists and not topic.fifo and topic.arn.split(":")[3] == self.wanted.region:
                return topic.arn
        raise NotFound("There is no topic to use. Set up “Bounces and complaints” again.")


def let_ses_publish(broken: Broken) -> str:
    """One statement more in the topic's policy, the same that a set-up makes."""
    arn = broken.topic_arn
    topic = broken.chain.topic(arn)
    statement = policies.publish_statement(arn, account_of(arn), publishers(broken, arn))
    policy = policies.with_statement(_text(topic.policy if topic else None), statement)
    source = source_of(broken.chain, broken.wanted, arn)
    if lets_in(json.loads(policy), "ses.amazonaws.com", source, arn, "SNS:Publish") is False:
        raise BadInput(DENIED)
    mending.topic_policy(broken.way, arn, policy)
    return "The topic's policy lets SES publish now. What others put there stays."


def publishers(broken: Broken, arn: str) -> list[str]:
    """Who may publish: what the set-up that stands names, else who publishes now."""
    standing = saga.current(broken.desk.store, broken.connection.id or 0)
    if standing is None:
        return [source_of(broken.chain, broken.wanted, arn)]
    account = account_of(arn)
    its = names.of(broken.connection, account, standing.choices)
    return names.source_arns(broken.connection, account, standing.choices, its)


def unencrypt(broken: Broken) -> str:
    """No key on the topic."""
    mending.topic_unencrypted(broken.way, broken.topic_arn)
    return "The topic is no longer encrypted at rest. Events still travel over TLS."


def switch_destination_on(broken: Broken) -> str:
    """The destination enabled, with the kinds it had and the others, but no tracking of opens and clicks that was not on."""
    one = _destination(broken)
    more = [kind for kind in _kinds(broken) if kind not in one.types] if one.enabled else []
    types = [*one.types, *more]  # one that was only switched off keeps its kinds
    mending.destination(broken.way, one.configuration_set, one.name, one.topic_arn, types)
    return f"The event destination {one.name} publishes {len(types)} kinds of event."


def add_destination(broken: Broken) -> str:
    """A destination of ours in the configuration set."""
    name = broken.subject or set_of(broken.chain, broken.wanted)
    kinds = _kinds(broken)
    mending.destination(broken.way, name, "ses-desk", broken.topic_arn, kinds, new=True)
    return f"The configuration set {name} publishes {len(kinds)} kinds of event to the topic."


def _kinds(broken: Broken) -> tuple[str, ...]:
    """What a destination shall publish: opens and clicks, which change the mail, only where a set-up chose them."""
    standing = saga.current(broken.desk.store, broken.connection.id or 0)
    return ALL_TYPES if standing is not None and standing.choices.tracking else UNTRACKED


def attach_set(broken: Broken) -> str:
    """The set that reports becomes the sender's default."""
    name = set_of(broken.chain, broken.wanted)
    identity = broken.chain.identity
    if not name or identity is None:
        raise NotFound("There is no configuration set to use. Set up “Bounces and complaints” again.")
    mending.default_set(broken.way, identity.name, name)
    return f"Mail of {identity.name} uses the configuration set {name} by itself."


def resume_set(broken: Broken) -> str:
    """The configuration set sends again. Amazon's refusal of a mail does not name it: then it is whichever is paused."""
    paused = [broken.subject] if broken.subject else [one.name for one in broken.chain.sets if one.paused]
    if not paused:
        raise NotFound("No configuration set of this sender is paused any more. Look again.")
    for name in paused:
        mending.resume_set(broken.way, name)
    return f"Mail goes out under {', '.join(paused)} again."


def name_topic(broken: Broken) -> str:
    """The kinds without our topic get it, with the original headers."""
    identity = broken.chain.identity
    if identity is None or not identity.exists:
        raise NotFound("This sender is not known in this region.")
    lacking = [kind for kind in KINDS if identity.topics.get(kind) not in broken.wanted.topic_arns]
    mending.notifications(broken.way, identity.name, broken.topic_arn, lacking)
    return f"{identity.name} reports to the topic: {', '.join(lacking)}."


def subscribe(broken: Broken) -> str:
    """Our callback or queue at the topic, confirmed."""
    return subscribing.subscribe(
        broken.desk, broken.connection, broken.way, broken.topic_arn, broken.wanted, broken.actor, broken.now
    )


def unfilter(broken: Broken) -> str:
    """No filter on our subscriptions."""
    done = 0
    for one in broken.chain.subscriptions:
        meant = one.arn == broken.subject or (not broken.subject and one.filter_policy)
        if meant and broken.wanted.is_ours(one.endpoint):
            mending.subscription_unfiltered(broken.way, one.arn)
            done += 1
    if not done:
        raise NotFound("There is no filter on a subscription of ours any more. Look again.")
    return "The filter is gone: every event is delivered."


def envelop(broken: Broken) -> str:
    """Our HTTPS subscriptions in SNS's own envelope, which is signed."""
    for one in broken.chain.subscriptions:
        if one.raw and broken.wanted.is_ours(one.endpoint) and one.protocol in ("http", "https"):
            mending.subscription_enveloped(broken.way, one.arn)
    return "Raw delivery is off: messages come signed."


def let_topic_in(broken: Broken) -> str:
    """One statement more in the queue's policy, for each topic it leaves out."""
    for queue in broken.chain.queues:
        if not queue.exists or (broken.subject and queue.arn != broken.subject):
            continue
        policy, before = _text(queue.policy), _text(queue.policy)
        for arn in broken.wanted.topic_arns:
            if not _takes(policy, arn, queue.arn):
                policy = policies.with_statement(policy, policies.queue_statement(queue.arn, arn))
                if not _takes(policy, arn, queue.arn):
                    raise BadInput(DENIED)
        if policy != before:
            mending.queue_policy(broken.way, queue.url, policy)
    return "The queue's policy lets the topic in. What others put there stays."


def _takes(policy: str, topic_arn: str, queue_arn: str) -> bool:
    said = json.loads(policy) if policy else None
    return lets_in(said, "sns.amazonaws.com", topic_arn, queue_arn, "SQS:SendMessage") is True


def _text(policy: dict[str, Any] | None) -> str:
    return json.dumps(policy) if policy else ""


def pin(broken: Broken) -> str:
    """The topic that waits here, confirmed as an admin would."""
    desk = broken.desk
    for topic in callbacks.topics(desk.store, broken.connection.id or 0):
        if topic.arn == broken.subject:
            done = listen.confirm(
                desk.store, desk.vault, desk.settings, broken.connection, topic.id or 0, broken.actor, broken.now
            )  # fmt: skip
            if done.finding is not None:
                raise BadInput(f"{done.finding.title}. {done.finding.meaning}")
            return "The topic is accepted here, and Amazon knows it."
    raise NotFound("This topic does not wait here any more. Look at the list again.")


def sign_newer(broken: Broken) -> str:
    """The topic signs with SHA-256."""
    mending.topic_signs_newer(broken.way, broken.topic_arn)
    return "The topic signs with version 2 (SHA-256) from the next message on."


def set_up_again(broken: Broken) -> str:
    """Everything the set-up that stands says, gone through once more: what is missing is made, the rest stays."""
    standing = saga.current(broken.desk.store, broken.connection.id or 0)
    if standing is None:
        raise NotFound("There is no set-up to go through again. Set up “Bounces and complaints”.")
    lines = [
        line
        for line in saga.apply(broken.desk, broken.connection, standing.set_up_id, broken.actor)
        if line.state != "running"
    ]
    last = lines[-1] if lines else None
    if last is None or last.state in ("failed", "waiting"):
        why = f"{last.finding.title}. {last.finding.meaning}" if last and last.finding else "It waits."
        raise BadInput(f"The set-up stopped at {last.label if last else 'its beginning'}: {why}")
    return "The set-up was gone through again: what was missing is made."


def _destination(broken: Broken) -> DestinationState:
    """The destination meant by SET/NAME, else the first of ours."""
    ours = [one for one in broken.chain.destinations if one.topic_arn in broken.wanted.topic_arns]
    for one in ours:
        if f"{one.configuration_set}/{one.name}" == broken.subject:
            return one
    if ours and way_of(broken.chain, broken.wanted) == "configuration-set":
        return ours[0]
    raise NotFound("This event destination is gone. Set up “Bounces and complaints” again.")
