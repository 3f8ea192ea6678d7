"""What an identity does with its feedback: default configuration set, notification topics, headers, forwarding by mail.

Source: SESv2 GetEmailIdentity, PutEmailIdentityConfigurationSetAttributes; SES v1 GetIdentityNotificationAttributes,
SetIdentityNotificationTopic, SetIdentityHeadersInNotificationsEnabled, SetIdentityFeedbackForwardingEnabled.
"""

from dataclasses import dataclass
from typing import Any

from core.aws.account import NotAmazon
from core.aws.talk import Talk, is_gone

KINDS = ("Bounce", "Complaint", "Delivery")


@dataclass(frozen=True, slots=True)
class Notifications:
    """`topics` and `headers` are keyed by KINDS; "" = no topic."""

    topics: dict[str, str]
    headers: dict[str, bool]
    forwarding: bool


def names(talk: Talk, most: int) -> list[str] | None:
    """ListEmailIdentities: every name; None when there are more than so many."""
    found: list[str] = []
    token = ""
    while True:
        given: dict[str, Any] = {"NextToken": token} if token else {}
        said = talk.ask("sesv2", "list_email_identities", PageSize=min(most + 1, 1_000), **given)
        if "EmailIdentities" not in said:
            raise NotAmazon("list of identities")
        found += [str(each.get("IdentityName", "")) for each in said["EmailIdentities"]]
        if len(found) > most:
            return None
        token = str(said.get("NextToken") or "")
        if not token:
            return found


def default_set(talk: Talk, name: str) -> str | None:
    """GetEmailIdentity: the set used when a send names none, "" for none; None when there is no such identity."""
    try:
        said = talk.ask("sesv2", "get_email_identity", EmailIdentity=name)
    except Exception as error:
        if is_gone(error):
            return None
        raise
    if "IdentityType" not in said:
        raise NotAmazon("identity")
    return str(said.get("ConfigurationSetName") or "")


def put_default_set(talk: Talk, name: str, set_name: str) -> None:
    """PutEmailIdentityConfigurationSetAttributes; "" takes the default away."""
    given = {"ConfigurationSetName": set_name} if set_name else {}
    talk.ask("sesv2", "put_email_identity_configuration_set_attributes", EmailIdentity=name, **given)


def notifications(talk: Talk, name: str) -> Notifications | None:
    """GetIdentityNotificationAttributes; None when there is no such identity."""
    said = talk.ask("ses", "get_identity_notification_attributes", Identities=[name])
    if "NotificationAttributes" not in said:
        raise NotAmazon("notification settings")
    rows = {str(key).lower(): value for key, value in said["NotificationAttributes"].items()}
    row = rows.get(name.lower())
    if row is None:
        return None
    return Notifications(
        {kind: str(row.get(f"{kind}Topic") or "") for kind in KINDS},
        {kind: bool(row.get(f"HeadersIn{kind}NotificationsEnabled")) for kind in KINDS},
        bool(row.get("ForwardingEnabled", True)),
    )


def put_topic(talk: Talk, name: str, kind: str, topic_arn: str) -> None:
    """SetIdentityNotificationTopic; "" takes the topic away."""
    given = {"SnsTopic": topic_arn} if topic_arn else {}
    talk.ask("ses", "set_identity_notification_topic", Identity=name, NotificationType=kind, **given)


def put_headers(talk: Talk, name: str, kind: str, enabled: bool) -> None:
    """SetIdentityHeadersInNotificationsEnabled."""
    talk.ask(
        "ses", "set_identity_headers_in_notifications_enabled", Identity=name, NotificationType=kind, Enabled=enabled
    )  # fmt: skip


def put_forwarding(talk: Talk, name: str, enabled: bool) -> None:
    """SetIdentityFeedbackForwardingEnabled. Off is refused unless topics for bounces and complaints stand."""
    talk.ask("ses", "set_identity_feedback_forwarding_enabled", Identity=name, ForwardingEnabled=enabled)
