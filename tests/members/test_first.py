"""The first admin: whoever has the code from the terminal, once, and never again after that."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from pydantic import SecretStr

from core.errors import BadInput, NotAllowed
from core.members import first, passwords, people
from core.members.actor import Cli
from core.settings import Settings
from core.store import meta
from core.store.engine import Store

NOW = 1_790_000_000_000
PASSWORD = "three quiet herons"


def code_of(store: Store) -> str:
    code = first.offer(store)
    assert code is not None
    return code


def test_the_code_makes_the_first_admin_however_it_is_typed(store: Store) -> None:
    code = code_of(store)
    assert first.needed(store)
    first.make_first_admin(store, f" {code.lower().replace('-', ' ')}\n", "Ada", PASSWORD, NOW)
    assert not first.needed(store)
    assert people.by_name(store, Cli(), "ada").role == "admin"
    assert passwords.check(store, "ada", PASSWORD, "", NOW).ok


@pytest.mark.parametrize("code", ["", "AAAA-AAAA-AAAA-AAAA", "0", "💥", "x" * 10_000])
def test_a_wrong_code_makes_nobody(store: Store, code: str) -> None:
    first.offer(store)
    with pytest.raises(BadInput, match="terminal") as refused:
        first.make_first_admin(store, code, "mallory", PASSWORD, NOW)
    assert refused.value.field == "code"
    assert first.needed(store)


def test_without_an_offer_no_code_is_right(store: Store) -> None:
    with pytest.raises(BadInput):
        first.make_first_admin(store, "", "mallory", PASSWORD, NOW)


def test_the_code_is_stored_only_as_a_hash_and_a_new_one_replaces_it(store: Store) -> None:
    old, new = code_of(store), code_of(store)
    assert new not in str(meta.get(store, first.CODE)) and old != new
    with pytest.raises(BadInput):
        first.make_first_admin(store, old, "ada", PASSWORD, NOW)
    first.make_first_admin(store, new, "ada", PASSWORD, NOW)


def test_a_bad_name_or_password_leaves_the_code_as_it_is(store: Store) -> None:
    code = code_of(store)
    with pytest.raises(BadInput) as refused:
        first.make_first_admin(store, code, "", PASSWORD, NOW)
    assert refused.value.field == "name"
    with pytest.raises(BadInput) as refused:
        first.make_first_admin(store, code, "ada", "short", NOW)
    assert refused.value.field == "password"
    first.make_first_admin(store, code, "ada", PASSWORD, NOW)


def test_once_there_is_a_member_there_is_no_code_and_none_works(store: Store) -> None:
    code = code_of(store)
    people.add(store, Cli(), "root", "viewer", NOW, password=PASSWORD)
    assert first.offer(store) is None
    with pytest.raises(NotAllowed, match="already a member"):
        first.make_first_admin(store, code, "mallory", PASSWORD, NOW)


def test_of_four_visitors_with_the_code_at_once_one_becomes_the_admin(store: Store) -> None:
    code = code_of(store)

    def attempt(number: int) -> bool:
        try:
            return bool(first.make_first_admin(store, code, f"visitor-{number}", PASSWORD, NOW))
        except (NotAllowed, BadInput):
            return False

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(attempt, range(4))) == 1
    assert len(people.list_members(store, Cli())) == 1


def named(name: str = "Ada", password: str | None = PASSWORD) -> Settings:
    return Settings(
        data_dir=Path("unused"), admin_name=name, admin_password=SecretStr(password) if password else None
    )


def test_the_environment_makes_the_first_admin_and_is_ignored_afterwards(store: Store) -> None:
    assert first.from_environment(named(), store, NOW)
    assert first.from_environment(named("eve"), store, NOW) is None
    assert [member.name for member in people.list_members(store, Cli())] == ["ada"]


@pytest.mark.parametrize("settings", [named(password=None), named(name="")])
def test_half_of_the_two_names_makes_nobody(store: Store, settings: Settings) -> None:
    assert first.from_environment(settings, store, NOW) is None
    assert first.needed(store)


def test_a_name_or_password_of_the_environment_that_cannot_be_used_is_named(store: Store) -> None:
    with pytest.raises(BadInput, match="SES_DESK_ADMIN_PASSWORD cannot be used"):
        first.from_environment(named(password="short"), store, NOW)
    with pytest.raises(BadInput, match="SES_DESK_ADMIN_NAME cannot be used"):
        first.from_environment(named(name="no such name"), store, NOW)
