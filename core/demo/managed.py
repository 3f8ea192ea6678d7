"""Amazon's own policies, as far as somebody attaches them to a user that sends mail; and what a user may do in all.

Source: "AWS Managed Policy Reference"; of PowerUserAccess the few reads of IAM and Organizations are left out.
"""

from typing import Any

from core.demo.world import AccessKey

ADMINISTRATOR = "AdministratorAccess"


def _allow(**what: Any) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Resource": "*", **what}]}


MANAGED: dict[str, dict[str, Any]] = {
    ADMINISTRATOR: _allow(Action="*"),
    "PowerUserAccess": _allow(NotAction=["iam:*", "organizations:*", "account:*"]),
    "AmazonSESFullAccess": _allow(Action="ses:*"),
    "AmazonSNSFullAccess": _allow(Action="sns:*"),
    "AmazonSQSFullAccess": _allow(Action="sqs:*"),
    "IAMReadOnlyAccess": _allow(Action=["iam:Get*", "iam:List*", "iam:Simulate*"]),
}


def arn(name: str) -> str:
    """A managed policy as IAM names it."""
    return f"arn:aws:iam::aws:policy/{name}"


def documents(key: AccessKey) -> list[dict[str, Any]]:
    """Every policy that the key's user has, its groups' among them."""
    names = [*key.attached, *(name for held in key.groups.values() for name in held)]
    own = [key.policy] if key.policy is not None else []
    if not names and not own:
        return [MANAGED[ADMINISTRATOR]]
    return [*own, *(MANAGED[name] for name in names)]


def attached(key: AccessKey) -> list[str]:
    """The managed policies of the user's own. One that has nothing at all may do everything: IAM shows why."""
    return key.attached if key.attached or key.groups or key.policy is not None else [ADMINISTRATOR]
