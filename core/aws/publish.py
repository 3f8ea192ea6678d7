"""One message published to a topic. Source: SNS API, Publish."""

from core.aws.access import Access
from core.aws.account import NotAmazon
from core.aws.topics import region_of


def publish(access: Access, arn: str, message: str, subject: str) -> str:
    """Publish once, in the topic's own region; returns SNS's message id. Never tried twice: a repeat is a second message."""
    sns = access.client("sns", sends=True, region=region_of(arn))
    said = sns.publish(TopicArn=arn, Message=message, Subject=subject)
    if not said.get("MessageId"):
        raise NotAmazon("message id")
    return str(said["MessageId"])
