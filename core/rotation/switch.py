"""The second key takes over, and the way back; what ends a rotation."""

from core.aws import access_keys
from core.connect import access
from core.desk import Desk
from core.errors import Conflict
from core.members.actor import Actor
from core.members.roles import require, require_sight
from core.rotation.disable import refused
from core.rotation.kept import BY_US, DISABLED, ENTERED, SWITCHED, TESTED, at, old_user, opened, sealed
from core.store import audit, rotations
from core.store import credentials as rows
from core.store.tables import Connection

DEAD = (
    "Amazon refuses the key ending in {} just now. If it was switched on a moment ago, try again in a minute; "
    "else make it active in IAM first."
)
LEFT_ACTIVE, SWITCHED_OFF = "left active", "switched off"


def switch(desk: Desk, connection: Connection, actor: Actor, now: int) -> None:
    """From now on the connection uses the second key; the first is kept, sealed, for the way back. Admin only, audited.

    Raises Conflict when the key was not tested, Amazon refuses it by now, or somebody has gone on meanwhile.
    """
    _swap(desk, connection, (TESTED,), SWITCHED, "keys-rotated", actor, now)


def go_back(desk: Desk, connection: Connection, actor: Actor, now: int) -> None:
    """Use the first key again; one that was switched off from here is switched on first. Admin only, audited.

    The second stays at hand, tested. Raises Conflict, also when Amazon refuses the first one; and botocore's errors.
    """
    require(actor, "admin")
    row = at(desk, connection, SWITCHED, DISABLED)
    if row.step == DISABLED:
        if row.disabled_by != BY_US:
            raise Conflict(
                "The old key was switched off by hand. Make it active in IAM first, then give it as a new key."
            )
        first = opened(desk, connection, row)
        if first.access_key_id is not None:
            way = access.of(desk.store, desk.vault, desk.settings, connection)
            access_keys.set_active(way, old_user(row), first.access_key_id, True)
    _swap(desk, connection, (row.step,), TESTED, "rotation-taken-back", actor, now)


def end(desk: Desk, connection: Connection, actor: Actor, now: int, leave_active: bool = False) -> None:
    """Forget the old key. One that still works is only left so when that is asked for. Admin only, audited."""
    require(actor, "admin")
    require_sight(actor, connection.id or 0)
    row = at(desk, connection, *((SWITCHED, DISABLED) if leave_active else (DISABLED,)))
    said = {"old_key": SWITCHED_OFF if row.step == DISABLED else LEFT_ACTIVE, "ending": row.old_hint}
    _forget(desk, connection, row.step, "rotation-ended", said, actor, now)


def give_up(desk: Desk, connection: Connection, actor: Actor, now: int) -> None:
    """Forget the second key before it took over. Nothing was changed. Admin only, audited."""
    require(actor, "admin")
    require_sight(actor, connection.id or 0)
    row = at(desk, connection, ENTERED, TESTED)
    _forget(desk, connection, row.step, "rotation-given-up", {"second": row.new_hint}, actor, now)


def _forget(
    desk: Desk, connection: Connection, step: str, action: str, said: dict[str, str], actor: Actor, now: int
) -> None:
    with desk.store.write() as conn:
        rotations.remove(conn, connection.id or 0, step)
        audit.append(conn, actor.name, action, connection.name, said, now)


def _swap(
    desk: Desk, connection: Connection, steps: tuple[str, ...], to: str, action: str, actor: Actor, now: int
) -> None:
    """The key in use and the other change places, in one transaction."""
    require(actor, "admin")
    require_sight(actor, connection.id or 0)
    row = at(desk, connection, *steps)
    taking_over = opened(desk, connection, row)
    if refused(desk, connection, taking_over):  # never onto a key that is dead
        raise Conflict(DEAD.format(taking_over.hint))
    leaving = access.unseal(desk.store, desk.vault, connection)
    away = sealed(desk.vault, connection, leaving)
    with desk.store.write() as conn:
        rotations.move(conn, connection.id or 0, steps, to, now, other_sealed=away, disabled_by="")
        rows.put(conn, access.seal(desk.vault, connection, taking_over, now))
        said = {"key": taking_over.hint or taking_over.kind, "before": leaving.hint or leaving.kind}
        audit.append(conn, actor.name, action, connection.name, said, now)
