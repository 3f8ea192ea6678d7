"""Signing in with a password: the same answer and the same work for everybody, and few tries."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from argon2 import extract_parameters

from core.errors import BadInput, NotAllowed
from core.members import hashes, limits, passwords, people, policy
from core.members.actor import Cli, SignedIn
from core.store import audit
from core.store import people as rows
from core.store.engine import Store

NOW = 1_790_000_000_000
MINUTE = 60_000
PASSWORD = "three quiet herons"


@pytest.fixture
def alice(store: Store) -> int:
    people.add(store, Cli(), "root", "admin", NOW, password=PASSWORD)
    return people.add(store, Cli(), "alice", "viewer", NOW, password=PASSWORD).id


def tried(
    store: Store, name: str = "alice", password: str = "wrong", address: str = "192.0.2.1", now: int = NOW
) -> passwords.SignInResult:
    return passwords.check(store, name, password, address, now)


@pytest.fixture
def work(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The hashes that are really computed, with the real function behind."""
    done: list[str] = []
    real = hashes.HASHER.verify

    class Counting:
        @staticmethod
        def verify(kept: str, password: bytes) -> bool:
            done.append(kept)
            return real(kept, password)

        check_needs_rehash = hashes.HASHER.check_needs_rehash
        hash = hashes.HASHER.hash

    monkeypatch.setattr(hashes, "HASHER", Counting())
    return done


def test_the_right_password_lets_in_whatever_the_case_of_the_name(store: Store, alice: int) -> None:
    result = tried(store, " Alice ", PASSWORD)
    assert (result.ok, result.member, result.must_change) == (True, alice, False)


def test_wrong_unknown_and_disabled_get_the_same_answer_after_the_same_work(
    store: Store, alice: int, work: list[str]
) -> None:
    people.add(store, Cli(), "gone", "viewer", NOW, password=PASSWORD)
    gone = people.by_name(store, Cli(), "gone")
    people.disable(store, Cli(), gone.id, gone.version, NOW)
    answers = [
        tried(store, "alice", "wrong"),
        tried(store, "nobody-here", PASSWORD),
        tried(store, "gone", PASSWORD),
        tried(store, "", PASSWORD),
    ]
    assert set(answers) == {passwords.SignInResult(False)}
    assert len(work) == 4
    assert (
        len({(p.memory_cost, p.time_cost, p.parallelism, p.hash_len) for p in map(extract_parameters, work)})
        == 1
    )


def test_the_hash_for_nobody_costs_what_a_new_one_costs_and_opens_for_nothing() -> None:
    assert extract_parameters(hashes.NOBODY) == extract_parameters(hashes.hashed("x"))
    assert extract_parameters(hashes.NOBODY).memory_cost >= 19_456  # KiB, OWASP's least
    assert not hashes.matches(None, "")
    assert not hashes.matches(None, PASSWORD)


def test_what_is_kept_is_argon2id_and_never_the_password(store: Store, alice: int) -> None:
    with store.read() as conn:
        kept = rows.password_hash(conn, alice)
    assert kept is not None and kept.startswith("$argon2id$") and PASSWORD not in kept


def test_a_password_beyond_72_bytes_counts_to_its_last_character(store: Store) -> None:
    long = "heron " * 20 + "one"
    people.add(store, Cli(), "longa", "viewer", NOW, password=long)
    assert tried(store, "longa", long).ok
    assert not tried(store, "longa", long[:-1] + "f").ok


def test_a_hash_made_under_older_settings_is_renewed_without_signing_anybody_out(
    store: Store, alice: int
) -> None:
    from argon2 import PasswordHasher

    old = PasswordHasher(time_cost=1, memory_cost=128, parallelism=1).hash(PASSWORD)
    with store.write() as conn:
        rows.change(conn, alice, 1, password_hash=old)
    assert tried(store, "alice", PASSWORD).ok
    with store.read() as conn:
        kept, member = rows.password_hash(conn, alice), rows.by_id(conn, alice)
    assert kept is not None and not hashes.outdated(kept)
    assert member is not None and member.version == 2


