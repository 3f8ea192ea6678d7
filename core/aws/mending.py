"""Mending one link of the chain, each by the call that sets it. What others put there stays.

Source: SNS SetTopicAttributes, SetSubscriptionAttributes, Subscribe; SQS SetQueueAttributes; SESv2 UpdateConfigurationSetEventDestination,
CreateConfigurationSetEventDestination, PutEmailIdentityConfigurationSetAttributes, PutConfigurationSetSendingOptions;
SES SetIdentityNotificationTopic, SetIdentityHeadersInNotificationsEnabled, SetIdentityFeedbackForwardingEnabled.
"""

from collections.abc import Sequence
from typing import Any

from core.aws.access import Access
from core.aws.topics import region_of


def topic_policy(access: Access, arn: str, policy: str) -> None:
    """Set a topic's access policy, whole (JSON text)."""
    _sns(access, arn).set_topic_attributes(TopicArn=arn, AttributeName="Policy", AttributeValue=policy)


def topic_unencrypted(access: Access, arn: str) -> None:
    """Switch a topic's encryption off."""
    _sns(access, arn).set_topic_attributes(TopicArn=arn, AttributeName="KmsMasterKeyId", AttributeValue="")


def topic_signs_newer(access: Access, arn: str) -> None:
    """Have a topic sign with SHA-256 (signature version 2)."""
    _sns(access, arn).set_topic_attributes(TopicArn=arn, AttributeName="SignatureVersion", AttributeValue="2")


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


def queue_policy(access: Access, url: str, policy: str) -> None:
    """Set a queue's access policy, whole (JSON text)."""
    access.client("sqs").set_queue_attributes(QueueUrl=url, Attributes={"Policy": policy})


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


def _sns(access: Access, arn: str) -> Any:
    return access.client("sns", region=region_of(arn))
