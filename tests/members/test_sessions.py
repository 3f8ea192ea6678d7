"""A session lives in the store: it ends when it should, everywhere and at once, and a stolen cookie ends with it."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from core.errors import NotAllowed, NotFound
from core.members import passwords, people, sessions
from core.members.actor import Cli, SignedIn
from core.members.sessions import IDLE, LONGEST, MINUTE, TICKET, current, issue_ticket, redeem
from core.store import audit
from core.store.engine import Store

NOW = 1_790_000_000_000
PASSWORD = "three quiet herons"
NONCE = "browser-nonce"


@pytest.fixture
def alice(store: Store) -> int:
    people.add(store, Cli(), "root", "admin", NOW, password=PASSWORD)
    return people.add(store, Cli(), "alice", "operator", NOW, password=PASSWORD).id


def enter(store: Store, member: int, now: int = NOW) -> str:
    return redeem(store, issue_ticket(store, member, NONCE, now), NONCE, "192.0.2.1", "Firefox", now)


def signed(store: Store, token: str | None, now: int = NOW) -> SignedIn:
    found = current(store, token, now)
    assert found is not None
    return found


def test_a_ticket_becomes_a_session_with_the_members_role(store: Store, alice: int) -> None:
    found = signed(store, enter(store, alice))
    assert (found.member_id, found.name, found.role, found.connections) == (alice, "alice", "operator", None)


def test_a_ticket_works_once(store: Store, alice: int) -> None:
    ticket = issue_ticket(store, alice, NONCE, NOW)
    redeem(store, ticket, NONCE, "", "", NOW)
    with pytest.raises(NotAllowed):
        redeem(store, ticket, NONCE, "", "", NOW)


def test_of_eight_browsers_that_redeem_one_ticket_at_once_one_gets_in(store: Store, alice: int) -> None:
    ticket = issue_ticket(store, alice, NONCE, NOW)

    def attempt(_: int) -> bool:
        try:
            return bool(redeem(store, ticket, NONCE, "", "", NOW))
        except NotAllowed:
            return False

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(attempt, range(8))) == 1


def test_a_ticket_from_another_browser_is_refused_and_used_up(store: Store, alice: int) -> None:
    ticket = issue_ticket(store, alice, NONCE, NOW)
    for nonce in ("another", "", NONCE):
        with pytest.raises(NotAllowed):
            redeem(store, ticket, nonce, "", "", NOW)


def test_a_ticket_runs_out_after_a_minute(store: Store, alice: int) -> None:
    with pytest.raises(NotAllowed):
        redeem(store, issue_ticket(store, alice, NONCE, NOW), NONCE, "", "", NOW + TICKET + 1)


def test_a_browser_without_cookies_gets_no_ticket(store: Store, alice: int) -> None:
    with pytest.raises(NotAllowed, match="cookie"):
        issue_ticket(store, alice, "", NOW)


@pytest.mark.parametrize("token", [None, "", "x", "a" * 5000, "\x00", "💥", "' OR 1=1 --"])
def test_a_made_up_token_is_nobody(store: Store, alice: int, token: str | None) -> None:
    enter(store, alice)
    assert current(store, token, NOW) is None


def test_each_sign_in_gets_a_new_token_and_none_is_in_the_store(store: Store, alice: int) -> None:
    one, two = enter(store, alice), enter(store, alice)
    assert one != two
    rows = sessions.list_sessions(store, Cli(), alice, NOW)
    assert {one, two}.isdisjoint({value for row in rows for value in row.__dict__.values()})
    assert len(one) >= 43  # 256 bits


def test_thirty_minutes_without_use_end_it(store: Store, alice: int) -> None:
    token = enter(store, alice)
    assert current(store, token, NOW + IDLE - 1, touch=False)
    assert current(store, token, NOW + IDLE) is None


def test_use_keeps_it_alive_for_twelve_hours_and_no_longer(store: Store, alice: int) -> None:
    token = enter(store, alice)
    now = NOW
    while now + 20 * MINUTE < NOW + LONGEST:
        now += 20 * MINUTE
        assert current(store, token, now)
    assert current(store, token, NOW + LONGEST) is None


def test_a_page_that_refreshes_itself_keeps_nobody_signed_in(store: Store, alice: int) -> None:
    token = enter(store, alice)
    for minute in range(1, 30):
        assert current(store, token, NOW + minute * MINUTE, touch=False)
    assert current(store, token, NOW + IDLE, touch=False) is None


def test_a_clock_that_is_set_back_makes_no_session_immortal_and_loses_none(store: Store, alice: int) -> None:
    day = 24 * 60 * MINUTE
    token = enter(store, alice, NOW + day)
    assert current(store, token, NOW)
    assert current(store, token, NOW + IDLE) is None


def test_signing_out_ends_it_at_once(store: Store, alice: int) -> None:
    token, other = enter(store, alice), enter(store, alice)
    sessions.sign_out(store, token, NOW)
    sessions.sign_out(store, token, NOW)
    sessions.sign_out(store, None, NOW)
    assert current(store, token, NOW) is None
    assert current(store, other, NOW)


def test_signing_out_everywhere_ends_every_session_and_ticket(store: Store, alice: int) -> None:
    tokens = [enter(store, alice) for _ in range(3)]
    ticket = issue_ticket(store, alice, NONCE, NOW)
    assert sessions.sign_out_everywhere(store, signed(store, tokens[0]), alice, NOW) == 3
    assert [current(store, token, NOW) for token in tokens] == [None] * 3
    with pytest.raises(NotAllowed):
        redeem(store, ticket, NONCE, "", "", NOW)


def test_a_stolen_cookie_ends_with_a_new_password(store: Store, alice: int) -> None:
    token = enter(store, alice)
    passwords.change_own(store, signed(store, token), PASSWORD, "seven loud magpies", "", NOW)
    assert current(store, token, NOW) is None


def test_a_stolen_cookie_ends_with_a_new_role(store: Store, alice: int) -> None:
    token = enter(store, alice)
    people.change_role(store, Cli(), alice, "viewer", 1, NOW)
    assert current(store, token, NOW) is None
    assert signed(store, enter(store, alice)).role == "viewer"


def test_a_disabled_or_removed_member_is_out_at_once(store: Store, alice: int) -> None:
    token, ticket = enter(store, alice), issue_ticket(store, alice, NONCE, NOW)
    people.disable(store, Cli(), alice, 1, NOW)
    assert current(store, token, NOW) is None
    with pytest.raises(NotAllowed):
        redeem(store, ticket, NONCE, "", "", NOW)
    people.enable(store, Cli(), alice, 2, NOW)
    token = enter(store, alice)
    people.remove(store, Cli(), alice, NOW)
    assert current(store, token, NOW) is None


def test_a_disabled_member_cannot_redeem_a_ticket_made_just_before(store: Store, alice: int) -> None:
    people.disable(store, Cli(), alice, 1, NOW)
    with pytest.raises(NotAllowed):
        redeem(store, issue_ticket(store, alice, NONCE, NOW), NONCE, "", "", NOW)


def test_members_see_and_end_their_own_sessions_only(store: Store, alice: int) -> None:
    mallory = people.add(store, Cli(), "mallory", "operator", NOW, password=PASSWORD).id
    mine, hers = enter(store, alice), enter(store, mallory)
    me, she = signed(store, mine), signed(store, hers)
    assert [row.token_hash for row in sessions.list_sessions(store, me, alice, NOW)] == [me.session_hash]
    with pytest.raises(NotAllowed):
        sessions.end_session(store, me, she.session_hash, NOW)
    sessions.end_session(store, Cli(), she.session_hash, NOW)
    assert current(store, hers, NOW) is None
    with pytest.raises(NotFound):
        sessions.end_session(store, Cli(), she.session_hash, NOW)


def test_ended_sessions_are_not_listed(store: Store, alice: int) -> None:
    enter(store, alice)
    assert sessions.list_sessions(store, Cli(), alice, NOW + IDLE) == []


def test_signing_in_and_out_is_in_the_audit_trail(store: Store, alice: int) -> None:
    sessions.sign_out(store, enter(store, alice), NOW)
    assert [entry.action for entry in audit.recent(store, 2)] == ["sign-out", "sign-in"]
    assert audit.verify(store).whole
