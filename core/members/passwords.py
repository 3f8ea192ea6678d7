"""Proving a password, and setting a new one.

An unknown name, a disabled member and a wrong password get the same answer after the same work. What was typed as a name is
never written down unless it is a member's: people type passwords into that box.
"""

from dataclasses import dataclass

from core.errors import BadInput, NotAllowed, NotFound
from core.members import hashes, limits, policy, roles
from core.members.actor import Actor, SignedIn
from core.members.tokens import readable
from core.store import audit, people, sessions
from core.store.engine import Store
from core.store.people import Person

WRONG = "That name and password do not match. Check both and try again."
LONGEST_TYPED = 4096


@dataclass(frozen=True)
class SignInResult:
    """The answer to one try. `member` is the id to issue a ticket for; `sentence` is for the person, the same for everyone."""

    ok: bool
    member: int | None = None
    must_change: bool = False
    wait: int = 0  # ms until a try is looked at again
    sentence: str = WRONG


def check(store: Store, name: str, password: str, address: str, now: int) -> SignInResult:
    """Whether this name and password belong together, within the limits per name and per address."""
    cleaned = name.strip().lower()[: policy.LONGEST]
    reservation = limits.reserve(store, cleaned, address, now)
    if reservation.wait:
        return SignInResult(False, wait=reservation.wait, sentence=_patience(reservation.wait))
    with store.read() as conn:
        member = people.by_name(conn, cleaned)
        kept = people.password_hash(conn, member.id) if member else None
    usable = kept if member is not None and not member.disabled else None
    if not hashes.matches(usable, password[:LONGEST_TYPED]) or member is None or usable is None:
        _note_failure(store, member, address, now)
        return SignInResult(False)
    limits.take_back(store, reservation)
    if hashes.outdated(usable):
        with store.write() as conn:
            people.rehash(conn, member.id, usable, hashes.hashed(password))
    return SignInResult(True, member.id, member.must_change, sentence="")


def again(store: Store, actor: SignedIn, password: str, address: str, now: int) -> None:
    """Ask for the member's own password once more, before keys are replaced or members added. NotAllowed when it is wrong."""
    result = check(store, actor.name, password, address, now)
    if not result.ok:
        raise NotAllowed(result.sentence if result.wait else "That is not your password.")


def change_own(store: Store, actor: SignedIn, old: str, new: str, address: str, now: int) -> None:
    """Choose a new password. Every session of the member ends, this one too: issue a ticket or let them sign in again."""
    try:
        again(store, actor, old, address, now)
    except NotAllowed as refused:
        raise BadInput(str(refused), "old") from None
    policy.password(new, actor.name)
    if old == new:
        raise BadInput("The new password is the one you have. Choose another.", "password")
    _set(store, actor, actor.member_id, new, False, "password-changed", now)


def set_password(store: Store, actor: Actor, member_id: int, password: str | None, now: int) -> str | None:
    """Set another member's password; without one, a one-time password is made and returned, to be changed at the first sign-in."""
    roles.require(actor, "admin")
    with store.read() as conn:
        member = people.by_id(conn, member_id)
    if member is None:
        raise NotFound("There is no such member.")
    chosen = readable() if password is None else policy.password(password, member.name)
    _set(store, actor, member_id, chosen, password is None, "password-reset", now)
    limits.forgive(store, member.name)
    return chosen if password is None else None


def _set(
    store: Store, actor: Actor, member_id: int, password: str, must_change: bool, action: str, now: int
) -> None:
    """Write the new hash, which raises the member's version, and end their sessions."""
    new = hashes.hashed(password)
    with store.write() as conn:
        member = people.by_id(conn, member_id)
        if member is None:
            raise NotFound("There is no such member.")
        people.change(conn, member_id, member.version, password_hash=new, must_change=must_change)
        ended = sessions.end_all(conn, member_id)
        audit.append(conn, actor.name, action, member.name, {"sessions_ended": ended}, now)


def _note_failure(store: Store, member: Person | None, address: str, now: int) -> None:
    who = member.name if member else "unknown name"
    with store.write() as conn:
        audit.append(conn, who, "sign-in-failed", who, {"address": limits.neighbourhood(address)}, now)


def _patience(wait: int) -> str:
    minutes = -(-wait // 60_000)
    when = (
        f"in {-(-wait // 1000)} seconds"
        if wait < 60_000
        else f"in {minutes} minute{'s' if minutes > 1 else ''}"
    )
    return f"There were too many tries. Try again {when}."
