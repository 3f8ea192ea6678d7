"""Telling what became of a mail: each event to the topics its identity and its configuration set name."""

from typing import Any

from core.demo import keyholders, payload, sns, statistics, suppression
from core.demo.amazon import Amazon
from core.demo.identities import owner_of
from core.demo.mail import Mail
from core.demo.resource_policy import lets_in
from core.demo.simulator import happenings
from core.demo.world import ACCOUNT, Region

SES = "ses.amazonaws.com"


def send(amazon: Amazon, region: Region, mail: Mail) -> None:
    """Let an accepted mail take its course."""
    amazon.mail.append(
        {
            "message_id": mail.message_id, "region": region.code, "at": mail.sent_at, "source": mail.source,
            "destination": mail.destination, "headers": mail.headers, "text": mail.text, "tags": mail.tags,
            "configuration_set": mail.configuration_set, "operation": mail.operation, "size": mail.size,
        }
    )  # fmt: skip
    statistics.attempts(region.points, mail.sent_at, mail.recipients)
    statistics.forget(region, mail.sent_at)
    amazon.recent[mail.message_id] = mail
    while len(amazon.recent) > 1_000:
        del amazon.recent[next(iter(amazon.recent))]
    for happening in happenings(amazon, region, mail):

        def come(kind: str = happening.kind, body: Any = happening.body) -> None:
            with amazon.lock:
                tell(amazon, region, mail, kind, body(amazon.now()))

        amazon.clockwork.after(happening.after * amazon.world.tuning.event_delay, come)


def tell(amazon: Amazon, region: Region, mail: Mail, kind: str, body: dict[str, Any]) -> None:
    """Publish one event by both channels. A topic that is gone loses its setting, as SES does it."""
    statistics.event(region.points, amazon.now(), kind, body, mail.recipients)
    suppression.listed_by(region, kind, body, amazon.now())
    identity = owner_of(region, mail.sender)
    arn = identity.topics.get(kind, "") if identity is not None else ""
    if identity is not None and arn:
        notice = payload.identity_notice(kind, mail, body, identity.headers.get(kind, False))
        if not _publish(amazon, region, arn, notice, None, mail.source_arn) and kind != "Delivery":
            del identity.topics[kind]
            identity.forwarding = True
            amazon.keep()
    found = region.configuration_sets.get(mail.configuration_set)
    for destination in found.destinations.values() if found else ():
        if destination.enabled and payload.KINDS[kind][1] in destination.types and destination.topic_arn:
            source = f"arn:aws:ses:{region.code}:{ACCOUNT}:configuration-set/{mail.configuration_set}"
            _publish(
                amazon,
                region,
                destination.topic_arn,
                payload.event_notice(kind, mail, body),
                payload.SUBJECT,
                source,
            )


def may_publish(region: Region, arn: str, source_arn: str) -> bool:
    """Whether SES can publish to a topic: it is here and a standard one, and its policy and its key let SES in."""
    topic = region.topics.get(arn)
    if topic is None or topic.fifo:
        return False
    if not keyholders.opens(region, topic.attributes.get("KmsMasterKeyId", ""), SES):
        return False
    return lets_in(topic.attributes.get("Policy", ""), SES, arn, source_arn)


def _publish(
    amazon: Amazon, region: Region, arn: str, message: str, subject: str | None, source_arn: str
) -> bool:
    if not may_publish(region, arn, source_arn):
        return False
    sns.publish(amazon, region, region.topics[arn], message, subject)
    return True
