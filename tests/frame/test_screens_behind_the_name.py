"""The screens behind the name, each alone in AppTest: who may see them and what they do."""

import time

import pytest
from servers import PASSWORD

from core import moment
from core.members import people, sessions
from core.members.actor import Cli
from pages.parts import member_actions, outcome


def words(screen) -> str:
    """Everything a screen says in text."""
    kinds = ("title", "header", "subheader", "markdown", "caption", "info", "success", "error", "text")
    return "\n".join(str(one.value) for kind in kinds for one in getattr(screen, kind))


@pytest.mark.parametrize("file", ["members.py", "audit.py"])
@pytest.mark.parametrize("name", ["bob", "victor"])
def test_only_an_admin_sees_members_and_audit(screen, file, name):
    page = screen(file, name).run()
    assert not page.exception
    assert "for the role admin" in words(page)
    assert not page.button and not page.text_input and not page.dataframe


@pytest.mark.parametrize("file", ["members.py", "audit.py", "account.py"])
def test_a_page_that_is_run_without_a_session_shows_one_sentence(screen, file):
    page = screen(file, None).run()
    assert not page.exception
    assert words(page) == "Sign in to see this page."
    assert not page.button and not page.text_input and not page.dataframe


def test_an_admin_adds_a_member_with_the_own_password_and_a_one_time_one_is_shown(
    screen, own_desk, monkeypatch
):
    monkeypatch.setattr(outcome, "SECOND_PRESS", 0.1)
    page = screen("members.py").run()
    page.text_input[_box(page, "Name")].input("carol")
    page.text_input[_box(page, "Your own password", last=True)].input(PASSWORD)
    _press(page, "Add the member").run()
    assert not page.exception and not page.error, [e.value for e in page.error]
    assert "carol" in page.success[0].value
    shown = page.code[0].value
    added = people.by_name(own_desk.store, Cli(), "carol")
    assert added.role == "viewer" and added.must_change and added.connections is None
    assert len(shown) >= 12
    time.sleep(0.5)
    assert page.session_state[f"outcome-{member_actions.MADE}"].said is None
    assert shown not in str(page.session_state.to_dict())
    assert not page.text_input[_box(page, "Your own password", last=True)].value, "left alone it makes nobody"
    page = page.run()
    assert not page.success and not page.code


def test_a_member_is_not_added_without_the_admins_own_password(screen, own_desk):
    page = screen("members.py").run()
    page.text_input[_box(page, "Name")].input("carol")
    page.text_input[_box(page, "Your own password", last=True)].input("not my password at all")
    _press(page, "Add the member").run()
    assert page.error[0].value == "That is not your password."
    assert [one.name for one in people.list_members(own_desk.store, Cli())] == ["alice", "bob", "victor"]


def test_the_last_admin_stays(screen, own_desk):
    page = screen("members.py").run()
    alice = people.by_name(own_desk.store, Cli(), "alice")
    page.button(key=f"remove-{alice.id}").click().run()
    assert "last admin" in page.error[0].value
    assert people.by_name(own_desk.store, Cli(), "alice")


def test_a_choice_on_an_outdated_screen_changes_nothing_and_says_nothing(screen, own_desk):
    page = screen("members.py").run()
    bob = people.by_name(own_desk.store, Cli(), "bob")
    people.change_role(own_desk.store, Cli(), bob.id, "viewer", bob.version, moment.now())
    at = [one.name for one in people.list_members(own_desk.store, Cli())].index("bob")
    [one for one in page.selectbox if one.label == "Role"][at + 1].set_value("admin")
    [one for one in page.button if one.label == "Save"][at].click()
    page = page.run()
    assert not page.exception and not page.success
    assert people.by_name(own_desk.store, Cli(), "bob").role == "viewer"


def test_an_admin_who_resets_themselves_sees_the_password_before_being_signed_out(screen, own_desk):
    page = screen("members.py").run()
    alice = people.by_name(own_desk.store, Cli(), "alice")
    at = [one.name for one in people.list_members(own_desk.store, Cli())].index("alice")
    page.text_input[_box(page, "Your own password")].input(PASSWORD)
    [one for one in page.button if one.label == "Make a one-time password"][at].click()
    page = page.run()
    assert len(page.code[0].value) >= 12
    assert people.by_name(own_desk.store, Cli(), "alice").version > alice.version


def test_disabling_a_member_ends_their_session(screen, own_desk):
    from servers import session_for

    token = session_for(own_desk.store, "bob")
    page = screen("members.py").run()
    bob = people.by_name(own_desk.store, Cli(), "bob")
    page.button(key=f"disable-{bob.id}").click().run()
    assert not page.exception
    assert "disabled" in page.success[0].value
    assert sessions.current(own_desk.store, token, moment.now()) is None


def test_changing_the_password_needs_the_old_one_and_twice_the_new_one(screen):
    page = screen("account.py", "victor").run()
    for label, typed in (
        ("Your password now", "wrong wrong wrong"),
        ("New password", "four words in a row"),
        ("New password again", "four words in a row"),
    ):
        page.text_input[_box(page, label)].input(typed)
    _press(page, "Change the password").run()
    assert page.error[0].value == "That is not your password."
    for label, typed in (
        ("Your password now", PASSWORD),
        ("New password", "four words in a row"),
        ("New password again", "five words in a row"),
    ):
        page.text_input[_box(page, label)].input(typed)
    _press(page, "Change the password").run()
    assert "differ" in page.error[0].value


def test_the_audit_trail_shows_what_was_done_and_that_it_is_whole(screen):
    page = screen("audit.py").run()
    assert not page.exception
    told = page.dataframe[0].value
    assert {"Member added", "Sign in"} <= set(told["What"])
    _press(page, "Check that nothing was altered").run()
    assert "fit together" in page.success[0].value


@pytest.mark.parametrize("before", ["x", "-1", "9" * 40, "0", "1 or 1=1"])
def test_a_bent_address_of_the_audit_trail_is_harmless(screen, before):
    page = screen("audit.py", before=before).run()
    assert not page.exception


def test_a_form_on_a_screen_keeps_no_password_under_a_key(screen):
    for file in ("account.py", "members.py"):
        page = screen(file).run()
        assert all(box.key is None for box in page.text_input if box.proto.type == box.proto.PASSWORD)


def _box(page, label: str, last: bool = False) -> int:
    found = [place for place, box in enumerate(page.text_input) if box.label == label]
    return found[-1 if last else 0]


def _press(page, label: str):
    return next(button for button in page.button if button.label == label).click()
