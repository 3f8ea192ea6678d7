"""Everything that "Check a mail" can say is said of a real mail here, and a word that no mail reaches fails the last test."""

import base64
from collections.abc import Callable
from typing import Any

import pytest
from signing import BODY, ed25519_key, expired, publish, rsa_key, short_key, signed, told

from core.letters.draft import draft
from core.letters.examine import Examined, after, before
from core.letters.point import table
from core.letters.timebox import TimeBox, timebox

HEAD = b"From: Shop <news@example.com>\r\nTo: you@example.net\r\nDate: Tue, 24 Nov 2026 08:00:00 +0000\r\n"
UNSUBSCRIBE = b"List-Unsubscribe: <https://example.com/u>\r\n"
ONE_CLICK = b"List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n"


def html(body: str, subject: str = "Hello", text: str = "Hello", sender: str = "news@example.com") -> bytes:
    """A draft as the page makes it."""
    return draft(subject, sender, text, body)


def with_head(head: bytes, body: bytes = b"Hello\r\n") -> bytes:
    """A mail with these header lines more."""
    return HEAD + head + b"\r\n" + body


def part(head: str, body: bytes = b"Hello\r\n") -> bytes:
    """A mail of one part with these MIME headers."""
    return with_head(b"Subject: Hello\r\n" + head.encode() + b"\r\n", body)


def nested(depth: int) -> bytes:
    """Containers inside containers."""
    heads = (b'Content-Type: multipart/mixed; boundary="b%d"\r\n\r\n--b%d\r\n' % (n, n) for n in range(depth))
    return HEAD + b"Subject: deep\r\n" + b"".join(heads) + b"\r\ninner"


def many(count: int) -> bytes:
    """That many parts."""
    return (
        HEAD + b'Content-Type: multipart/mixed; boundary="b"\r\n\r\n' + b"--b\r\n\r\nx\r\n" * count + b"--b--"
    )


def over() -> TimeBox:
    """A box whose time is over."""
    return timebox(-1, lambda: 0.0)


BEFORE: dict[str, Callable[[], bytes]] = {
    "subject-missing": lambda: with_head(b""),
    "subject-breaks": lambda: html("<p>x</p>", "Hello\nBcc: all@example.com"),
    "subject-blanks": lambda: html("<p>x</p>", "Hello    there"),
    "subject-hidden": lambda: html("<p>x</p>", "Hel\u200blo \u202ethere"),
    "subject-long": lambda: html("<p>x</p>", "word " * 20 + "end"),
    "subject-raw": lambda: with_head("Subject: Grüße\r\n".encode()),
    "subject-good": lambda: html("<p>x</p>"),
    "charset-missing": lambda: part(
        "Content-Type: text/plain\r\nContent-Transfer-Encoding: 8bit", "Grüße".encode()
    ),
    "charset-unknown": lambda: part("Content-Type: text/plain; charset=klingon"),
    "charset-wrong": lambda: part(
        "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit", b"Gr\xfc\xdfe"
    ),
    "eight-bit": lambda: part("Content-Type: text/plain; charset=utf-8", "Grüße".encode()),
    "line-long": lambda: part("Content-Type: text/plain", b"x" * 999),
    "travel-good": lambda: html("<p>x</p>"),
    "text-missing": lambda: html("<p>Hello</p>", text=""),
    "text-empty": lambda: with_head(b"Subject: Hello\r\n", b"\r\n"),
    "text-good": lambda: html("<p>Hello</p>"),
    "clipped": lambda: html("<p>" + "word " * 25_000 + "</p>"),
    "clipped-nearly": lambda: html("<p>" + "word " * 19_000 + "</p>"),
    "clip-good": lambda: html("<p>Hello</p>"),
    "links-plain": lambda: html('<a href="http://example.com/">our offers</a>'),
    "images-plain": lambda: html('<img src="http://example.com/a.png" alt="A hat">'),
    "images-mute": lambda: html('<img src="https://example.com/a.png">'),
    "links-hidden": lambda: html('<a href="https://evil.example/">www.example.com</a>'),
    "links-good": lambda: html('<a href="https://example.com/">www.example.com</a>'),
    "active": lambda: html("<form><input></form>"),
    "unsubscribe-missing": lambda: html("<p>x</p>"),
    "unsubscribe-many": lambda: with_head(b"List-Unsubscribe: <mailto:u@example.com>\r\n"),
    "unsubscribe-good": lambda: with_head(UNSUBSCRIBE + ONE_CLICK),
    "from-missing": lambda: b"To: you@example.net\r\nSubject: Hello\r\n\r\nHello\r\n",
    "from-many": lambda: with_head(b"From: b@example.org\r\nSubject: Hello\r\n"),
    "from-free": lambda: html("<p>x</p>", sender="shop@gmail.com"),
    "from-other": lambda: html("<p>x</p>", sender="news@elsewhere.example"),
    "from-shown": lambda: with_head(b"").replace(b"Shop <", b'"boss@bank.example" <'),
    "from-good": lambda: html("<p>x</p>"),
    "date-missing": lambda: b"From: news@example.com\r\nSubject: Hello\r\n\r\nHello\r\n",
    "attachment-risky": lambda: part('Content-Type: application/x; name="bill.exe"'),
    "size-large": lambda: part("Content-Type: application/pdf", b"x" * 76 + b"\r\n" * 6_000_000),
    "headers-huge": lambda: with_head(b"X-Loop: again\r\n" * 1_001),
    "headers-broken": lambda: with_head(b"Subject: Hello\r\nthis is no header\r\n"),
    "boundary-missing": lambda: part("Content-Type: multipart/mixed"),
    "boundary-open": lambda: many(2).removesuffix(b"--b--"),
    "layers-many": lambda: nested(9),
    "parts-many": lambda: many(101),
    "text-huge": lambda: part("Content-Type: text/plain", b"word\r\n" * 400_000),
    "encoding-broken": lambda: part(
        "Content-Type: text/plain\r\nContent-Transfer-Encoding: base64", b"QUJDR"
    ),
    "look-late": lambda: html("<div>" * 100_000),
}


