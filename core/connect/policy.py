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
    "senders": "Start the verification of a new sender",
    "listen": "Confirm subscriptions, and set identity notifications",
    "queues": "Read events and dead letters from queues",
}

_ALWAYS = ["ses:GetAccount", "ses:ListEmailIdentities", "ses:GetEmailIdentity"]
_SETTINGS = ["ses:GetIdentityNotificationAttributes", "ses:ListConfigurationSets", "ses:GetSendStatistics"]


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
                "Action": ["ses:CreateEmailIdentity"],
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
    if "queues" in features:
        statements.append(
            {
                "Sid": "Queues",
                "Effect": "Allow",
                "Action": ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"],
                "Resource": f"arn:{start}:sqs:{where}:{account}:*",
            }
        )
    return {"Version": "2012-10-17", "Statement": statements}


def as_text(document: dict[str, Any]) -> str:
    """For copying: indented JSON."""
    return json.dumps(document, indent=2)
