"""How each part of the chain is read. `core.aws.chain` puts them together."""

import json
from collections.abc import Sequence
from typing import Any

from core.aws.access import Access
from core.aws.account import NotAmazon
from core.aws.chain_states import (
    AccountState,
    Beside,
    ConfigurationSetState,
    DestinationState,
    IdentityState,
    QueueState,
    SubscriptionState,
    TopicState,
)
from core.aws.subscriptions import LEFT
from core.aws.topics import region_of
from core.diagnosis import Context, explain

GONE = ("NotFound", "NotFoundException", "QueueDoesNotExist", "AWS.SimpleQueueService.NonExistentQueue")
PENDING = ("PendingConfirmation", "pending confirmation")


def account(access: Access) -> AccountState:
    """GetAccount: is sending on?"""
    said = access.client("sesv2").get_account()
    if "SendingEnabled" not in said:
        raise NotAmazon("state of sending")
    return AccountState(bool(said["SendingEnabled"]), str(said.get("EnforcementStatus", "")))


def identity(access: Access, name: str) -> IdentityState:
    """The identity that Amazon lets decide for this sender: the address, else its domain, else a parent domain."""
    sesv2 = access.client("sesv2")
    said: dict[str, Any] | None = None
    owner = name.strip()
    for owner in candidates(name):
        try:
            said = sesv2.get_email_identity(EmailIdentity=owner)
            break
        except sesv2.exceptions.NotFoundException:
            continue
    if said is None:
        return IdentityState(name, exists=False)
    told = access.client("ses").get_identity_notification_attributes(Identities=[owner])
    kept = (told.get("NotificationAttributes") or {}).get(owner) or {}
    kinds = ("Bounce", "Complaint", "Delivery")
    return IdentityState(
        owner,
        exists=True,
        verified=bool(said.get("VerifiedForSendingStatus")),
        topics={kind: str(kept[f"{kind}Topic"]) for kind in kinds if kept.get(f"{kind}Topic")},
        headers={kind: bool(kept.get(f"HeadersIn{kind}NotificationsEnabled")) for kind in kinds},
        forwarding=bool(kept.get("ForwardingEnabled", said.get("FeedbackForwardingStatus", True))),
        configuration_set=str(said.get("ConfigurationSetName") or ""),
    )


def beside(access: Access, name: str) -> Beside | None:
    """Another identity with its default set's destinations; None when there is none of exactly this name. Up to four calls."""
    found = identity(access, name)
    if not found.exists or found.name != name:
        return None
    its = configuration_set(access, found.configuration_set)[1] if found.configuration_set else []
    return Beside(found, tuple(its))


def candidates(name: str) -> list[str]:
    """The names under which a sender may be an identity, the deciding one first."""
    address = name.strip()
    domain = address.rpartition("@")[2].lower()
    found = [address] if "@" in address else []
    while "." in domain:
        found.append(domain)
        domain = domain.partition(".")[2]
    return found or [address]


def configuration_set(access: Access, name: str) -> tuple[ConfigurationSetState, list[DestinationState]]:
    """A configuration set with where it publishes."""
    sesv2 = access.client("sesv2")
    try:
        said = sesv2.get_configuration_set(ConfigurationSetName=name)
    except sesv2.exceptions.NotFoundException:
        return ConfigurationSetState(name, exists=False), []
    sending = bool((said.get("SendingOptions") or {}).get("SendingEnabled", True))
    told = sesv2.get_configuration_set_event_destinations(ConfigurationSetName=name)
    return ConfigurationSetState(name, True, sending), [
        DestinationState(
            name,
            str(one.get("Name", "")),
            bool(one.get("Enabled")),
            tuple(str(each) for each in one.get("MatchingEventTypes") or ()),
            str((one.get("SnsDestination") or {}).get("TopicArn", "")),
        )
        for one in told.get("EventDestinations") or ()
    ]


