"""The identities of an account: the domains and addresses it may send from.

Source: SESv2 ListEmailIdentities, GetEmailIdentity, CreateEmailIdentity; SES VerifyEmailIdentity; "Verifying identities" in the developer guide.
"""

from dataclasses import dataclass
from typing import Any

from core.aws.access import Access
from core.aws.account import NotAmazon

MOST = 2_000  # read at most so many; an account may have 10,000


@dataclass(frozen=True, slots=True)
class Identity:
    """A domain or an address, in this region. A verified domain covers any address in it."""

    name: str
    kind: str  # EMAIL_ADDRESS | DOMAIN | MANAGED_DOMAIN
    verified: bool  # may send
    status: str = ""  # PENDING | SUCCESS | FAILED | TEMPORARY_FAILURE | NOT_STARTED

    @property
    def is_domain(self) -> bool:
        """True for a whole domain."""
        return self.kind != "EMAIL_ADDRESS"


@dataclass(frozen=True, slots=True)
class Verification:
    """Verification that was started: a link mailed to the address, or records to publish for the domain."""

    identity: Identity
    records: tuple[tuple[str, str, str], ...] = ()  # (type, name, value)


def identities(access: Access) -> list[Identity]:
    """Every identity in the region, verified first, then by name."""
    return read_identities(access.client("sesv2"))


def read_identities(sesv2: Any) -> list[Identity]:
    """The same, by a client that is there already."""
    found: list[Identity] = []
    token = None
    while True:
        page = sesv2.list_email_identities(PageSize=1000, **({"NextToken": token} if token else {}))
        if "EmailIdentities" not in page:
            raise NotAmazon("list of identities")
        found += [_identity(each) for each in page["EmailIdentities"]]
        token = page.get("NextToken")
        if not token or len(found) >= MOST:
            return sorted(found, key=lambda one: (not one.verified, one.name.lower()))


def covering(known: list[Identity], address: str) -> Identity | None:
    """The identity an address may send under: its own before its domain, its domain before a parent domain.

    One that is verified goes before one that is not: a verified domain covers an address that still waits for its link.
    """
    wanted = address.strip().lower()
    by_name = {one.name.lower(): one for one in known}
    found = [by_name[wanted]] if wanted in by_name else []
    domain = wanted.rpartition("@")[2]
    while "." in domain:
        if domain in by_name and by_name[domain].is_domain:
            found.append(by_name[domain])
        domain = domain.partition(".")[2]
    return next((one for one in found if one.verified), found[0] if found else None)


def verify(access: Access, name: str) -> Verification:
    """Start verification of an address or a domain. Costs nothing.

    One that exists already is read instead; an address that still waits is mailed its link again (it lives for a day).
    """
    sesv2 = access.client("sesv2")
    try:
        said = sesv2.create_email_identity(EmailIdentity=name)
    except sesv2.exceptions.AlreadyExistsException:
        said = sesv2.get_email_identity(EmailIdentity=name)
        if said.get("IdentityType") == "EMAIL_ADDRESS" and not said.get("VerifiedForSendingStatus"):
            access.client("ses").verify_email_identity(EmailAddress=name)
    if "IdentityType" not in said:
        raise NotAmazon("identity")
    verified = bool(said.get("VerifiedForSendingStatus"))
    status = str(said.get("VerificationStatus") or ("SUCCESS" if verified else "PENDING"))
    identity = Identity(name, str(said["IdentityType"]), verified, status)
    return Verification(
        identity, _records(name, said.get("DkimAttributes") or {}) if identity.is_domain else ()
    )


def _identity(said: dict[str, Any]) -> Identity:
    return Identity(
        str(said.get("IdentityName", "")),
        str(said.get("IdentityType", "")),
        bool(said.get("SendingEnabled")) and said.get("VerificationStatus", "SUCCESS") == "SUCCESS",
        str(said.get("VerificationStatus", "")),
    )


def _records(domain: str, dkim: dict[str, Any]) -> tuple[tuple[str, str, str], ...]:
    """The CNAME records that prove a domain; newer regions name another zone for them."""
    zone = dkim.get("SigningHostedZone") or "dkim.amazonses.com"
    return tuple(
        ("CNAME", f"{token}._domainkey.{domain}", f"{token}.{zone}") for token in dkim.get("Tokens") or ()
    )
