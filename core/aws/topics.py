"""SNS topics, from the subscriber's side."""

from core.aws.access import Access


def confirm(access: Access, arn: str, token: str) -> str:
    """ConfirmSubscription in the topic's own region. Returns the subscription's ARN.

    Signed with the connection's key where there is one, and then nobody can unsubscribe us without a signature.
    """
    raise NotImplementedError