def publishing_to(
    access: Access, topic_arns: Sequence[str], known: Sequence[str], most: int
) -> list[tuple[ConfigurationSetState, list[DestinationState]]]:
    """The first configuration set that publishes to one of these topics, among at most so many that are not known yet."""
    listed = access.client("sesv2").list_configuration_sets(PageSize=100).get("ConfigurationSets") or ()
    for name in [str(one) for one in listed if one not in known][:most]:
        found = configuration_set(access, name)
        if any(one.topic_arn in topic_arns for one in found[1]):
            return [found]
    return []


def topic(access: Access, arn: str) -> TopicState:
    """A topic's attributes, asked in the topic's own region."""
    from botocore.exceptions import ClientError

    try:
        said = access.client("sns", region=region_of(arn)).get_topic_attributes(TopicArn=arn)
    except ClientError as error:
        if _code(error) in GONE:
            return TopicState(arn, exists=False)
        raise
    set_ = said.get("Attributes") or {}
    return TopicState(
        arn,
        exists=True,
        policy=_json(set_.get("Policy")),
        kms_key=str(set_.get("KmsMasterKeyId") or ""),
        signature_version=str(set_.get("SignatureVersion") or "1"),
        fifo=arn.endswith(".fifo") or set_.get("FifoTopic") == "true",
    )


def subscriptions(access: Access, arn: str) -> list[SubscriptionState]:
    """Every subscription of a topic that has not ended, at most a thousand, with its settings."""
    sns, token = access.client("sns", region=region_of(arn)), None
    found: list[SubscriptionState] = []
    while len(found) < 1_000:
        page = sns.list_subscriptions_by_topic(TopicArn=arn, **({"NextToken": token} if token else {}))
        read = (_subscription(sns, arn, one) for one in page.get("Subscriptions") or ())
        found += [one for one in read if one is not None]
        token = page.get("NextToken")
        if not token:
            break
    return found


def _subscription(sns: Any, topic_arn: str, listed: dict[str, Any]) -> SubscriptionState | None:
    from botocore.exceptions import ClientError

    arn, protocol, endpoint = (
        str(listed.get(name, "")) for name in ("SubscriptionArn", "Protocol", "Endpoint")
    )
    if arn == LEFT:
        return None
    if arn in PENDING:
        return SubscriptionState("", topic_arn, protocol, endpoint, pending=True)
    try:
        set_ = sns.get_subscription_attributes(SubscriptionArn=arn).get("Attributes") or {}
    except ClientError as error:
        if _code(error) in GONE:  # since it was listed
            return None
        why = explain(error, Context(region=region_of(topic_arn), service="sns"))
        return SubscriptionState(arn, topic_arn, protocol, endpoint, unread=why)
    redrive = _json(set_.get("RedrivePolicy")) or {}
    return SubscriptionState(
        arn,
        topic_arn,
        protocol,
        endpoint,
        pending=set_.get("PendingConfirmation") == "true",
        raw=set_.get("RawMessageDelivery") == "true",
        filter_policy=str(set_.get("FilterPolicy") or ""),
        redrive=str(redrive.get("deadLetterTargetArn", "")),
        delivery_policy=str(set_.get("DeliveryPolicy") or ""),
        signed_leave=set_.get("ConfirmationWasAuthenticated") == "true",
    )


def queue(access: Access, url: str) -> QueueState:
    """A queue's ARN, policy and how much waits in it."""
    from botocore.exceptions import ClientError

    names = ["QueueArn", "Policy", "ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
    try:
        said = access.client("sqs").get_queue_attributes(QueueUrl=url, AttributeNames=names)
    except ClientError as error:
        if _code(error) in GONE:
            return QueueState("", url, exists=False)
        raise
    set_ = said.get("Attributes") or {}
    waiting = sum(int(set_.get(name) or 0) for name in names[2:])
    return QueueState(str(set_.get("QueueArn", "")), url, True, _json(set_.get("Policy")), waiting)


def _code(error: Any) -> str:
    code = str(error.response.get("Error", {}).get("Code", ""))
    return code.rpartition("#")[2]


def _json(text: Any) -> dict[str, Any] | None:
    """A policy as it was set; what is no JSON object is none."""
    try:
        value = json.loads(text) if isinstance(text, str) and text else None
    except ValueError:
        return None
    return value if isinstance(value, dict) else None
