"""The report to copy holds what helps, and no secret and nobody's address, whatever the lines say."""

import string

from hypothesis import given, settings
from hypothesis import strategies as st

from core.diagnosis import Context, explain, finding
from core.doctor.line import Line
from core.doctor.report import masked, report

LOCAL = st.text(string.ascii_letters + string.digits + "!#$%&'*+-/=?^_`{|}~.éü中", min_size=1, max_size=30)
DOMAIN = st.sampled_from(["example.com", "sub.example.org", "xn--bcher-kva.example"])
KEY, SECRET = "AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"


def lines(said: str) -> list[Line]:
    about = finding("in-sandbox", {"who": said}, "eu-west-1")
    refused = explain(ValueError(said), Context(region="eu-west-1", from_address=said, to_address=said))
    return [
        Line("keys", "who", said, "fail", said, refused),
        Line("account", "account", "Account", "warn", said, about, facts={"who": said}),
    ]


@settings(deadline=None)
@given(LOCAL, DOMAIN, st.sampled_from(["{}", "from {} to", "<{}>", "'{}'", "mailto:{},", "x={};", "({})"]))
def test_no_address_is_in_it(local: str, domain: str, around: str) -> None:
    address = f"Zq{local}Zq@{domain}"
    shown = report(lines(around.format(address)), "now", around.format(address))
    assert address not in shown and f"Zq@{domain}" not in shown


@settings(deadline=None)
@given(st.text(string.ascii_letters + string.digits + "/+", min_size=40, max_size=80))
def test_no_secret_or_key_id_is_in_it(secret: str) -> None:
    shown = report(lines(f"key {KEY} secret {secret} end"), "now", f"{KEY} {secret}")
    assert secret not in shown and KEY not in shown and "IOSFODNN7" not in shown


def test_a_quoted_local_part_and_an_encoded_at_are_masked_too() -> None:
    assert "john" not in masked('"john doe"@example.com') and "john" not in masked("john%40example.com")
    assert "john" not in masked("john＠example.com") and SECRET not in masked(SECRET)


def test_it_says_what_was_found_whose_and_what_to_do() -> None:
    shown = report(
        [Line("account", "account", "Account", "warn", "In the sandbox.", finding("in-sandbox"))], "today"
    )
    assert "LOOK Account: In the sandbox." in shown and "in-sandbox" in shown and "1. " in shown
    assert "Account" in shown.splitlines()[3] and "today" in shown


def test_an_account_number_keeps_its_last_four_digits() -> None:
    assert masked("Account 123456789012, as ses-desk.") == "Account …9012, as ses-desk."
