"""A link says nothing to a stranger, is the same each time, and no other one opens."""

import base64
import random
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core import keyring
from core.errors import BadInput, Unavailable
from core.links import Link, LinkKeys, LinkRing, made, place_of
from core.settings import Settings
from core.store.engine import Store

OLD, NEW = bytes(range(32)), bytes(range(32, 64))
RING = LinkRing({"k1": OLD})
SHOP = place_of("11111111-2222-4333-8444-555555555555")
ADA = Link(SHOP, "ada@example.com", "news")


def test_a_link_says_the_same_each_time_and_opens_again() -> None:
    assert RING.make(ADA) == RING.make(ADA)
    assert RING.open(RING.make(ADA)) == ADA


@given(
    st.text(max_size=300).filter(lambda s: "\0" not in s and s.isprintable()), st.sampled_from(["", "news"])
)
def test_whatever_an_address_is_it_comes_back(local: str, group: str) -> None:
    link = Link(SHOP, f"{local[:80]}@example.com", group)
    assert RING.open(RING.make(link)) == link


def test_the_address_stands_nowhere_in_a_link_in_any_spelling() -> None:
    token = RING.make(ADA)
    raw = base64.urlsafe_b64decode(token.split(".")[1] + "==")
    for spelled in (
        b"ada",
        b"example",
        b"news",
        base64.b64encode(b"ada@example.com")[:12],
        b"ada@example.com".hex().encode(),
    ):
        assert spelled not in token.encode() and spelled not in raw


def test_the_length_of_a_link_tells_no_letter_of_the_address() -> None:
    assert len({len(RING.make(Link(SHOP, f"{'a' * n}@example.com"))) for n in range(1, 9)}) <= 2


def test_links_of_other_people_groups_and_connections_differ() -> None:
    links = [
        ADA,
        Link(SHOP, "bob@example.com", "news"),
        Link(SHOP, "ada@example.com"),
        Link(place_of("b"), "ada@example.com", "news"),
    ]
    assert len({RING.make(link) for link in links}) == 4


def test_of_a_hundred_thousand_flipped_bits_none_makes_another_valid_link() -> None:
    chance = random.Random(8058)
    tokens = [RING.make(Link(SHOP, f"person{n}@example.com", "news")) for n in range(50)]
    valid = 0
    for n in range(100_000):
        token = bytearray(tokens[n % 50].encode())
        token[chance.randrange(len(token))] ^= 1 << chance.randrange(8)
        valid += RING.open(token.decode("latin-1")) is not None
    assert valid == 0


