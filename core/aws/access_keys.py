"""Access keys as IAM knows them: how old, when last used, active or not.

A key may ask this of its own user where the policy lets it (core.connect.policy, "keycare"). Source: IAM API reference,
ListAccessKeys, GetAccessKeyLastUsed, UpdateAccessKey.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from core.aws.access import Access
from core.aws.account import NotAmazon
from core.vault.secret import Secret

MOST = 2  # Amazon's limit for a user
NO_SUCH_KEY = "NoSuchEntity"


@dataclass(frozen=True, slots=True)
class Held:
    """One access key of a user."""

    key_id: Secret
    active: bool
    created_at: int  # ms

    @property
    def hint(self) -> str:
        """The last four characters, which may be shown."""
        return self.key_id.reveal()[-4:]


@dataclass(frozen=True, slots=True)
class LastUse:
    """The last use that Amazon knows of: to the minute, and told with some delay. `at` None: never."""

    at: int | None
    service: str
    region: str
    user: str  # whose key it is


def held(access: Access, user: str = "") -> list[Held]:
    """The keys of a user; without a name, of whoever asks."""
    said = access.client("iam").list_access_keys(**({"UserName": user} if user else {}))
    if "AccessKeyMetadata" not in said:
        raise NotAmazon("list of access keys")
    return [
        Held(Secret(str(one["AccessKeyId"])), one.get("Status") == "Active", _ms(one["CreateDate"]))
        for one in said["AccessKeyMetadata"]
    ]


def last_use(access: Access, key_id: Secret) -> LastUse:
    """When a key was last used, and for what. "N/A" for what Amazon does not know."""
    said = access.client("iam").get_access_key_last_used(AccessKeyId=key_id.reveal())
    used: dict[str, Any] = said.get("AccessKeyLastUsed") or {}
    at = used.get("LastUsedDate")
    return LastUse(
        _ms(at) if at else None,
        str(used.get("ServiceName", "N/A")),
        str(used.get("Region", "N/A")),
        str(said.get("UserName", "")),
    )


def set_active(access: Access, user: str, key_id: Secret, active: bool) -> None:
    """Make a user's key inactive, or active again. Asked once: the caller reads back what became of it."""
    status = "Active" if active else "Inactive"
    named = {"UserName": user} if user else {}
    access.client("iam", sends=True).update_access_key(AccessKeyId=key_id.reveal(), Status=status, **named)


def make(access: Access) -> tuple[Secret, Secret]:
    """One more key for whoever asks. Only in the demo, where there is no console to make it in."""
    said = access.client("iam", sends=True).create_access_key()["AccessKey"]
    return Secret(str(said["AccessKeyId"])), Secret(str(said["SecretAccessKey"]))


def delete(access: Access, key_id: Secret) -> None:
    """Delete a key of whoever asks, for good. Only in the demo."""
    access.client("iam", sends=True).delete_access_key(AccessKeyId=key_id.reveal())


def _ms(when: datetime) -> int:
    return int(when.timestamp() * 1000)
