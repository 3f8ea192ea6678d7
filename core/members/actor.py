"""Who acts: a signed-in member, or a person at the machine's own command line."""

from dataclasses import dataclass


@dataclass(frozen=True)
class SignedIn:
    """A member with a live session, as the store had it when this run began. Never kept from one run to the next."""

    member_id: int
    name: str
    role: str  # admin | operator | viewer
    connections: frozenset[int] | None  # ids they may see, None = all
    session_hash: str
    must_change: bool = False  # nothing is allowed before a new password is chosen


@dataclass(frozen=True)
class Cli:
    """Somebody with a shell on this machine: they could edit the database, so they count as an admin."""

    name: str = "command line"
    role: str = "admin"


Actor = SignedIn | Cli
