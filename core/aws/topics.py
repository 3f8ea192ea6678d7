"""SNS topics: made, read, tagged, deleted, and a subscription confirmed. Source: SNS API reference."""

from collections.abc import Mapping

from core.aws.access import Access
from core.aws.account import NotAmazon
from core.aws.talk import Talk, is_gone


def confirm(access: Access, arn: str, token: str) -> str:
    """ConfirmSubscription in the topic's own region. Returns the subscription's ARN.

    Signed with the connection's key where there is one, and then nobody can unsubscribe us without a signature.
    Without a key the token alone is proof enough for Amazon; then anybody who sees an UnsubscribeURL could use it.
    """
    signed = access.credentials.can_sign
    sns = access.client("sns", region=region_of(arn), unsigned=not signed)
    always = {"AuthenticateOnUnsubscribe": "true"} if signed else {}
    said = sns.confirm_subscription(TopicArn=arn, Token=token, **always)
    if not said.get("SubscriptionArn"):
        raise NotAmazon("subscription")
    return str(said["SubscriptionArn"])


def region_of(arn: str) -> str:
    """The region in a topic's ARN, arn:aws:sns:REGION:ACCOUNT:NAME."""
    return arn.split(":")[3] if arn.count(":") >= 5 else ""


def account_of(arn: str) -> str:
    """The account in a topic's ARN."""
    return arn.split(":")[4] if arn.count(":") >= 5 else ""


def confirm_by(talk: Talk, arn: str, token: str) -> str:
    """ConfirmSubscription, signed, so that only a signed call can end it. Repeating a good token is no error."""
    said = talk.ask(
        "sns", "confirm_subscription", TopicArn=arn, Token=token, AuthenticateOnUnsubscribe="true"
    )
    if not said.get("SubscriptionArn"):
        raise NotAmazon("subscription")
    return str(said["SubscriptionArn"])


def make(talk: Talk, name: str, tags: Mapping[str, str]) -> str:
    """CreateTopic: a standard topic with these tags. One of ours by this name is simply given back. Returns its ARN."""
    said = talk.ask("sns", "create_topic", Name=name, Tags=tag_list(tags))
    if not said.get("TopicArn"):
        raise NotAmazon("topic")
    return str(said["TopicArn"])


def attributes(talk: Talk, arn: str) -> dict[str, str] | None:
    """GetTopicAttributes; None when there is no such topic."""
    try:
        said = talk.ask("sns", "get_topic_attributes", region_of(arn), TopicArn=arn)
    except Exception as error:
        if is_gone(error):
            return None
        raise
    if "Attributes" not in said:
        raise NotAmazon("topic's attributes")
    return dict(said["Attributes"])


def set_attribute(talk: Talk, arn: str, name: str, value: str) -> None:
    """SetTopicAttributes."""
    talk.ask("sns", "set_topic_attributes", TopicArn=arn, AttributeName=name, AttributeValue=value)


def tags_of(talk: Talk, arn: str) -> dict[str, str]:
    """ListTagsForResource."""
    said = talk.ask("sns", "list_tags_for_resource", ResourceArn=arn)
    return {str(each["Key"]): str(each.get("Value", "")) for each in said.get("Tags") or ()}


def delete(talk: Talk, arn: str) -> None:
    """DeleteTopic; one that is gone is no error."""
    talk.ask("sns", "delete_topic", TopicArn=arn)


def tag_list(tags: Mapping[str, str]) -> list[dict[str, str]]:
    """Tags as most services write them."""
    return [{"Key": key, "Value": value} for key, value in tags.items()]
