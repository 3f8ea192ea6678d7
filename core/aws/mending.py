"""Mending one link of the chain, each by the call that sets it. What others put there stays.

Source: SNS SetTopicAttributes, SetSubscriptionAttributes, Subscribe; SQS SetQueueAttributes; SESv2 UpdateConfigurationSetEventDestination,
CreateConfigurationSetEventDestination, PutEmailIdentityConfigurationSetAttributes, PutConfigurationSetSendingOptions;
SES SetIdentityNotificationTopic, SetIdentityHeadersInNotificationsEnabled, SetIdentityFeedbackForwardingEnabled.
"""

import hashlib
import json
from collections.abc import Sequence
from typing import Any

from core.aws.access import Access
from core.aws.topics import account_of, region_of

Policy = dict[str, Any]


def topic_policy(access: Access, arn: str, policy: Policy) -> None:
    """Set a topic's access policy, whole."""
    _sns(access, arn).set_topic_attributes(
        TopicArn=arn, AttributeName="Policy", AttributeValue=json.dumps(policy)
    )


def topic_unencrypted(access: Access, arn: str) -> None:
    """Switch a topic's encryption off."""
    _sns(access, arn).set_topic_attributes(TopicArn=arn, AttributeName="KmsMasterKeyId", AttributeValue="")


def subscription_unfiltered(access: Access, arn: str) -> None:
    """Take a subscription's filter policy away: Amazon takes an empty object for none."""
    _sns(access, arn).set_subscription_attributes(
        SubscriptionArn=arn, AttributeName="FilterPolicy", AttributeValue="{}"
    )


def subscription_enveloped(access: Access, arn: str) -> None:
    """Switch a subscription's raw delivery off."""
    _sns(access, arn).set_subscription_attributes(
        SubscriptionArn=arn, AttributeName="RawMessageDelivery", AttributeValue="false"
    )


def subscribe(access: Access, topic_arn: str, endpoint: str) -> str:
    """Subscribe a callback URL or a queue's ARN; asking again asks for a new confirmation. Returns the subscription's ARN."""
    protocol = "sqs" if endpoint.startswith("arn:") else endpoint.split(":", 1)[0]
    said = _sns(access, topic_arn).subscribe(
        TopicArn=topic_arn, Protocol=protocol, Endpoint=endpoint, ReturnSubscriptionArn=True
    )
    return str(said.get("SubscriptionArn", ""))


def queue_policy(access: Access, url: str, policy: Policy) -> None:
    """Set a queue's access policy, whole."""
    access.client("sqs").set_queue_attributes(QueueUrl=url, Attributes={"Policy": json.dumps(policy)})


def destination(
    access: Access, configuration_set: str, name: str, topic_arn: str, types: Sequence[str], new: bool = False
) -> None:
    """Switch an event destination on, with these types, towards this topic; `new` makes it."""
    sesv2 = access.client("sesv2")
    call = (
        sesv2.create_configuration_set_event_destination
        if new
        else sesv2.update_configuration_set_event_destination
    )
    call(
        ConfigurationSetName=configuration_set,
        EventDestinationName=name,
        EventDestination={
            "Enabled": True, "MatchingEventTypes": list(types), "SnsDestination": {"TopicArn": topic_arn}
        },
    )  # fmt: skip


def default_set(access: Access, identity: str, name: str) -> None:
    """Make a configuration set the one an identity's mail uses by itself."""
    access.client("sesv2").put_email_identity_configuration_set_attributes(
        EmailIdentity=identity, ConfigurationSetName=name
    )


def resume_set(access: Access, name: str) -> None:
    """Let mail go out under a configuration set again."""
    access.client("sesv2").put_configuration_set_sending_options(
        ConfigurationSetName=name, SendingEnabled=True
    )


def notifications(access: Access, identity: str, arn: str, kinds: Sequence[str]) -> None:
    """These kinds of an identity's notifications go to the topic, with the original headers."""
    ses = access.client("ses")
    for kind in kinds:
        ses.set_identity_notification_topic(Identity=identity, NotificationType=kind, SnsTopic=arn)
        ses.set_identity_headers_in_notifications_enabled(
            Identity=identity, NotificationType=kind, Enabled=True
        )


def no_notifications(access: Access, identity: str, kinds: Sequence[str], forwarding: bool) -> None:
    """These kinds of an identity's notifications go to no topic. Amazon wants feedback by e-mail then, so that goes first."""
    ses = access.client("ses")
    if not forwarding:
        ses.set_identity_feedback_forwarding_enabled(Identity=identity, ForwardingEnabled=True)
    for kind in kinds:
        ses.set_identity_notification_topic(Identity=identity, NotificationType=kind)


def with_ses(policy: Policy | None, arn: str, region: str) -> Policy:
    """The topic's policy, and in it that SES may publish for the topic's own account."""
    account, partition = account_of(arn), arn.split(":")[1]
    return _with(
        policy,
        {
            "Sid": "SesDeskFromSes",
            "Effect": "Allow",
            "Principal": {"Service": "ses.amazonaws.com"},
            "Action": "SNS:Publish",
            "Resource": arn,
            "Condition": {
                "StringEquals": {"AWS:SourceAccount": account},
                "ArnLike": {"AWS:SourceArn": f"arn:{partition}:ses:{region}:{account}:*"},
            },
        },
    )


def with_topic(policy: Policy | None, queue_arn: str, topic_arn: str) -> Policy:
    """The queue's policy, and in it that SNS may put in what this topic gets."""
    return _with(
        policy,
        {
            "Sid": f"SesDeskFromTopic{hashlib.sha256(topic_arn.encode()).hexdigest()[:8]}",
            "Effect": "Allow",
            "Principal": {"Service": "sns.amazonaws.com"},
            "Action": "SQS:SendMessage",
            "Resource": queue_arn,
            "Condition": {"ArnEquals": {"aws:SourceArn": topic_arn}},
        },
    )


def _with(policy: Policy | None, statement: Policy) -> Policy:
    """The policy with one statement more; one of the same name is replaced."""
    kept = (policy or {}).get("Statement", [])
    others = [
        one for one in (kept if isinstance(kept, list) else [kept]) if one.get("Sid") != statement["Sid"]
    ]
    return {"Version": "2012-10-17", **(policy or {}), "Statement": [*others, statement]}


def _sns(access: Access, arn: str) -> Any:
    return access.client("sns", region=region_of(arn))
