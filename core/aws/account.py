"""Who am I, and what may this account send?"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from core.aws.access import Access
from core.aws.not_amazon import NotAmazon as NotAmazon


@dataclass(frozen=True, slots=True)
class WhoAmI:
    """The identity behind the keys, as STS says it."""

    account_id: str
    arn: str

    @property
    def root(self) -> bool:
        """True for the owner's root keys, which nobody should hand to a program."""
        return self.arn.endswith(":root")

    @property
    def name(self) -> str:
        """The user's or role's own name."""
        return "the root user" if self.root else self.arn.rsplit(":", 1)[-1].split("/", 1)[-1]


@dataclass(frozen=True, slots=True)
class Account:
    """The SES account in one region. Quotas count recipients; `max_24h` is None when there is no limit."""

    production: bool  # False = in the sandbox
    sending_enabled: bool
    enforcement: str  # HEALTHY | PROBATION | SHUTDOWN, or another word of Amazon's
    max_24h: float | None
    max_rate: float  # mails per second
    sent_24h: float
    review: str = ""  # of the request for production: PENDING | FAILED | GRANTED | DENIED | ""

    def as_dict(self) -> dict[str, Any]:
        """Plain values, for the check that is kept with the connection."""
        return asdict(self)


def who_am_i(access: Access) -> WhoAmI:
    """Ask STS. Needs no permission, so a refusal here is about the keys themselves."""
    said = access.client("sts").get_caller_identity()
    if not said.get("Account") or not said.get("Arn"):
        raise NotAmazon("account")
    return WhoAmI(str(said["Account"]), str(said["Arn"]))


def account(access: Access) -> Account:
    """Ask SES for the account. An empty 200 (seen from captive portals) is not success: raises NotAmazon."""
    return told_account(access.client("sesv2").get_account())


def told_account(said: Mapping[str, Any]) -> Account:
    """The account by what GetAccount answered. Raises NotAmazon."""
    quota = said.get("SendQuota")
    if not quota or "Max24HourSend" not in quota:
        raise NotAmazon("send quota")
    if "ProductionAccessEnabled" not in said:  # a sandbox is not what remains when nothing was said
        raise NotAmazon("word on production access")
    limit = float(quota["Max24HourSend"])
    review = (said.get("Details") or {}).get("ReviewDetails") or {}
    return Account(
        production=bool(said["ProductionAccessEnabled"]),
        sending_enabled=bool(said.get("SendingEnabled", False)),
        enforcement=str(said.get("EnforcementStatus", "")),
        max_24h=None if limit < 0 else limit,
        max_rate=float(quota.get("MaxSendRate", 0)),
        sent_24h=float(quota.get("SentLast24Hours", 0)),
        review=str(review.get("Status", "")),
    )
