"""Members as an admin keeps them: nobody is lost by accident, and every change is written down."""

import json
from concurrent.futures import ThreadPoolExecutor

import pytest

from core.errors import BadInput, Conflict, NotFound
from core.members import passwords, people
from core.members.actor import Cli
from core.store import audit
from core.store import people as rows
from core.store.engine import Store

NOW = 1_790_000_000_000
PASSWORD = "three quiet herons"


@pytest.fixture
def root(store: Store) -> int:
    return people.add(store, Cli(), "root", "admin", NOW, password=PASSWORD).id


def test_a_new_member_without_a_password_gets_a_one_time_one(store: Store, root: int) -> None:
    added = people.add(store, Cli(), "Nina@Example.org ", "viewer", NOW, [3, 1])
    assert added.name == "nina@example.org" and added.one_time_password
    member = people.by_name(store, Cli(), "NINA@example.org")
    assert (member.role, member.connections, member.must_change) == ("viewer", frozenset({1, 3}), True)
    assert passwords.check(store, added.name, added.one_time_password, "", NOW).must_change


def test_a_given_password_is_not_given_back(store: Store, root: int) -> None:
    added = people.add(store, Cli(), "nina", "operator", NOW, password=PASSWORD)
    assert added.one_time_password is None
    assert not people.by_name(store, Cli(), "nina").must_change


def test_a_name_is_taken_once_whatever_its_case(store: Store, root: int) -> None:
    with pytest.raises(BadInput, match="already a member") as refused:
        people.add(store, Cli(), "ROOT", "viewer", NOW, password=PASSWORD)
    assert refused.value.field == "name"
    assert len(people.list_members(store, Cli())) == 1


@pytest.mark.parametrize("role", ["", "owner", "Admin", "admin ", "viewer\n"])
def test_a_role_that_does_not_exist_is_refused(store: Store, root: int, role: str) -> None:
    with pytest.raises(BadInput):
        people.add(store, Cli(), "nina", role, NOW, password=PASSWORD)
    with pytest.raises(BadInput):
        people.change_role(store, Cli(), root, role, 1, NOW)


def test_the_last_admin_can_be_neither_removed_disabled_nor_demoted(store: Store, root: int) -> None:
    second = people.add(store, Cli(), "second", "admin", NOW, password=PASSWORD).id
    people.disable(store, Cli(), second, 1, NOW)
    for attempt in (
        lambda: people.remove(store, Cli(), root, NOW),
        lambda: people.disable(store, Cli(), root, 1, NOW),
        lambda: people.change_role(store, Cli(), root, "operator", 1, NOW),
    ):
        with pytest.raises(BadInput, match="last admin"):
            attempt()
    people.enable(store, Cli(), second, 2, NOW)
    people.remove(store, Cli(), root, NOW)
    assert [member.name for member in people.list_members(store, Cli())] == ["second"]


def test_two_admins_who_remove_each_other_at_once_leave_one(store: Store, root: int) -> None:
    second = people.add(store, Cli(), "second", "admin", NOW, password=PASSWORD).id

    def removed(member: int) -> bool:
        try:
            people.remove(store, Cli(), member, NOW)
        except BadInput:
            return False
        return True

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(removed, (root, second))) == [False, True]
    assert len(people.list_members(store, Cli())) == 1


def test_a_change_on_top_of_somebody_elses_is_refused_with_words(store: Store, root: int) -> None:
    nina = people.add(store, Cli(), "nina", "viewer", NOW, password=PASSWORD).id
    people.change_role(store, Cli(), nina, "operator", 1, NOW)
    with pytest.raises(Conflict, match="nina in the meantime"):
        people.change_grants(store, Cli(), nina, [1], 1, NOW)
    member = people.by_name(store, Cli(), "nina")
    assert (member.role, member.connections) == ("operator", None)


def test_a_deleted_member_stays_deleted_when_an_old_page_saves(store: Store, root: int) -> None:
    nina = people.add(store, Cli(), "nina", "viewer", NOW, password=PASSWORD).id
    people.remove(store, Cli(), nina, NOW)
    for late in (
        lambda: people.change_role(store, Cli(), nina, "admin", 1, NOW),
        lambda: people.enable(store, Cli(), nina, 1, NOW),
        lambda: people.remove(store, Cli(), nina, NOW),
        lambda: passwords.set_password(store, Cli(), nina, PASSWORD, NOW),
    ):
        with pytest.raises(NotFound):
            late()
    assert [member.name for member in people.list_members(store, Cli())] == ["root"]


def test_an_admin_has_no_grants(store: Store, root: int) -> None:
    nina = people.add(store, Cli(), "nina", "viewer", NOW, [1], PASSWORD).id
    people.change_role(store, Cli(), nina, "admin", 1, NOW)
    assert people.by_name(store, Cli(), "nina").connections is None
    with pytest.raises(BadInput, match="sees every connection"):
        people.change_grants(store, Cli(), nina, [1], 2, NOW)
    people.change_role(store, Cli(), nina, "viewer", 2, NOW)
    people.change_grants(store, Cli(), nina, [], 3, NOW)
    assert people.by_name(store, Cli(), "nina").connections == frozenset()


@pytest.mark.parametrize("text", ["", "{", "5", "null", '["x"]', '{"a": 1}'])
def test_grants_that_cannot_be_read_grant_nothing(text: str) -> None:
    assert not rows.granted(text)
    assert rows.granted(text) is not None


def test_every_change_is_in_the_audit_trail_without_a_password(store: Store, root: int) -> None:
    nina = people.add(store, Cli(), "nina", "viewer", NOW, [2]).id
    one_time = passwords.set_password(store, Cli(), nina, None, NOW)
    people.change_role(store, Cli(), nina, "operator", 2, NOW)
    people.change_grants(store, Cli(), nina, None, 3, NOW)
    people.disable(store, Cli(), nina, 4, NOW)
    people.enable(store, Cli(), nina, 5, NOW)
    people.remove(store, Cli(), nina, NOW)
    entries = audit.recent(store, 10)
    assert [entry.action for entry in reversed(entries)] == [
        "member-added", "member-added", "password-reset", "role-changed", "grants-changed",
        "member-disabled", "member-enabled", "member-removed",
    ]  # fmt: skip
    assert {entry.actor for entry in entries} == {"command line"}
    assert json.loads(entries[-2].detail)["connections"] == [2]
    assert one_time is not None and one_time not in repr(entries)
    assert audit.verify(store).whole
