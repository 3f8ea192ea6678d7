"""Who is signed in: a session in the store, known to the browser by an opaque token in a cookie that no script can read.

The way in: the sign-in form proves the password in the page, which cannot set such a cookie. So it gets a ticket, for one use
within a minute and only together with the nonce that this browser already has as a cookie; a route of ours swaps it for the token.
A session ends after 30 minutes without use, after 12 hours, with a new password or role, and whenever somebody signs it out.
"""

from contextlib import suppress
from hmac import compare_digest

from core.errors import NotAllowed, NotFound, Unavailable
from core.members import roles
from core.members.actor import Actor, SignedIn
from core.members.tokens import digest, fresh
from core.store import audit, people
from core.store import sessions as rows
from core.store.engine import Store
from core.store.people import Person
from core.store.sessions import SessionRow

MINUTE = 60_000
IDLE = 30 * MINUTE
LONGEST = 12 * 60 * MINUTE
TICKET = MINUTE
NOTED_EVERY = MINUTE  # use is written down at most this often: a live page asks every few seconds
STALE = "This sign-in ran out or was opened in another browser. Sign in again."

__all__ = [
    "SignedIn",
    "current",
    "end_session",
    "issue_ticket",
    "list_sessions",
    "redeem",
    "sign_out",
    "sign_out_everywhere",
]


def issue_ticket(store: Store, member: int, nonce: str, now: int) -> str:
    """A ticket for the member with this id, whose password was just proven. `nonce` is the value of this browser's nonce cookie."""
    if not nonce:
        raise NotAllowed(
            "Your browser did not keep a cookie. Allow cookies for this site, then sign in again."
        )
    ticket = fresh()
    with store.write() as conn:
        rows.sweep(conn, now - IDLE, now - LONGEST, now)
        rows.add_ticket(conn, digest(ticket), member, digest(nonce), now + TICKET)
    return ticket


def redeem(store: Store, ticket: str, nonce: str, address: str, user_agent: str, now: int) -> str:
    """The token of a new session, for the cookie. NotAllowed when the ticket is unknown, used, too old or another browser's.

    A ticket that comes with the wrong nonce is used up all the same: it was seen by somebody else.
    """
    token = fresh()
    with store.write() as conn:
        taken = rows.take_ticket(conn, digest(ticket))
        right = (
            taken is not None and compare_digest(taken.nonce_hash, digest(nonce)) and now <= taken.expires_at
        )
        member = people.by_id(conn, taken.member_id) if taken is not None and right else None
        signed_in = member is not None and not member.disabled
        if member is not None and signed_in:
            row = SessionRow(
                digest(token), member.id, member.version, now, now, address[:64], user_agent[:200]
            )
            rows.add(conn, row)
            audit.append(conn, member.name, "sign-in", member.name, {"address": address[:64]}, now)
    if not signed_in:
        raise NotAllowed(STALE)
    return token


def current(store: Store, token: str | None, now: int, touch: bool = True) -> SignedIn | None:
    """Who this token stands for right now, with the role and grants of this moment; None when it stands for nobody.

    `touch=False` for what refreshes itself: a page left open must not keep a session alive.
    """
    if not token:
        return None
    with store.read() as conn:
        found = rows.with_member(conn, digest(token))
    if found is None or not alive(*found, now):
        return None
    session, member = found
    if (touch and now - session.seen_at >= NOTED_EVERY) or session.created_at > now:
        # A store that cannot be written just now ends nobody's work. A clock that was set back makes no session longer.
        with suppress(Unavailable), store.write() as conn:
            rows.seen(conn, session.token_hash, min(session.created_at, now), now)
    return SignedIn(
        member_id=member.id,
        name=member.name,
        role=member.role,
        connections=None if member.role == "admin" else member.connections,
        session_hash=session.token_hash,
        must_change=member.must_change,
    )


def alive(session: SessionRow, member: Person, now: int) -> bool:
    """Whether the session still counts for this member as they are now."""
    fresh_enough = now - session.seen_at < IDLE and now - session.created_at < LONGEST
    return fresh_enough and not member.disabled and session.member_version == member.version


def list_sessions(store: Store, actor: Actor, member_id: int, now: int) -> list[SessionRow]:
    """The live sessions of a member, latest used first: their own, or anybody's for an admin."""
    _own_or_admin(actor, member_id)
    with store.read() as conn:
        member = people.by_id(conn, member_id)
        found = rows.of_member(conn, member_id)
    return [each for each in found if member is not None and alive(each, member, now)]


def sign_out(store: Store, token: str | None, now: int) -> None:
    """End the session of this token. Nothing happens when there is none."""
    if token:
        with store.write() as conn:
            member_id = rows.end(conn, digest(token))
            member = people.by_id(conn, member_id) if member_id is not None else None
            if member is not None:
                audit.append(conn, member.name, "sign-out", member.name, {}, now)


def end_session(store: Store, actor: Actor, session_hash: str, now: int) -> None:
    """End one session from the list: one's own, or anybody's for an admin."""
    with store.write() as conn:
        found = rows.with_member(conn, session_hash)
        if found is None:
            raise NotFound("That session has already ended.")
        _own_or_admin(actor, found[1].id)
        rows.end(conn, session_hash)
        audit.append(conn, actor.name, "sign-out", found[1].name, {}, now)


def sign_out_everywhere(store: Store, actor: Actor, member_id: int, now: int) -> int:
    """End every session of a member, this one too; how many there were. One's own, or anybody's for an admin."""
    _own_or_admin(actor, member_id)
    with store.write() as conn:
        member = people.by_id(conn, member_id)
        if member is None:
            raise NotFound("There is no such member.")
        ended = rows.end_all(conn, member_id)
        audit.append(conn, actor.name, "sign-out-everywhere", member.name, {"sessions": ended}, now)
    return ended


def _own_or_admin(actor: Actor, member_id: int) -> None:
    if not isinstance(actor, SignedIn) or actor.member_id != member_id:
        roles.require(actor, "admin")
