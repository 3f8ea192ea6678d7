"""The first admin: made with a one-time code from the terminal, or from two names in the environment. Never once a member exists."""

from hmac import compare_digest

from core.errors import BadInput, NotAllowed
from core.members import hashes, policy
from core.members.tokens import digest, readable, typed
from core.settings import Settings
from core.store import audit, meta, people
from core.store.engine import Store

CODE = "setup-code"
WRONG = (
    "That is not the code. It stands in the terminal where SES Desk was started; a restart prints a new one."
)
TOO_LATE = "There is already a member. Sign in, or ask an admin for an account."


def needed(store: Store) -> bool:
    """Whether nobody can sign in yet, because there is no member at all."""
    with store.read() as conn:
        return people.count(conn) == 0


def offer(store: Store) -> str | None:
    """A new one-time code to print, which replaces any older one; None once a member exists. The store keeps its hash."""
    code = readable()
    with store.write() as conn:
        if people.count(conn):
            return None
        meta.put(conn, CODE, digest(code))
    return code


def make_first_admin(store: Store, code: str, name: str, password: str, now: int) -> int:
    """The first admin's id. BadInput at the box that is wrong; NotAllowed once there is a member. The code is then used up."""
    with store.read() as conn:
        if people.count(conn):
            raise NotAllowed(TOO_LATE)
        kept = meta.get(conn, CODE)
    proof = digest(typed(code))
    if kept is None or not compare_digest(kept, proof):
        raise BadInput(WRONG, "code")
    cleaned = policy.name(name)
    member = _make(store, proof, cleaned, policy.password(password, cleaned), "first visitor", now)
    if member is None:
        raise NotAllowed(TOO_LATE)
    return member


def from_environment(settings: Settings, store: Store, now: int) -> int | None:
    """Make the admin of SES_DESK_ADMIN_NAME and SES_DESK_ADMIN_PASSWORD when there is no member; their id, else None.

    BadInput names the one of the two that cannot be used.
    """
    if not settings.admin_name or settings.admin_password is None or not needed(store):
        return None
    try:
        name = policy.name(settings.admin_name)
        password = policy.password(settings.admin_password.get_secret_value(), name)
    except BadInput as wrong:
        box = "SES_DESK_ADMIN_NAME" if wrong.field == "name" else "SES_DESK_ADMIN_PASSWORD"
        raise BadInput(f"{box} cannot be used. {wrong.message}", box) from None
    return _make(store, None, name, password, "environment", now)


def _make(store: Store, proof: str | None, name: str, password: str, actor: str, now: int) -> int | None:
    """Add the admin while there is no member; None when somebody was faster.

    Whoever takes the code out of the store is the one: two browsers at once make one admin.
    """
    hashed = hashes.hashed(password)
    with store.write() as conn:
        if people.count(conn) or (proof is not None and not meta.remove(conn, CODE)):
            return None
        member = people.add(conn, name, "admin", hashed, None, False, now)
        if member is not None:
            audit.append(conn, actor, "member-added", name, {"role": "admin", "connections": "all"}, now)
    return member
