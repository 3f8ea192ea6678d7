"""The identities of an account: the domains and addresses it may send from."""

from dataclasses import dataclass

from core.aws.access import Access


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


def identities(access: Access) -> list[Identity]:
    """Every identity in the region, verified first, then by name."""
    raise NotImplementedError


def covering(known: list[Identity], address: str) -> Identity | None:
    """The identity an address sends under: its own before its domain, its domain before a parent domain."""
    raise NotImplementedError


@dataclass(frozen=True, slots=True)
class Verification:
    """Verification that was started: a link mailed to the address, or records to publish for the domain."""

    identity: Identity
    records: tuple[tuple[str, str, str], ...] = ()  # (type, name, value)


def verify(access: Access, name: str) -> Verification:
    """Start verification of an address or a domain. Costs nothing; an identity that exists already is read instead."""
    raise NotImplementedError
