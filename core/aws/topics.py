"""SNS topics, from the subscriber's side. Source: SNS API, ConfirmSubscription."""

from core.aws.access import Access
from core.aws.account import NotAmazon


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
