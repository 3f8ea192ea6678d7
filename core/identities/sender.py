"""The identity a From address is sent under: its own, else its domain's, else a parent domain's."""

from core.aws import identity
from core.aws.access import Access
from core.aws.identities import covering, identities
from core.aws.identity import Details
from core.dns.domain import organisational
from core.events.providers import OTHER, provider_of


def of(access: Access, address: str) -> Details | None:
    """What Amazon knows of the sender in this region; None when nothing covers it. Raises what Amazon says."""
    found = covering(identities(access), address)
    return identity.read(access, found.name) if found else None


def signing(access: Access, details: Details) -> Details:
    """The identity whose DKIM signs: an address verified by itself is signed by its domain, where that is here too."""
    if details.is_domain or details.dkim_status == "SUCCESS":
        return details
    found = covering([one for one in identities(access) if one.is_domain], details.name)
    return identity.read(access, found.name) if found else details


def somebody_elses(domain: str) -> bool:
    """Whether a domain is a mailbox provider's, so that nobody can prove mail from it through Amazon."""
    return provider_of(organisational(domain)) != OTHER or provider_of(domain) != OTHER