@pytest.mark.parametrize("key", BEFORE)
def test_it_is_said_of_a_mail_that_is_not_sent_yet(key: str) -> None:
    says(before(BEFORE[key](), "example.com"), key)


def sign_and(names: Any, **more: Any) -> bytes:
    """A mail whose key is published."""
    publish(names, rsa_key().record)
    return signed(rsa_key(), **more)


def key_is(names: Any, record: str) -> bytes:
    """A signed mail whose key is published as this."""
    publish(names, record)
    return signed(rsa_key())


def silent(names: Any, name: str) -> bytes:
    """A signed mail, and a name server that does not answer for this name."""
    raw = sign_and(names)
    names.resolver.trouble[name] = "SERVFAIL"
    return raw


def policy_is(names: Any, record: str) -> bytes:
    """A signed mail of a domain with this policy, or none."""
    raw = sign_and(names)
    names.publish("_dmarc.example.com", "TXT", *([record] if record else []))
    return raw


def spf(result: str, domain: str = "bounce.example.com") -> Callable[[Any], bytes]:
    """A mail with the receiver's word on SPF."""
    return lambda names: told(BODY, f"spf={result} smtp.mailfrom={domain}")


def foreign(names: Any, domain: str) -> bytes:
    """Signed, rightly, by another domain."""
    publish(names, rsa_key().record, domain)
    return signed(rsa_key(), domain=domain)


def weak(names: Any) -> bytes:
    publish(names, short_key().record)
    return signed(short_key())