def test_every_single_bit_of_what_is_sealed_counts() -> None:
    kid, text = RING.make(ADA).split(".")
    raw = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    for place in range(len(raw) * 8):
        flipped = bytearray(raw)
        flipped[place // 8] ^= 1 << place % 8
        assert RING.open(f"{kid}.{base64.urlsafe_b64encode(bytes(flipped)).decode().rstrip('=')}") is None


def test_a_link_has_one_spelling() -> None:
    token = RING.make(ADA)
    for other in (
        token + "=",
        token + "==",
        token + "A",
        token + "\n",
        " " + token,
        token.replace(".", ".."),
        token[:-1],
        token.upper(),
    ):
        assert RING.open(other) is None
    kid, text = token.split(".")
    last = [
        RING.open(f"{kid}.{text[:-1]}{c}")
        for c in "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    ]
    assert len([each for each in last if each]) == 1


@pytest.mark.parametrize(
    "junk",
    ["", "x", ".", "k1.", "k1.!!", "k1." + "A" * 60, "k1." + "A" * 10_000, "é." + "A" * 60, "k9." + "A" * 86],
)
def test_junk_is_nobodys_link(junk: str) -> None:
    assert RING.open(junk) is None


def test_older_keys_still_open_and_the_newest_makes() -> None:
    before = RING.make(ADA)
    both = LinkRing({"k2": NEW, "k1": OLD})
    assert both.open(before) == ADA
    assert both.make(ADA).startswith("k2.") and both.open(both.make(ADA)) == ADA
    assert LinkRing({"k2": NEW}).open(before) is None


def test_a_link_relabelled_with_another_key_stays_shut() -> None:
    token = RING.make(ADA).replace("k1.", "k2.")
    assert LinkRing({"k2": OLD, "k1": OLD}).open(token) is None


def test_headers_hold_the_two_lines_of_rfc_8058() -> None:
    link = made("https://mail.example.com/", "k1.abc")
    assert link.url == "https://mail.example.com/unsubscribe/k1.abc"
    assert link.headers == {
        "List-Unsubscribe": "<https://mail.example.com/unsubscribe/k1.abc>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }


def test_a_page_hosted_elsewhere_gets_the_token_and_the_header_stays_ours() -> None:
    link = made("https://mail.example.com", "k1.abc", "https://brand.example/bye.html")
    assert link.url == "https://brand.example/bye.html?t=k1.abc"
    assert link.headers["List-Unsubscribe"] == "<https://mail.example.com/unsubscribe/k1.abc>"


def test_without_a_public_url_no_link_is_made() -> None:
    with pytest.raises(Unavailable, match="SES_DESK_PUBLIC_URL"):
        made("", "k1.abc")


def settings(folder: Path, **more: object) -> Settings:
    return Settings(_env_file=None, data_dir=folder, **{"link_keys": None, **more})  # type: ignore[arg-type]


def test_the_key_file_is_made_on_first_use_for_its_owner_alone(sqlite_store: Store, tmp_path: Path) -> None:
    keys = LinkKeys(sqlite_store, settings(tmp_path / "d"))
    assert keys.for_opening().ids == [] and not (tmp_path / "d" / "link.keys").exists()
    token = keys.for_making().make(ADA)
    file = tmp_path / "d" / "link.keys"
    assert file.stat().st_mode & 0o777 == 0o600
    assert LinkKeys(sqlite_store, settings(tmp_path / "d")).for_opening().open(token) == ADA


def test_a_new_key_in_the_file_is_taken_without_a_restart(sqlite_store: Store, tmp_path: Path) -> None:
    keys = LinkKeys(sqlite_store, settings(tmp_path))
    before = keys.for_making().make(ADA)
    keyring.prepend(tmp_path / "link.keys")
    after = keys.for_making().make(ADA)
    assert before.split(".")[0] != after.split(".")[0]
    assert keys.for_opening().open(before) == keys.for_opening().open(after) == ADA


def test_a_key_file_that_is_gone_is_never_replaced_in_silence(sqlite_store: Store, tmp_path: Path) -> None:
    LinkKeys(sqlite_store, settings(tmp_path)).for_making()
    (tmp_path / "link.keys").unlink()
    for ask in (
        LinkKeys(sqlite_store, settings(tmp_path)).for_making,
        LinkKeys(sqlite_store, settings(tmp_path)).for_opening,
    ):
        with pytest.raises(Unavailable, match="is gone"):
            ask()
    assert not (tmp_path / "link.keys").exists()


def test_a_key_file_that_others_may_read_is_refused(sqlite_store: Store, tmp_path: Path) -> None:
    LinkKeys(sqlite_store, settings(tmp_path)).for_making()
    (tmp_path / "link.keys").chmod(0o644)
    with pytest.raises(Unavailable, match="chmod 600"):
        LinkKeys(sqlite_store, settings(tmp_path)).for_opening()


def test_the_environment_goes_before_the_file(sqlite_store: Store, tmp_path: Path) -> None:
    text = f"env:{base64.b64encode(NEW).decode()}"
    assert (
        LinkKeys(sqlite_store, settings(tmp_path, link_keys=text)).for_making().make(ADA).startswith("env.")
    )
    assert not (tmp_path / "link.keys").exists()


def test_links_never_take_a_key_of_the_vault(sqlite_store: Store, tmp_path: Path) -> None:
    text = f"k1:{base64.b64encode(NEW).decode()}"
    with pytest.raises(Unavailable, match="key of their own") as refused:
        LinkKeys(sqlite_store, settings(tmp_path, link_keys=text, vault_keys=text)).for_making()
    assert base64.b64encode(NEW).decode()[:10] not in str(refused.value)


def test_a_ring_that_is_none_is_said_by_its_name(sqlite_store: Store, tmp_path: Path) -> None:
    with pytest.raises(Unavailable, match="SES_DESK_LINK_KEYS"):
        LinkKeys(sqlite_store, settings(tmp_path, link_keys="k1:short")).for_making()
    with pytest.raises(BadInput):
        keyring.read("nothing", "SES_DESK_LINK_KEYS")
