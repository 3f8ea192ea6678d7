"""One identity as Amazon keeps it: verification, DKIM and the bounce domain (MAIL FROM); and what changes it.

Source: SESv2 GetEmailIdentity, DeleteEmailIdentity, PutEmailIdentityMailFromAttributes, PutEmailIdentityDkimAttributes;
"Easy DKIM" and "Using a custom MAIL FROM domain" in the developer guide.
"""

from dataclasses import dataclass
from typing import Any

from core.aws.access import Access
from core.aws.account import NotAmazon

ZONE = "dkim.amazonses.com"  # where DKIM names point; newer regions name a zone of their own
ON_FAILURE = ("USE_DEFAULT_VALUE", "REJECT_MESSAGE")


@dataclass(frozen=True, slots=True)
class Details:
    """What GetEmailIdentity says. Statuses are Amazon's own: PENDING, SUCCESS, FAILED, TEMPORARY_FAILURE, NOT_STARTED."""

    name: str
    is_domain: bool
    verified: bool
    status: str = ""
    error: str = ""  # HOST_NOT_FOUND, TYPE_NOT_FOUND, INVALID_VALUE …: why the last look failed
    dkim_signing: bool = False
    dkim_status: str = ""
    dkim_own_key: bool = False  # the key is the customer's, not Amazon's (BYODKIM)
    dkim_tokens: tuple[str, ...] = ()
    dkim_zone: str = ZONE
    mail_from: str = ""
    mail_from_status: str = ""
    on_mx_failure: str = "USE_DEFAULT_VALUE"
    configuration_set: str = ""

    @property
    def domain(self) -> str:
        """The domain the identity is, or lies in."""
        return self.name.rpartition("@")[2].lower()


def read(access: Access, name: str) -> Details:
    """One identity. Raises NotFoundException when this region has none of that name."""
    return _details(name, access.client("sesv2").get_email_identity(EmailIdentity=name))


def remove(access: Access, name: str) -> None:
    """Give an identity up: Amazon takes no more mail from it at once."""
    access.client("sesv2").delete_email_identity(EmailIdentity=name)


def set_mail_from(access: Access, name: str, domain: str, on_failure: str = ON_FAILURE[0]) -> None:
    """The domain that bounces go back to; empty takes Amazon's own again. It counts once its MX record is found."""
    access.client("sesv2").put_email_identity_mail_from_attributes(
        EmailIdentity=name, BehaviorOnMxFailure=on_failure, **({"MailFromDomain": domain} if domain else {})
    )


def sign(access: Access, name: str, on: bool = True) -> None:
    """Have Amazon sign mail of this identity with DKIM, or not."""
    access.client("sesv2").put_email_identity_dkim_attributes(EmailIdentity=name, SigningEnabled=on)


def _details(name: str, said: dict[str, Any]) -> Details:
    if "IdentityType" not in said:
        raise NotAmazon("identity")
    dkim, back = said.get("DkimAttributes") or {}, said.get("MailFromAttributes") or {}
    verified = bool(said.get("VerifiedForSendingStatus"))
    return Details(
        name,
        str(said["IdentityType"]) != "EMAIL_ADDRESS",
        verified,
        str(said.get("VerificationStatus") or ("SUCCESS" if verified else "PENDING")),
        str((said.get("VerificationInfo") or {}).get("ErrorType") or ""),
        bool(dkim.get("SigningEnabled")),
        str(dkim.get("Status") or ""),
        str(dkim.get("SigningAttributesOrigin") or "") == "EXTERNAL",
        tuple(str(each) for each in dkim.get("Tokens") or ()),
        str(dkim.get("SigningHostedZone") or ZONE),
        str(back.get("MailFromDomain") or "").lower(),
        str(back.get("MailFromDomainStatus") or ""),
        str(back.get("BehaviorOnMxFailure") or ON_FAILURE[0]),
        str(said.get("ConfigurationSetName") or ""),
    )
