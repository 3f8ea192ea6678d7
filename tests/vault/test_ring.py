"""What is sealed opens for its owner alone, under the key that sealed it, unaltered."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import BadInput, Locked
from core.vault import Owner, Secret
from core.vault.owner import callback, credential, draft
from core.vault.ring import Ring, read

OLD, NEW = bytes(range(32)), bytes(range(32, 64))
ALICE = Owner("credentials", "secret_access_key_sealed", "uuid-a", "uuid-a")


def test_what_is_sealed_comes_back() -> None:
    ring = Ring({"k1": OLD})
    assert ring.unseal(ring.seal(Secret("päss\n'"), ALICE), ALICE).reveal() == "päss\n'"


def test_a_token_names_its_version_and_key_and_shows_nothing_else() -> None:
    token = Ring({"k1": OLD}).seal(Secret("AKIAIOSFODNN7EXAMPLE"), ALICE)
    version, kid, nonce, data = token.split("|")
    assert (version, kid) == ("v1", "k1")
    assert len(base64.urlsafe_b64decode(nonce + "=" * (-len(nonce) % 4))) == 12
    assert "AKIA" not in token and data


def test_the_same_secret_sealed_twice_looks_different() -> None:
    ring = Ring({"k1": OLD})
    assert ring.seal(Secret("a"), ALICE) != ring.seal(Secret("a"), ALICE)


@pytest.mark.parametrize(
    "other",
    [
        Owner("drafts", "secret_access_key_sealed", "uuid-a", "uuid-a"),
        Owner("credentials", "access_key_id_sealed", "uuid-a", "uuid-a"),
        Owner("credentials", "secret_access_key_sealed", "uuid-b", "uuid-a"),
        Owner("credentials", "secret_access_key_sealed", "uuid-a", "uuid-b"),
    ],
)
def test_a_token_copied_to_another_place_stays_shut(other: Owner) -> None:
    ring = Ring({"k1": OLD})
    with pytest.raises(Locked):
        ring.unseal(ring.seal(Secret("s3cret"), ALICE), other)


def test_a_key_of_the_same_name_with_other_bytes_does_not_open_it() -> None:
    token = Ring({"k1": OLD}).seal(Secret("s3cret"), ALICE)
    with pytest.raises(Locked, match="k1"):
        Ring({"k1": NEW}).unseal(token, ALICE)


def test_a_missing_key_is_named() -> None:
    token = Ring({"k1": OLD}).seal(Secret("s3cret"), ALICE)
    with pytest.raises(Locked, match="k1, which is not in the key ring"):
        Ring({"k2": NEW}).unseal(token, ALICE)


def test_relabelling_a_token_with_another_key_id_does_not_open_it() -> None:
    token = Ring({"k1": OLD}).seal(Secret("s3cret"), ALICE).replace("|k1|", "|k2|")
    with pytest.raises(Locked):
        Ring({"k2": OLD, "k1": OLD}).unseal(token, ALICE)


def test_the_newest_key_seals_and_the_older_one_still_opens() -> None:
    before = Ring({"k1": OLD}).seal(Secret("s3cret"), ALICE)
    both = Ring({"k2": NEW, "k1": OLD})
    assert both.seal(Secret("x"), ALICE).startswith("v1|k2|")
    assert both.unseal(before, ALICE).reveal() == "s3cret"


@given(st.integers(min_value=0), st.sampled_from("Aa0_-|"))
def test_a_token_with_any_character_changed_stays_shut(place: int, letter: str) -> None:
    ring = Ring({"k1": OLD})
    token = ring.seal(Secret("s3cret"), ALICE)
    place %= len(token)
    changed = token[:place] + letter + token[place + 1 :]
    if changed != token:
        with pytest.raises(Locked):
            ring.unseal(changed, ALICE)


@pytest.mark.parametrize(
    "token", ["", "v1", "v2|k1|AAAA|BBBB", "v1|k1|!!|??", "v1|k1|AAAA|BBBB", "plain text", "v1|k1||"]
)
def test_what_is_no_token_of_ours_is_locked_not_a_crash(token: str) -> None:
    with pytest.raises(Locked):
        Ring({"k1": OLD}).unseal(token, ALICE)


def test_no_two_owners_spell_the_same_bytes() -> None:
    tricky = [
        Owner("a", "b", "c", "d"), Owner("a", "b", "c|d", ""), Owner("a", "b|c", "d", ""), Owner("a|b", "c", "d", ""),
        Owner("a", 'b","c', "", "d"), Owner("", "a", "b", "cd"), credential("u", "c"), callback("u", "c"), draft("u", "c"),
    ]  # fmt: skip
    assert len({owner.bound_to("v1|k1") for owner in tricky}) == len(tricky)


def entry(kid: str, key: bytes) -> str:
    return f"{kid}:{base64.b64encode(key).decode()}"


def test_a_ring_is_read_newest_first_from_commas_or_lines() -> None:
    assert read(f"{entry('k2', NEW)},{entry('k1', OLD)}", "X").ids == ["k2", "k1"]
    assert read(f"{entry('k2', NEW)}\n{entry('k1', OLD)}\n", "X").newest == "k2"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "holds no key"),
        (base64.b64encode(OLD).decode(), "no key id"),
        ("k1:n()t-b4se64!", "not base64"),
        (entry("k1", OLD[:16]), "must be 32 bytes; it is 16"),
        (f"{entry('k1', OLD)},{entry('k1', NEW)}", "stands twice"),
        (entry("bad|id", OLD), "no key id"),
    ],
)
def test_a_ring_that_cannot_be_read_says_why_and_never_shows_the_key(text: str, says: str) -> None:
    with pytest.raises(BadInput, match=says) as refused:
        read(text, "SES_DESK_VAULT_KEYS")
    assert "SES_DESK_VAULT_KEYS" in str(refused.value)
    for part in text.split(":")[1:]:
        assert part[:10] not in str(refused.value)
