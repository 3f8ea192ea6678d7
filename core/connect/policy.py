"""The least-privilege IAM policy, written for the features chosen. It names no action that we do not call.

Source: "Actions, resources, and condition keys for Amazon SES" in the Service Authorization Reference. Not tried
against a live account.
"""

import json
from collections.abc import Sequence
from typing import Any

from core.connect.regions import partition

FEATURES = {
    "review": "See whether the account works, and its senders",
    "send": "Send test mail",
    "senders": "Add, change and remove senders",
    "listen": "Confirm subscriptions",
    "suppression": "Compare the account's suppression list with ours",
    "contacts": "Let Amazon manage unsubscribing (contact list)",
    "setup": "Make and watch bounce and complaint processing",
    "queues": "Read events and dead letters from queues",
    "keycare": "Optional: tell how old its own key is, and switch the old one off when it is replaced",
}
OPTIONAL = ("keycare",)  # everything works without; offered, never chosen by itself

_ALWAYS = ["ses:GetAccount", "ses:ListEmailIdentities", "ses:GetEmailIdentity"]
_SETTINGS = ["ses:GetIdentityNotificationAttributes", "ses:ListConfigurationSets", "ses:GetSendStatistics"]
_LIST = ["ses:ListSuppressedDestinations", "ses:PutSuppressedDestination", "ses:DeleteSuppressedDestination"]
_SENDERS = [
    "ses:CreateEmailIdentity", "ses:DeleteEmailIdentity", "ses:PutEmailIdentityMailFromAttributes",
    "ses:PutEmailIdentityDkimAttributes", "ses:VerifyEmailIdentity",
]  # fmt: skip
_OURS = "ses-desk-*"  # the names of what a set-up makes; core.setup.names
# Reading, and what Amazon binds to no resource: the older SES calls, and leaving a subscription.
_SETUP_ANYWHERE = [
    "sns:GetTopicAttributes", "sns:ListTagsForResource", "sns:ListSubscriptionsByTopic", "sns:GetSubscriptionAttributes",
    "sns:Unsubscribe", "sqs:GetQueueUrl", "sqs:GetQueueAttributes", "sqs:ListQueueTags", "ses:GetConfigurationSet",
    "ses:GetConfigurationSetEventDestinations", "ses:SetIdentityNotificationTopic",
    "ses:SetIdentityHeadersInNotificationsEnabled", "ses:SetIdentityFeedbackForwardingEnabled",
]  # fmt: skip
_SETUP_TOPICS = [
    "sns:CreateTopic", "sns:TagResource", "sns:SetTopicAttributes", "sns:DeleteTopic", "sns:Subscribe",
    "sns:SetSubscriptionAttributes", "sns:ConfirmSubscription", "sns:Publish",
]  # fmt: skip
_SETUP_QUEUES = [
    "sqs:CreateQueue", "sqs:TagQueue", "sqs:SetQueueAttributes", "sqs:DeleteQueue", "sqs:ReceiveMessage",
    "sqs:DeleteMessage",
]  # fmt: skip
_SETUP_SETS = [
    "ses:CreateConfigurationSet", "ses:TagResource", "ses:DeleteConfigurationSet",
    "ses:CreateConfigurationSetEventDestination", "ses:UpdateConfigurationSetEventDestination",
    "ses:DeleteConfigurationSetEventDestination", "ses:PutEmailIdentityConfigurationSetAttributes",
    "ses:PutConfigurationSetSendingOptions",
]  # fmt: skip
# Of its own user alone: IAM puts the name of whoever asks into the variable.
_KEY_CARE = ["iam:ListAccessKeys", "iam:GetAccessKeyLastUsed", "iam:UpdateAccessKey"]


def policy(features: Sequence[str], account_id: str = "", region: str = "") -> dict[str, Any]:
    """The policy document. Without an account or region the resources are wildcards, which is said on screen."""
    account, where, start = account_id or "*", region or "*", partition(region)
    ses = f"arn:{start}:ses:{where}:{account}"
    statements = [
        {"Sid": "Review", "Effect": "Allow", "Action": [*_ALWAYS, *_SETTINGS], "Resource": "*"},
    ]
    if "send" in features:
        statements.append(
            {
                "Sid": "Send",
                "Effect": "Allow",
                "Action": ["ses:SendEmail", "ses:SendRawEmail"],
                "Resource": [f"{ses}:identity/*", f"{ses}:configuration-set/*"],
            }
        )
    if "senders" in features:
        statements.append(
            {
                "Sid": "Senders",
                "Effect": "Allow",
                "Action": _SENDERS,
                "Resource": f"{ses}:identity/*",
            }
        )
    if "listen" in features:
        statements.append(
            {
                "Sid": "Listen",
                "Effect": "Allow",
                "Action": ["sns:ConfirmSubscription"],
                "Resource": f"arn:{start}:sns:{where}:{account}:*",
            }
        )
    if "suppression" in features:
        statements.append({"Sid": "Suppression", "Effect": "Allow", "Action": _LIST, "Resource": "*"})
    if "setup" in features:
        scope = f"{where}:{account}"
        statements += [
            {"Sid": "SetUp", "Effect": "Allow", "Action": _SETUP_ANYWHERE, "Resource": "*"},
            _allowed("SetUpTopics", _SETUP_TOPICS, f"arn:{start}:sns:{scope}:{_OURS}"),
            _allowed("SetUpQueues", _SETUP_QUEUES, f"arn:{start}:sqs:{scope}:{_OURS}"),
            _allowed("SetUpSets", _SETUP_SETS, f"{ses}:configuration-set/*", f"{ses}:identity/*"),
        ]
    if "queues" in features:
        statements.append(
            {
                "Sid": "Queues",
                "Effect": "Allow",
                "Action": ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"],
                "Resource": f"arn:{start}:sqs:{where}:{account}:*",
            }
        )
    if "contacts" in features:
        statements.append(_allowed("Contacts", ["ses:ListContactLists"], "*"))
        statements.append(
            _allowed("ContactList", ["ses:GetContactList", "ses:CreateContactList"], f"{ses}:contact-list/*")
        )
    if "keycare" in features:
        statements.append(key_care(account_id, region))
    return {"Version": "2012-10-17", "Statement": statements}


def key_care(account_id: str = "", region: str = "") -> dict[str, Any]:
    """The optional statement with which a key may ask its own age, and a new one switch the old one off."""
    return _allowed(
        "KeyCare", _KEY_CARE, f"arn:{partition(region)}:iam::{account_id or '*'}:user/${{aws:username}}"
    )


def _allowed(sid: str, actions: list[str], *resources: str) -> dict[str, Any]:
    where: str | list[str] = resources[0] if len(resources) == 1 else list(resources)
    return {"Sid": sid, "Effect": "Allow", "Action": actions, "Resource": where}


def as_text(document: dict[str, Any]) -> str:
    """For copying: indented JSON."""
    return json.dumps(document, indent=2)
