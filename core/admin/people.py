"""Verbs about members."""

from argparse import Namespace

from core.admin import stdin
from core.admin.named import connection
from core.admin.told import Told
from core.members import passwords, people
from core.members.actor import Cli
from core.settings import Settings
from core.store.engine import Store


def add_member(asked: Namespace, chosen: Settings, store: Store, now: int) -> Told:
    """Add a member, with the password that was piped in or a one-time one."""
    seen = None
    if asked.connection is not None:
        seen = [connection(store, name).id or 0 for name in asked.connection]
    given = stdin.offered()
    password = given.reveal() if given else None
    made = people.add(store, Cli(), asked.name, asked.role, now, seen, password)
    values = {"member": made.name, "role": made.role, "password": made.one_time_password}
    return Told(values, (f"{made.name} can sign in as {made.role}.", *_one_time(made.one_time_password)))


def reset_password(asked: Namespace, chosen: Settings, store: Store, now: int) -> Told:
    """Set a member's password; their sessions end."""
    member = people.by_name(store, Cli(), asked.name)
    given = stdin.offered()
    one_time = passwords.set_password(store, Cli(), member.id, given.reveal() if given else None, now)
    values = {"member": member.name, "password": one_time}
    return Told(
        values, (f"{member.name} has a new password and is signed out everywhere.", *_one_time(one_time))
    )


def _one_time(password: str | None) -> tuple[str, ...]:
    if password is None:
        return ()
    return (
        f"One-time password, shown only now: {password}",
        "A new one must be chosen at the first sign-in.",
    )
