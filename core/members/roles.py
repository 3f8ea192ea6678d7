"""What each role may do, and which connections a member may see. Everything that changes something asks here, inside.

*viewer*: review, with masked addresses. *operator*: also tests, suppression and findings. *admin*: everything.
"""

from collections.abc import Iterable
from typing import Protocol, TypeVar

from core import errors
from core.members.actor import Actor, Cli

ROLES = ("viewer", "operator", "admin")  # each covers the ones before it

WORDS = {
    "viewer": "This needs a member who is signed in.",
    "operator": "This needs an operator or an admin. Ask an admin to change your role, or to do it for you.",
    "admin": "Only an admin can do this. Ask an admin to do it, or to change your role.",
}


class HasId(Protocol):
    """Anything with the store's number of a connection."""

    @property
    def id(self) -> int | None: ...


T = TypeVar("T", bound=HasId)


def covers(role: str, needed: str) -> bool:
    """Whether one role includes another. A word that is no role covers nothing and is covered by nothing."""
    return role in ROLES and needed in ROLES and ROLES.index(role) >= ROLES.index(needed)


def require(actor: Actor | None, role: str) -> None:
    """Refuse with NotAllowed unless the actor's role covers this one. The first line of everything that changes something.

    A member who still has a one-time password may do nothing but choose a new one.
    """
    if not isinstance(actor, Actor) or not covers(actor.role, role):
        raise errors.NotAllowed(WORDS.get(role, WORDS["admin"]))
    if not isinstance(actor, Cli) and actor.must_change:
        raise errors.NotAllowed("Choose a new password first, under your name.")


def may_see(actor: Actor | None, connection_id: int) -> bool:
    """Whether the actor may see this connection. Admins see all of them."""
    if not isinstance(actor, Actor) or not covers(actor.role, "viewer"):
        return False
    return isinstance(actor, Cli) or actor.connections is None or connection_id in actor.connections


def require_sight(actor: Actor | None, connection_id: int) -> None:
    """Refuse as if the connection did not exist: nobody learns which ones there are."""
    if not may_see(actor, connection_id):
        raise errors.NotFound("There is no such connection.")


def visible(actor: Actor | None, connections: Iterable[T]) -> list[T]:
    """Those of these connections that the actor may see, in the same order."""
    return [one for one in connections if one.id is not None and may_see(actor, one.id)]
