"""Members as an admin keeps them: added, given a role and connections, disabled, removed. Each change is in the audit trail.

There is always an admin who can sign in: the last one can be neither removed, disabled nor given a smaller role.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from core.errors import BadInput, Conflict, NotFound
from core.members import hashes, policy, roles
from core.members.actor import Actor
from core.members.tokens import readable
from core.store import audit, people, sessions
from core.store.engine import Store
from core.store.people import Person

LAST_ADMIN = "This is the last admin who can sign in. Make somebody else an admin first."


@dataclass(frozen=True)
class Added:
    """A new member; `one_time_password` is shown once, None when a password was given."""

    id: int
    name: str
    role: str
    one_time_password: str | None


def list_members(store: Store, actor: Actor) -> list[Person]:
    """All members by name, for an admin."""
    roles.require(actor, "admin")
    with store.read() as conn:
        return people.everyone(conn)


def by_name(store: Store, actor: Actor, name: str) -> Person:
    """One member, for an admin. NotFound when there is none of that name."""
    roles.require(actor, "admin")
    with store.read() as conn:
        found = people.by_name(conn, name.strip().lower())
    if found is None:
        raise NotFound(f"There is no member named {name.strip().lower()[:64]}.")
    return found


def add(
    store: Store,
    actor: Actor,
    name: str,
    role: str,
    now: int,
    connections: Iterable[int] | None = None,
    password: str | None = None,
) -> Added:
    """A new member, who sees all connections unless some are named. Without a password a one-time one is made."""
    roles.require(actor, "admin")
    cleaned, grants = policy.name(name), _grants(policy.role(role), connections)
    chosen = readable() if password is None else policy.password(password, cleaned)
    hashed = hashes.hashed(chosen)
    with store.write() as conn:
        member = people.add(conn, cleaned, role, hashed, grants, password is None, now)
        if member is None:
            raise BadInput(f"There is already a member named {cleaned}. Choose another name.", "name")
        audit.append(
            conn, actor.name, "member-added", cleaned, {"role": role, "connections": _words(grants)}, now
        )
    return Added(member, cleaned, role, chosen if password is None else None)


def change_role(
    store: Store, actor: Actor, member_id: int, role: str, expected_version: int, now: int
) -> None:
    """Give another role; open sessions of the member end. An admin sees every connection, so grants are dropped."""
    roles.require(actor, "admin")
    policy.role(role)
    grants: dict[str, Any] = {"connections": None} if role == "admin" else {}
    _change(
        store, actor, member_id, expected_version, "role-changed", {"role": role}, now, role=role, **grants
    )


def change_grants(
    store: Store,
    actor: Actor,
    member_id: int,
    connections: Iterable[int] | None,
    expected_version: int,
    now: int,
) -> None:
    """Say which connections the member may see; None: all. Takes effect at their next click."""
    roles.require(actor, "admin")
    with store.read() as conn:
        member = people.by_id(conn, member_id)
    grants = _grants(member.role if member else "viewer", connections)
    detail = {"connections": _words(grants)}
    _change(store, actor, member_id, expected_version, "grants-changed", detail, now, connections=grants)


def disable(store: Store, actor: Actor, member_id: int, expected_version: int, now: int) -> None:
    """Keep the member but let them in no more; their sessions end at once."""
    roles.require(actor, "admin")
    _change(store, actor, member_id, expected_version, "member-disabled", {}, now, disabled=True)


def enable(store: Store, actor: Actor, member_id: int, expected_version: int, now: int) -> None:
    """Let a disabled member in again, with the password they had."""
    roles.require(actor, "admin")
    _change(store, actor, member_id, expected_version, "member-enabled", {}, now, disabled=False)


def remove(store: Store, actor: Actor, member_id: int, now: int) -> None:
    """Take the member away, with all sessions. What they did stays in the audit trail."""
    roles.require(actor, "admin")
    with store.write() as conn:
        member = people.by_id(conn, member_id)
        if member is None:
            raise NotFound("There is no such member.")
        if people.enabled_admins(conn) == {member_id}:
            raise BadInput(LAST_ADMIN)
        people.remove(conn, member_id)
        audit.append(conn, actor.name, "member-removed", member.name, {"role": member.role}, now)


def _change(
    store: Store,
    actor: Actor,
    member_id: int,
    expected_version: int,
    action: str,
    detail: dict[str, Any],
    now: int,
    **values: Any,
) -> None:
    """One change under the version that was on screen; Conflict when somebody changed the member since."""
    with store.write() as conn:
        member = people.by_id(conn, member_id)
        if member is None:
            raise NotFound("There is no such member.")
        leaves = values.get("disabled") is True or values.get("role", "admin") != "admin"
        if leaves and people.enabled_admins(conn) == {member_id}:
            raise BadInput(LAST_ADMIN, "role")
        if not people.change(conn, member_id, expected_version, **values):
            raise Conflict(
                f"Somebody changed {member.name} in the meantime. Look again, then repeat your change."
            )
        sessions.end_all(conn, member_id)
        audit.append(conn, actor.name, action, member.name, detail, now)


def _grants(role: str, connections: Iterable[int] | None) -> frozenset[int] | None:
    if connections is None:
        return None
    if role == "admin":
        raise BadInput(
            "An admin sees every connection. Choose another role, or leave the list out.", "connections"
        )
    return frozenset(connections)


def _words(grants: frozenset[int] | None) -> list[int] | str:
    return "all" if grants is None else sorted(grants)
