"""Subjects are repaired, headers cannot be injected, and every mail is 7-bit."""

import email
import email.header
import email.policy
import email.utils

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.connect.headers import encoded, mailbox
from core.connect.letter import Letter, address, mime, repair_subject, write
from core.errors import BadInput

CRLF = ["a\r\nBcc: x@example.org", "a\nb", "a\rb", "a\u2028b", "a\u2029b", "a\x85b", "a\x0bb", "a\x0cb"]


def letter(subject: str = "Hello", name: str = "", body: str = "Text") -> Letter:
    return write("news@example.com", name, "you@example.org", subject, body)


def read(one: Letter) -> email.message.EmailMessage:
    return email.message_from_bytes(mime(one), policy=email.policy.default)  # type: ignore[return-value]


def shown_from(raw: bytes) -> tuple[str, str]:
    """As a mail program shows the sender. (The newer parser of Python keeps the blanks between encoded words.)"""
    said = str(email.message_from_bytes(raw)["From"]).replace("\r\n", "")
    name, bare = email.utils.parseaddr(said)
    return str(email.header.make_header(email.header.decode_header(name))), bare


@pytest.mark.parametrize("subject", CRLF)
def test_a_line_break_in_the_subject_becomes_a_blank_and_adds_no_header(subject: str) -> None:
    repaired = repair_subject(subject)
    assert (
        " " in repaired.text and len(repaired.text.splitlines()) == 1 and "Line breaks" in repaired.repairs[0]
    )
    made = read(letter(subject))
    assert made["Bcc"] is None and made["Subject"] == repaired.text


@pytest.mark.parametrize(
    ("typed", "sent"),
    [
        ("  two   blanks ", "two blanks"), ("tab\there", "tab here"), ("nul\x00bell\x07", "nulbell"),
        ("\u202eover\u202c", "over"), ("non\u00a0\u00a0breaking", "non breaking"), ("Straße ☕", "Straße ☕"),
        ("\u2067x\u2069", "x"), ("wide\u3000blank", "wide blank"), ("\ud800lone", "lone"),
    ],
)  # fmt: skip
def test_what_breaks_a_subject_is_repaired_and_said(typed: str, sent: str) -> None:
    repaired = repair_subject(typed)
    assert repaired.text == sent
    assert bool(repaired.repairs) == (typed != sent)


def test_a_good_subject_stays_as_it_is() -> None:
    assert repair_subject("Your order has shipped").repairs == ()


@pytest.mark.parametrize("typed", ["", "  \r\n ", "\u202e\x00", "x" * 701])
def test_an_empty_or_endless_subject_is_refused_at_its_field(typed: str) -> None:
    with pytest.raises(BadInput) as refused:
        repair_subject(typed)
    assert refused.value.field == "subject"


@settings(deadline=None)
@given(st.text(min_size=1, max_size=300), st.text(max_size=100))
def test_any_subject_and_name_arrive_as_they_were_repaired(subject: str, name: str) -> None:
    try:
        one = letter(subject, name)
    except BadInput:
        return
    raw = mime(one)
    assert raw.isascii() and max(map(len, raw.split(b"\r\n"))) <= 998 and b"\r\n\r\n" in raw
    made = read(one)
    assert sorted(set(made.keys())) == sorted(made.keys())
    assert str(made["Subject"]) == one.subject.text
    assert shown_from(raw) == (one.display_name, "news@example.com")


@settings(deadline=None)
@given(st.text(alphabet=st.characters(blacklist_categories=("Cs",)), max_size=2000))
def test_any_body_arrives_and_is_seven_bit(body: str) -> None:
    try:
        one = letter(body=body)
    except BadInput:
        return
    raw = mime(one)
    assert (
        raw.isascii()
        and b"\n.\r\n" not in raw.replace(b"\r\n.\r\n", b"")
        and max(map(len, raw.split(b"\r\n"))) < 200
    )
    assert read(one).get_content().replace("\r\n", "\n") == one.body


def test_encoded_words_are_short_and_never_cut_a_character() -> None:
    for word in encoded("日本語の件名" * 20).split(" "):
        assert len(word) <= 75
        str(email.header.make_header(email.header.decode_header(word)))
    assert mailbox('Shop "A", Ltd', "a@example.com") == '"Shop \\"A\\", Ltd" <a@example.com>'
    assert mailbox("", "a@example.com") == "a@example.com"


@pytest.mark.parametrize(
    "typed",
    ["", "x", "a@", "@example.com", "a b@example.com", "a@example.com\r\nBcc: b@example.com", "a@example.com,b@example.com",
     "A <a@example.com>", "ä@example.com", "a@localhost", "a@[127.0.0.1]", "a@-x.com", "a" * 330 + "@example.com", "a\x00@example.com"],
)  # fmt: skip
def test_a_bad_address_is_refused_at_its_field(typed: str) -> None:
    with pytest.raises(BadInput) as refused:
        address(typed, "recipient")
    assert refused.value.field == "recipient"


def test_a_domain_in_another_script_goes_as_punycode() -> None:
    assert address(" me@exämple.com ", "recipient") == "me@xn--exmple-cua.com"
    assert (
        address("bounce+label@simulator.amazonses.com", "recipient") == "bounce+label@simulator.amazonses.com"
    )