def test_of_a_thousand_tries_in_a_quarter_hour_ten_at_most_are_looked_at(
    store: Store, alice: int, work: list[str]
) -> None:
    for number in range(1000):
        tried(store, now=NOW + number * 15 * MINUTE // 1000)
    assert 5 <= len(work) <= 10


def test_a_thousand_names_from_one_address_are_ten_tries(store: Store, alice: int, work: list[str]) -> None:
    for number in range(1000):
        tried(store, f"name-{number}", now=NOW + number * 15 * MINUTE // 1000)
    assert 5 <= len(work) <= 10


def test_tries_at_once_are_counted_one_by_one(store: Store, alice: int, work: list[str]) -> None:
    with ThreadPoolExecutor(16) as pool:
        list(pool.map(lambda number: tried(store, address=f"192.0.2.{number}"), range(48)))
    assert len(work) == limits.NAME_FREE


def test_a_delay_is_told_grows_and_runs_out_by_itself(store: Store, alice: int) -> None:
    for _ in range(limits.NAME_FREE):
        assert tried(store).wait == 0
    first = tried(store, password=PASSWORD)
    assert not first.ok and first.wait == 30_000 and "30 seconds" in first.sentence
    assert tried(store, now=NOW + 30_000).wait == 0
    assert "1 minute" in tried(store, now=NOW + 30_000).sentence
    assert tried(store, password=PASSWORD, now=NOW + 90_000).ok
    assert tried(store, now=NOW + 90_000).wait == 0


def test_waiting_tries_do_not_make_the_wait_longer(store: Store, alice: int) -> None:
    for _ in range(limits.NAME_FREE):
        tried(store)
    for second in range(29):
        assert tried(store, now=NOW + second * 1000).wait == 30_000 - second * 1000
    assert tried(store, password=PASSWORD, now=NOW + 30_000).ok


def test_no_delay_is_longer_than_a_quarter_hour(store: Store, alice: int) -> None:
    now = NOW
    for _ in range(20):
        wait = tried(store, now=now).wait
        assert wait <= limits.LONGEST_DELAY
        now += wait
    assert tried(store, password=PASSWORD, now=now + limits.LONGEST_DELAY).ok


def test_a_blocked_answer_is_the_same_for_a_name_nobody_has(store: Store, alice: int) -> None:
    for name, address in (("alice", "192.0.2.1"), ("nobody", "192.0.2.2")):
        for _ in range(limits.NAME_FREE):
            tried(store, name, address=address)
    assert tried(store, "alice", address="192.0.2.3") == tried(store, "nobody", address="192.0.2.4")


def test_a_right_password_does_not_wash_an_address_clean(store: Store, alice: int, work: list[str]) -> None:
    """Somebody with one account cannot use it to guess the others' passwords for ever."""
    evaluated = 0
    for number in range(100):
        evaluated += tried(store, f"victim-{number}").wait == 0
        tried(store, "alice", PASSWORD)
    assert evaluated <= limits.ADDRESS_FREE


def test_one_address_that_fails_blocks_no_other(store: Store, alice: int) -> None:
    for number in range(20):
        tried(store, f"name-{number}")
    assert not tried(store, "alice", PASSWORD).ok
    assert tried(store, "alice", PASSWORD, address="198.51.100.7").ok


def test_an_ipv6_neighbourhood_counts_as_one() -> None:
    assert limits.neighbourhood("2001:db8:1:2::1") == limits.neighbourhood("2001:db8:1:2:ffff::9")
    assert limits.neighbourhood("2001:db8:1:2::1") != limits.neighbourhood("2001:db8:1:3::1")
    assert limits.neighbourhood("::ffff:192.0.2.1") == "192.0.2.1"
    assert limits.neighbourhood("") == limits.neighbourhood("not an address\n")


def test_a_clock_that_is_set_back_blocks_nobody_for_long(store: Store, alice: int) -> None:
    for _ in range(limits.NAME_FREE):
        tried(store, now=NOW + 24 * 60 * MINUTE)
    assert tried(store, password=PASSWORD).ok


def test_a_new_password_from_an_admin_ends_the_wait(store: Store, alice: int) -> None:
    for number in range(limits.NAME_FREE):
        tried(store, address=f"192.0.2.{number}")
    passwords.set_password(store, Cli(), alice, "seven loud magpies", NOW)
    assert tried(store, password="seven loud magpies", address="198.51.100.7").ok


def test_what_was_typed_as_a_name_is_not_written_down_unless_it_is_one(store: Store, alice: int) -> None:
    tried(store, "my-secret-password-by-mistake")
    tried(store, "alice")
    told = [(entry.actor, entry.subject, entry.detail) for entry in audit.recent(store, 2)]
    assert [who for who, _, _ in told] == ["alice", "unknown name"]
    assert "mistake" not in repr(told)


def test_nothing_about_the_person_is_told_with_a_refusal(store: Store, alice: int) -> None:
    result = tried(store)
    assert (result.member, result.must_change, result.sentence) == (None, False, passwords.WRONG)


@pytest.mark.parametrize(
    ("password", "says"),
    [
        ("short", "at least 12"), ("", "at least 12"), ("a" * 1025, "at most 1024"), ("aaaaaaaaaaaaaaaa", "first that"),
        ("abababababababab", "first that"), ("123456789012", "first that"), ("PasswordPassword", "first that"),
        ("alicealicealice", "first that"), ("alice-2026!!", "first that"), (" three quiet herons", "blank"),
        ("three quiet herons\n", "blank"), ("three\nquiet herons", "cannot be typed"), ("three\x00quiet herons", "cannot be typed"),
    ],
)  # fmt: skip
def test_a_password_that_is_easily_guessed_or_cannot_be_typed_is_refused_with_words(
    password: str, says: str
) -> None:
    with pytest.raises(BadInput, match=says) as refused:
        policy.password(password, "alice")
    assert refused.value.field == "password"
    assert not password or password not in str(refused.value)


@pytest.mark.parametrize(
    "password",
    [
        "three quiet herons",
        "ÄÖÜ äöü ßßß 123",
        "x9" * 32 + "abcdef",
        "漢字かな交じり文の合言葉です",
        "heron " * 40 + "end",
    ],
)
def test_long_passwords_of_any_kind_are_taken(password: str) -> None:
    assert policy.password(password, "alice") == password


@pytest.mark.parametrize(
    "name", ["", "a", "a" * 65, "alice\n\n x", "al ice", "älice", ".alice", "alice|bob", "alice\x00", "<b>"]
)
def test_a_name_that_is_none_is_refused_at_its_box(name: str) -> None:
    with pytest.raises(BadInput) as refused:
        policy.name(name)
    assert refused.value.field == "name"


def test_changing_ones_own_password_needs_the_old_one(store: Store, alice: int) -> None:
    me = SignedIn(alice, "alice", "viewer", None, "hash")
    with pytest.raises(BadInput) as refused:
        passwords.change_own(store, me, "wrong", "seven loud magpies", "192.0.2.1", NOW)
    assert refused.value.field == "old"
    with pytest.raises(BadInput, match="the one you have"):
        passwords.change_own(store, me, PASSWORD, PASSWORD, "192.0.2.1", NOW)
    passwords.change_own(store, me, PASSWORD, "seven loud magpies", "192.0.2.1", NOW)
    assert tried(store, password="seven loud magpies").ok
    assert not tried(store, password=PASSWORD).ok


def test_asking_again_is_limited_like_a_sign_in(store: Store, alice: int) -> None:
    me = SignedIn(alice, "alice", "viewer", None, "hash")
    for _ in range(limits.NAME_FREE):
        with pytest.raises(NotAllowed, match="not your password"):
            passwords.again(store, me, "wrong", "192.0.2.1", NOW)
    with pytest.raises(NotAllowed, match="too many tries"):
        passwords.again(store, me, PASSWORD, "192.0.2.1", NOW)


def test_a_one_time_password_must_be_changed_before_anything_else(store: Store, alice: int) -> None:
    one_time = passwords.set_password(store, Cli(), alice, None, NOW)
    assert one_time is not None and len(one_time.replace("-", "")) == 16
    result = tried(store, password=one_time)
    assert result.ok and result.must_change
    me = SignedIn(alice, "alice", "admin", None, "hash", must_change=True)
    with pytest.raises(NotAllowed, match="new password"):
        people.list_members(store, me)
    passwords.change_own(store, me, one_time, "seven loud magpies", "192.0.2.1", NOW)
    assert not tried(store, password="seven loud magpies").must_change
