"""What a set-up begins with: can Amazon reach us, whose mail is it, and the choices that fit both."""

from dataclasses import dataclass

from core.aws.identities import covering, identities
from core.connect import access
from core.desk import Desk
from core.members.actor import Actor
from core.members.roles import require, require_sight
from core.setup.callback_check import CallbackCheck, check
from core.setup.callback_wire import Wire
from core.setup.choices import Choices
from core.store.tables import Connection


@dataclass(frozen=True, slots=True)
class Offer:
    """`identities` are those that may send; `suggested` is what most people want here."""

    check: CallbackCheck
    identities: tuple[str, ...]
    suggested: Choices


def offer(desk: Desk, connection: Connection, actor: Actor, now: int, wire: Wire | None = None) -> Offer:
    """Check the callback and read the identities; changes nothing. Admin only. At most 10 s for the callback.

    Raises Locked, BadInput (disabled), and Amazon's error when it does not list the identities.
    """
    require(actor, "admin")
    require_sight(actor, connection.id or 0)
    known = identities(access.of(desk.store, desk.vault, desk.settings, connection))
    said = check(desk.store, desk.settings.public_url, connection, now, wire)
    names = [one.name for one in known if one.verified]
    own = covering(known, connection.from_address)
    first = own.name if own and own.verified else next(iter(names), "")
    ordered = sorted(names, key=lambda name: name != first)
    return Offer(said, tuple(ordered), Choices(intake="https" if said.by_https else "queue", identity=first))
