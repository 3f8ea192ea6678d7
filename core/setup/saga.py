"""The set-up itself: begun, applied step by step, taken up again after any stop, undone, read back."""

from collections.abc import Collection, Iterator

from core import moment
from core.connect import listen, walk
from core.desk import Desk
from core.errors import BadInput, Conflict, NotFound
from core.members.actor import Actor
from core.members.roles import require, require_sight
from core.setup import doing, hold, records, undoing
from core.setup.lines import Made, Plan, SetUpShown, StepLine
from core.setup.looking import Pair, current, made, opened, verify
from core.setup.site import Site
from core.setup.steps import steps_of
from core.store import audit, set_ups
from core.store.tables import Connection, SetUp, SetUpStep

__all__ = [
    "Made", "Plan", "SetUpShown", "StepLine", "apply", "begin", "current", "made", "undo", "verify",
]  # fmt: skip
OPEN = ("planned", "running", "stopped", "undoing")  # not finished, one way or the other


def begin(desk: Desk, connection: Connection, plan: Plan, actor: Actor, now: int) -> int:
    """Write the plan down; nothing is called yet. Returns the set-up's number. Admin only.

    Raises BadInput when the plan is blocked or changes something foreign that is not agreed to, Conflict while
    another set-up of the connection is unfinished.
    """
    require(actor, "admin")
    require_sight(actor, connection.id or 0)
    if plan.blocked is not None:
        raise BadInput(f"{plan.blocked.title}. {plan.blocked.meaning}")
    not_agreed = [
        line.label for line in plan.to_agree if not line.optional and line.key not in plan.choices.agreed
    ]
    if not_agreed:
        raise BadInput(f"Agree to the changes of what is not ours first: {', '.join(not_agreed)}.", "agreed")
    number = connection.id or 0
    rows = [
        SetUpStep(set_up_id=0, connection_id=number, position=place, key=step.key, at=now)
        for place, step in enumerate(steps_of(plan.choices))
    ]
    with desk.store.write() as conn:
        if any(each.state in OPEN for each in set_ups.of_connection(conn, number)):
            raise Conflict("A set-up is unfinished. Take it up again or roll it back first.")
        row = SetUp(
            connection_id=number, choices=plan.choices.as_json(), member=actor.name, created_at=now, changed_at=now
        )  # fmt: skip
        set_up_id = set_ups.begin(conn, row, rows)
        detail = {"set_up": set_up_id, "way": plan.choices.way, "intake": plan.choices.intake}
        audit.append(conn, actor.name, "set-up-begun", connection.name, detail, now)
    return set_up_id


def apply(desk: Desk, connection: Connection, set_up_id: int, actor: Actor) -> Iterator[StepLine]:
    """Do what is left to do, yielding each step live. Stops at the first that fails or waits; call again to go on.

    Raises BadInput for one that is rolled back, Conflict while somebody else works on it.
    """
    require(actor, "admin")
    row = _of(desk, connection, set_up_id, actor)
    if row.state in ("undoing", "undone"):
        raise BadInput("This set-up was rolled back. Plan a new one.")
    listen.callback(desk.store, desk.vault, desk.settings, connection, actor, moment.now())
    return _applied(desk, connection, row, actor)


def _applied(desk: Desk, connection: Connection, row: SetUp, actor: Actor) -> Iterator[StepLine]:
    site, pairs = opened(desk, connection, row)
    with hold.held(site) as held:
        _to_state(site, row, "running")
        for step, each in pairs:
            line = StepLine(each.key, step.shown, "running")
            for line in doing.do(site, step, each, actor):
                held.renew(site.clock())
                yield line
            if line.state in ("failed", "waiting"):
                _to_state(site, row, "stopped", actor)
                return
        _to_state(site, row, "done", actor)
    walk.finish_step(desk.store, connection, "listen", actor, site.clock())


def undo(
    desk: Desk, connection: Connection, set_up_id: int, actor: Actor, keys: Collection[str] | None = None
) -> Iterator[StepLine]:
    """Take back what was made or changed, newest first; with `keys` only those steps. Call again after a stop.

    Raises Conflict while somebody else works on it.
    """
    require(actor, "admin")
    row = _of(desk, connection, set_up_id, actor)
    return _undone(desk, connection, row, actor, keys)


def _undone(
    desk: Desk, connection: Connection, row: SetUp, actor: Actor, keys: Collection[str] | None
) -> Iterator[StepLine]:
    site, pairs = opened(desk, connection, row)
    chosen = [
        (step, each)
        for step, each in reversed(pairs)
        if (keys is None or each.key in keys) and each.state != "undone" and records.before_of(each)
    ]
    failed = False
    with hold.held(site) as held:
        if keys is None:
            _to_state(site, row, "undoing")
        for step, children in _families(chosen):
            line = StepLine(step[1].key, step[0].shown, "running")
            for line in undoing.take_back(site, *step, actor.name):
                held.renew(site.clock())
                yield line
            if line.state == "failed":
                failed = True
                continue
            for child in children:
                yield undoing.goes_with(site, *child, step[0].label.lower(), actor.name)
        left = [each for _, each in pairs if each.state in set_ups.STANDING and records.before_of(each)]
        if not left and not failed:
            _to_state(site, row, "undone", actor)
        elif keys is None:
            _to_state(site, row, "stopped", actor)


def _families(chosen: list[Pair]) -> list[tuple[Pair, list[Pair]]]:
    """Each step to take back, with the settings that go when it goes: of something that we made ourselves."""
    making = {each.key for _, each in chosen if not (records.before_of(each) or {}).get("there")}
    alone = [pair for pair in chosen if pair[0].parent not in making]
    return [
        (pair, [child for child in chosen if child[0].parent == pair[1].key and child not in alone])
        for pair in alone
    ]


def _of(desk: Desk, connection: Connection, set_up_id: int, actor: Actor) -> SetUp:
    require_sight(actor, connection.id or 0)
    row = set_ups.by_id(desk.store, set_up_id)
    if row is None or row.connection_id != connection.id:
        raise NotFound("There is no such set-up.")
    return row


def _to_state(site: Site, row: SetUp, state: str, actor: Actor | None = None) -> None:
    now = site.clock()
    with site.desk.store.write() as conn:
        set_ups.to_state(conn, row.id or 0, state, now)
        if actor is not None:
            audit.append(conn, actor.name, f"set-up-{state}", site.connection.name, {"set_up": row.id}, now)
