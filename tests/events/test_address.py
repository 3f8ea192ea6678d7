"""Addresses and providers."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.events.address import domain_of, normalise
from core.events.providers import provider_of


@pytest.mark.parametrize(
    ("written", "bare"),
    [
        ("User@Example.COM", "user@example.com"),
        ("Alice Doe <alice@example.com>", "alice@example.com"),
        ('"Doe, Alice" <Alice@Example.com>', "alice@example.com"),
        ("<a@example.com>", "a@example.com"),
        ("rfc822;a@example.com", "a@example.com"),
        (" a@example.com ", "a@example.com"),
        ("a@bücher.example", "a@xn--bcher-kva.example"),
        ("a@BÜCHER.example", "a@xn--bcher-kva.example"),
        ("a@xn--bcher-kva.example", "a@xn--bcher-kva.example"),
        ("a@faß.example", "a@xn--fa-hia.example"),
        ("a@example.com.", "a@example.com"),
        ("a+tag@example.com", "a+tag@example.com"),
        ("MAILER-DAEMON", "mailer-daemon"),
        ("Alice@home <alice@example.com>", "alice@example.com"),
        ("Alice [Sales] <alice@example.com>", "alice@example.com"),
        ("Doe, Alice <alice@example.com>", "alice@example.com"),
        ("Al;ice: <alice@example.com>", "alice@example.com"),
        ('O"Neil <alice@example.com>', "alice@example.com"),
        ('"x <b@c" <alice@example.com>', "alice@example.com"),
        ("Jürgen, «J» <j@bücher.example>", "j@xn--bcher-kva.example"),
        ("Alice (Sales) < alice@example.com >", "alice@example.com"),
        ("Alice@home <alice@example.com (work)>", "alice@example.com"),
        ("Alice, <<alice@example.com>>", "alice@example.com"),
        ("Alice, <user@[192.0.2.1]>", "user@[192.0.2.1]"),
        ("rfc822; Alice, <alice@example.com>", "alice@example.com"),
        ("<rfc822;alice@example.com>", "alice@example.com"),
        ('"a>b"@example.com', '"a>b"@example.com'),
        ('"<b@example.com>"@example.org', '"<b@example.com>"@example.org'),
        ('<"a>b"@example.com>', '"a>b"@example.com'),
        ('Alice, <"a <b@c> d"@example.com>', '"a <b@c> d"@example.com'),
        ("Alice <alice>", "alice"),
        ("Alice <alice@example.com", "alice@example.com"),
    ],
)
def test_an_address_has_one_form(written: str, bare: str) -> None:
    assert normalise(written) == bare


LOCALS = st.one_of(
    st.from_regex(r"[a-z0-9!#$%&'*+/=?^_`{|}~.-]{1,20}", fullmatch=True),
    st.text(st.characters(codec="utf-8", categories=("Ll", "Lo", "Nd")), min_size=1, max_size=20),
    st.from_regex(r'"([a-z <>@,;:.()\[\]]|\\[\\"]){0,20}"', fullmatch=True),
)
DOMAINS = st.sampled_from(["example.com", "bücher.example", "[192.0.2.1]", "a-b.example.org"])


@given(st.text(st.characters(codec="utf-8", exclude_characters="<"), max_size=40), LOCALS, DOMAINS)
def test_whatever_name_stands_before_it_an_address_is_the_same(name: str, local: str, domain: str) -> None:
    bare = f"{local}@{domain}"
    assert normalise(f"{name} <{bare}>") == normalise(bare)
    assert normalise(f"<{bare}>") == normalise(bare)
    assert normalise(f"{name} <<{bare}>>") == normalise(bare)


@given(st.text(max_size=80))
def test_any_text_has_a_form_and_keeps_it(text: str) -> None:
    once = normalise(text)
    assert len(once.encode("utf-8", "surrogatepass")) <= 320
    assert normalise(once) == normalise(once)


@pytest.mark.parametrize("piece", ['<\\"', '<"', "<@", "<", ">", "<@b", '<""', '"'])
def test_no_text_takes_long(piece: str) -> None:
    began = time.process_time()
    normalise(piece * 50_000 + ">")
    assert time.process_time() - began < 5


def test_two_endless_addresses_stay_two() -> None:
    assert normalise("a" * 5000 + "1@x.example") != normalise("a" * 5000 + "2@x.example")


@pytest.mark.parametrize(
    ("domain", "provider"),
    [("gmail.com", "google"), ("googlemail.com", "google"), ("outlook.com", "microsoft"), ("hotmail.co.uk", "microsoft"),
     ("live.fr", "microsoft"), ("msn.com", "microsoft"), ("yahoo.co.jp", "yahoo"), ("aol.com", "yahoo"),
     ("icloud.com", "apple"), ("me.com", "apple"), ("example.com", "other"), ("yahoo.evil.example", "other"),
     ("notgmail.com", "other"), ("", "other")],
)  # fmt: skip
def test_a_domain_has_its_provider(domain: str, provider: str) -> None:
    assert provider_of(domain) == provider


def test_the_domain_is_after_the_last_at() -> None:
    assert (domain_of('"a@b"@c.example'), domain_of("nobody")) == ("c.example", "")
