"""SES's SMTP replies, and which region an SMTP password belongs to."""

import hmac

from core.demo.amazon import Amazon
from core.demo.refusal import Refusal
from core.demo.sigv4 import smtp_password
from core.demo.world import AccessKey, Region

_PREFIX = {"denied": "Access denied: ", "MessageRejected": "Message rejected: "}


def region_of(amazon: Amazon, key: AccessKey, password: str) -> Region | None:
    """The region this SMTP password was derived for."""
    for region in amazon.world.regions.values():
        if region.enabled and hmac.compare_digest(
            smtp_password(key.secret, region.code).encode(), password.encode()
        ):
            return region
    return None


def step(reply: str) -> str:
    """At which step of the conversation SES gives a reply."""
    if reply.startswith("421"):
        return "CONNECT"
    return "AUTH" if reply.startswith(("535", "454 Temporary")) else "DATA"


def reply(refusal: Refusal) -> str:
    """A refusal as an SMTP reply."""
    if refusal.code in ("throttled", "daily-quota"):
        return f"454 Throttling failure: {refusal.message}"
    return f"554 {_PREFIX.get(refusal.code, 'Transaction failed: ')}{refusal.message}"