AFTER: dict[str, Callable[[Any], bytes]] = {
    "dkim-none": lambda names: BODY,
    "dkim-passed": sign_and,
    "dkim-amazon": lambda names: foreign(names, "amazonses.com"),
    "dkim-other": lambda names: foreign(names, "other.example"),
    "dkim-body-changed": lambda names: sign_and(names) + b"-- \r\na footer\r\n",
    "dkim-headers-changed": lambda names: sign_and(names).replace(b": Hello", b": [list] Hello"),
    "dkim-key-gone": lambda names: signed(rsa_key()),
    "dkim-key-withdrawn": lambda names: key_is(names, "v=DKIM1; p="),
    "dkim-key-unasked": lambda names: silent(names, "s1._domainkey.example.com"),
    "dkim-key-broken": lambda names: key_is(names, "v=DKIM1; k=rsa; p=bm90aGluZw=="),
    "dkim-weak": weak,
    "dkim-expired": lambda names: key_is(names, rsa_key().record) and expired(rsa_key()),
    "dkim-malformed": lambda names: b"DKIM-Signature: v=1; d=example.com; s=s1\r\n" + BODY,
    "dkim-too-much": lambda names: sign_and(names) + b"\n" * 1_000_001,
    "dkim-part": lambda names: sign_and(names, length=True),
    "dkim-many": lambda names: b"DKIM-Signature: v=1; d=example.com; s=s1\r\n" * 7 + BODY,
    "spf-passed": spf("pass"),
    "spf-other": spf("pass", "amazonses.com"),
    "spf-failed": spf("softfail"),
    "spf-none": spf("none"),
    "spf-broken": spf("permerror"),
    "spf-unsaid": lambda names: BODY,
    "dmarc-passed": sign_and,
    "dmarc-failed": spf("fail"),
    "dmarc-unknown": lambda names: BODY,
    "dmarc-record": lambda names: policy_is(names, "v=DMARC1; p=quarantine"),
    "dmarc-record-none": lambda names: policy_is(names, "v=DMARC1; p=none"),
    "dmarc-missing": lambda names: policy_is(names, ""),
    "dmarc-unasked": lambda names: silent(names, "_dmarc.example.com"),
    "told-passed": spf("pass"),
    "told-failed": spf("fail"),
    "told-unsure": spf("none"),
    "told-nothing": lambda names: BODY,
    "told-differs": lambda names: told(signed(ed25519_key()), "dkim=pass header.d=example.com"),
    "told-changed": lambda names: told(sign_and(names), "dkim=pass header.i=@example.com") + b"more\r\n",
    "arc-passed": lambda names: b"ARC-Seal: i=1; a=rsa-sha256; d=lists.example; cv=none; b=x\r\n" + BODY,
    "arc-failed": lambda names: b"ARC-Seal: i=2; a=rsa-sha256; d=lists.example; cv=fail; b=x\r\n" + BODY,
    "spam-marked": lambda names: b"X-Spam-Status: Yes, score=9.1 required=5.0\r\n" + BODY,
}


@pytest.mark.parametrize("key", AFTER)
def test_it_is_said_of_a_mail_that_arrived(names: Any, key: str) -> None:
    says(after(AFTER[key](names), way=names.way), key)


def pasted(names: Any) -> Examined:
    return after(sign_and(names).replace(b"Good", b"Good "), pasted=True, way=names.way)


OTHERWISE: dict[str, Callable[[Any], Examined]] = {
    "dkim-copied": pasted,
    "lint-late": lambda names: before(BODY, box=over()),
}


@pytest.mark.parametrize("key", OTHERWISE)
def test_it_is_said_of_a_paste_or_when_the_time_is_over(names: Any, key: str) -> None:
    says(OTHERWISE[key](names), key)


def says(examined: Examined, key: str) -> None:
    """That this is among what is said, in whole words."""
    said = [*examined.points, *(examined.verdict.points if examined.verdict else [])]
    assert key in {each.key for each in said}
    for each in said:
        assert "{" not in each.title + each.meaning + "".join(each.steps) and each.title and each.meaning


def test_nothing_can_be_said_that_no_mail_here_reaches() -> None:
    assert set(table()) == {*BEFORE, *AFTER, *OTHERWISE}


def test_a_good_mail_has_nothing_to_fix() -> None:
    raw = draft("Our autumn offers", "news@example.com", "Hello", '<p>Hello <a href="https://x.example/">offers</a></p>', True)  # fmt: skip
    assert {each.state for each in before(raw, "example.com").points} == {"ok"}


def test_a_personal_mail_needs_no_unsubscribe_link() -> None:
    assert "unsubscribe-missing" not in {each.key for each in before(html("<p>x</p>"), bulk=False).points}


def test_text_that_a_list_added_below_an_encoded_part_is_told() -> None:
    for encoding, body in (("base64", b"SGVsbG8=\r\n-- a list!"), ("quoted-printable", b"a=3Db=C3=A9 =zz")):
        raw = part(f"Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: {encoding}", body)
        assert "encoding-broken" in {each.key for each in before(raw).points}
    soft = b"a line that=\r\n goes on =3D\r\n="
    raw = part("Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable", soft)
    assert "encoding-broken" not in {each.key for each in before(raw).points}


def test_of_a_mail_that_arrived_only_one_to_many_people_wants_an_unsubscribe_link(names: Any) -> None:
    many = b"Feedback-ID: 1.eu-west-1.x:AmazonSES\r\n" + BODY
    said = [{each.key for each in after(raw, way=names.way).points} for raw in (BODY, many)]
    assert ["unsubscribe-missing" in each for each in said] == [False, True]


def test_base64_and_quoted_printable_are_read_as_the_text_they_are() -> None:
    raw = part(
        "Content-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: base64",
        base64.encodebytes(b'<a href="http://example.com">x</a>'),
    )
    assert "links-plain" in {each.key for each in before(raw).points}
