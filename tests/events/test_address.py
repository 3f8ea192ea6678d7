"""Addresses and providers."""

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
    ],
)
def test_an_address_has_one_form(written: str, bare: str) -> None:
    assert normalise(written) == bare


@given(st.text(max_size=80))
def test_any_text_has_a_form_and_keeps_it(text: str) -> None:
    once = normalise(text)
    assert len(once.encode("utf-8", "surrogatepass")) <= 320
    assert normalise(once) == normalise(once)


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
