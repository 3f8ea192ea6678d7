"""The policy grants what the features chosen need, and nothing else."""

import json

import pytest

from core.connect.policy import FEATURES, as_text, policy


def actions(features: list[str]) -> set[str]:
    return {
        action
        for statement in policy(features, "123456789012", "eu-west-1")["Statement"]
        for action in statement["Action"]
    }


def test_review_alone_only_reads() -> None:
    assert all(action.split(":")[1].startswith(("Get", "List")) for action in actions(["review"]))


@pytest.mark.parametrize(
    ("feature", "action"),
    [
        ("send", "ses:SendRawEmail"),
        ("senders", "ses:CreateEmailIdentity"),
        ("listen", "sns:ConfirmSubscription"),
        ("queues", "sqs:ReceiveMessage"),
        ("setup", "sns:CreateTopic"),
        ("suppression", "ses:ListSuppressedDestinations"),
        ("contacts", "ses:CreateContactList"),
    ],
)
def test_each_feature_adds_its_own_actions(feature: str, action: str) -> None:
    others = [each for each in FEATURES if each not in (feature, "setup")]  # a set-up also listens and drains
    assert action in actions([feature]) and action not in actions(others)


def test_no_statement_is_a_wildcard_of_actions_and_sending_is_bound_to_the_account() -> None:
    document = policy(list(FEATURES), "123456789012", "eu-west-1")
    assert "*" not in "".join(actions(list(FEATURES)))
    send = next(each for each in document["Statement"] if each["Sid"] == "Send")
    assert send["Resource"] == [
        "arn:aws:ses:eu-west-1:123456789012:identity/*",
        "arn:aws:ses:eu-west-1:123456789012:configuration-set/*",
    ]
    assert json.loads(as_text(document)) == document and len(as_text(document)) < 6144


def test_govcloud_has_arns_of_its_own() -> None:
    assert "arn:aws-us-gov:sns:us-gov-west-1:*:*" in as_text(policy(["listen"], "", "us-gov-west-1"))
