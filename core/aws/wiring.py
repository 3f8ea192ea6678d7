"""The way back, set up with the account's own keys: a topic, its HTTPS subscription, and who reports to it.

Source: SNS CreateTopic, Subscribe; SES v1 SetIdentityNotificationTopic, SetIdentityHeadersInNotificationsEnabled.
"""

from core.aws.access import Access
from core.aws.account import NotAmazon

KINDS = ("Bounce", "Complaint", "Delivery")


def topic(access: Access, name: str) -> str:
    """A standard topic of this name that signs with SHA-256; made, or found when it is there. Returns its ARN."""
    sns = access.client("sns")
    said = sns.create_topic(Name=name)
    if not said.get("TopicArn"):
        raise NotAmazon("topic")
    sns.set_topic_attributes(TopicArn=said["TopicArn"], AttributeName="SignatureVersion", AttributeValue="2")
    return str(said["TopicArn"])


def subscribe(access: Access, arn: str, url: str) -> None:
    """Ask SNS to post what the topic gets to this URL. It answers with a request that has to be confirmed."""
    access.client("sns").subscribe(
        TopicArn=arn, Protocol=url.split(":", 1)[0], Endpoint=url, ReturnSubscriptionArn=True
    )


def report(access: Access, identity: str, arn: str) -> None:
    """Bounces, complaints and deliveries of this identity go to the topic, with the original headers."""
    ses = access.client("ses")
    for kind in KINDS:
        ses.set_identity_notification_topic(Identity=identity, NotificationType=kind, SnsTopic=arn)
        ses.set_identity_headers_in_notifications_enabled(
            Identity=identity, NotificationType=kind, Enabled=True
        )
