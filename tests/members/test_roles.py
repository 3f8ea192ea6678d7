"""Who may do what, tried below the pages: every role against every action that changes something."""

import ast
import inspect
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from core.errors import NotAllowed, NotFound
from core.members import passwords, people, roles, sessions
from core.members.actor import Cli, SignedIn
from core.store import audit
from core.store.engine import Store

NOW = 1_790_000_000_000
CORE = Path(roles.__file__).resolve().parent.parent


def actor(role: str, **changes: Any) -> SignedIn:
    return replace(SignedIn(7, "sam", role, None, "hash"), **changes)


@dataclass
class Connection:
    id: int | None


ACTIONS: dict[str, Callable[[Store, Any], object]] = {
    "list members": lambda store, who: people.list_members(store, who),
    "find a member": lambda store, who: people.by_name(store, who, "olga"),
    "add a member": lambda store, who: people.add(store, who, "nina", "viewer", NOW),
    "change a role": lambda store, who: people.change_role(store, who, 2, "admin", 1, NOW),
    "change grants": lambda store, who: people.change_grants(store, who, 2, [1], 1, NOW),
    "disable": lambda store, who: people.disable(store, who, 2, 1, NOW),
    "enable": lambda store, who: people.enable(store, who, 2, 1, NOW),
    "remove": lambda store, who: people.remove(store, who, 2, NOW),
    "set a password": lambda store, who: passwords.set_password(store, who, 2, None, NOW),
    "list another's sessions": lambda store, who: sessions.list_sessions(store, who, 2, NOW),
    "sign another out": lambda store, who: sessions.sign_out_everywhere(store, who, 2, NOW),
}
READING = {"list members", "find a member", "list another's sessions"}
STRANGERS = [
    None, "admin", actor("viewer"), actor("operator"), actor(""), actor("Admin"), actor("root"), actor("admin "),
    actor("admin", must_change=True),
]  # fmt: skip


@pytest.fixture
def staffed(store: Store) -> Store:
    people.add(store, Cli(), "ada", "admin", NOW, password="three quiet herons")
    people.add(store, Cli(), "olga", "operator", NOW, password="three quiet herons")
    return store


@pytest.mark.parametrize("action", ACTIONS)
def test_nobody_but_an_admin_gets_through_and_nothing_changes(staffed: Store, action: str) -> None:
    before = people.list_members(staffed, Cli())
    for stranger in STRANGERS:
        with pytest.raises(NotAllowed):
            ACTIONS[action](staffed, stranger)
    assert people.list_members(staffed, Cli()) == before


@pytest.mark.parametrize("who", [actor("admin"), Cli()], ids=["admin", "command line"])
@pytest.mark.parametrize("action", ACTIONS)
def test_an_admin_and_the_command_line_get_through(staffed: Store, action: str, who: SignedIn | Cli) -> None:
    before = len(audit.recent(staffed, 200))
    ACTIONS[action](staffed, who)
    added = audit.recent(staffed, 200)[: len(audit.recent(staffed, 200)) - before]
    assert [entry.actor for entry in added] == ([] if action in READING else [who.name])


@pytest.mark.parametrize(
    ("role", "needed", "allowed"),
    [(r, n, roles.ROLES.index(r) >= roles.ROLES.index(n)) for r in roles.ROLES for n in roles.ROLES],
)
def test_each_role_covers_itself_and_the_smaller_ones(role: str, needed: str, allowed: bool) -> None:
    if allowed:
        roles.require(actor(role), needed)
    else:
        with pytest.raises(NotAllowed):
            roles.require(actor(role), needed)


def test_a_needed_role_that_does_not_exist_is_refused_to_everybody() -> None:
    for who in (actor("admin"), Cli()):
        with pytest.raises(NotAllowed):
            roles.require(who, "owner")


def test_grants_decide_what_is_seen_and_admins_see_everything() -> None:
    helped = actor("viewer", connections=frozenset({1, 3}))
    three = [Connection(1), Connection(2), Connection(3), Connection(None)]
    assert [c.id for c in roles.visible(helped, three)] == [1, 3]
    assert [c.id for c in roles.visible(actor("viewer"), three)] == [1, 2, 3]
    assert roles.visible(actor("viewer", connections=frozenset()), three) == []
    assert roles.visible(None, three) == []
    assert roles.may_see(Cli(), 2)
    assert not roles.may_see(actor("nobody"), 1)


def test_a_connection_that_may_not_be_seen_is_answered_as_one_that_is_not_there() -> None:
    with pytest.raises(NotFound, match="no such connection"):
        roles.require_sight(actor("operator", connections=frozenset({1})), 2)


def asks(function: ast.FunctionDef) -> bool:
    """Whether a function that is given an actor asks what they may do, or hands them on to one that does."""
    calls = [node for node in ast.walk(function) if isinstance(node, ast.Call)]
    names = {c.func.attr if isinstance(c.func, ast.Attribute) else getattr(c.func, "id", "") for c in calls}
    handed = any(
        isinstance(a, ast.Name) and a.id == "actor"
        for c in calls
        for a in [*c.args, *(k.value for k in c.keywords)]
    )
    return bool(names & {"require", "require_sight", "may_see", "visible", "_own_or_admin"}) or handed


def test_every_public_function_that_takes_an_actor_asks_about_them() -> None:
    careless = [
        f"{path.relative_to(CORE.parent)}: {node.name}"
        for path in sorted(CORE.rglob("*.py"))
        for node in ast.parse(path.read_text()).body
        if isinstance(node, ast.FunctionDef)
        and not node.name.startswith("_")
        and any(a.arg == "actor" for a in [*node.args.args, *node.args.kwonlyargs])
        and not asks(node)
        and node.name != "again"  # checks the actor's own password, which is asking enough
        and "NotImplementedError" not in ast.unparse(node)
    ]
    assert not careless, careless


def test_every_action_of_the_members_modules_is_in_this_matrix() -> None:
    """A new one that takes an actor must be added above, or be one's own business."""
    own = {"again", "change_own", "end_session"}
    named = {
        name
        for module in (people, passwords, sessions)
        for name, function in inspect.getmembers(module, inspect.isfunction)
        if function.__module__ == module.__name__
        and not name.startswith("_")
        and "actor" in inspect.signature(function).parameters
    }
    tried = {
        name for name in named if any(f".{name}(" in inspect.getsource(call) for call in ACTIONS.values())
    }
    assert named - own == tried
