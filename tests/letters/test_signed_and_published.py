"""Mail that was really signed, and mail that was really published: explained, never a traceback, a key that is gone not failed."""

import base64
from pathlib import Path
from typing import Any

import dkim
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from hypothesis import given, settings
from hypothesis import strategies as st

from core.errors import BadInput
from core.letters.examine import after, before

PUBLISHED = sorted((Path(__file__).parent / "published").glob("*.eml"))
BODY = (
    b"From: Shop <news@example.com>\r\nTo: you@example.net\r\nSubject: Hello\r\n"
    b"Date: Tue, 24 Nov 2026 08:00:00 +0000\r\nMessage-ID: <1@example.com>\r\n\r\nGood morning.\r\n"
)


@pytest.fixture(scope="module")
def pair() -> tuple[bytes, str]:
    """A private key in PEM, and the record that publishes the other half."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    pem = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.TraditionalOpenSSL,
        serialization.NoEncryption(),
    )
    public = key.public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    return pem, "v=DKIM1; k=rsa; p=" + base64.b64encode(public).decode()


def signed(pem: bytes, raw: bytes = BODY, domain: bytes = b"example.com", **more: Any) -> bytes:
    """The mail with a signature of selector s1."""
    return bytes(dkim.sign(raw, b"s1", domain, pem, **more)) + raw


def publish(names: Any, record: str, domain: str = "example.com") -> None:
    """The key, and a DMARC record, at every server of the test."""
    halves = [record[at : at + 200] for at in range(0, len(record), 200)]
    names.publish(f"s1._domainkey.{domain}", "TXT", halves)
    names.publish("_dmarc.example.com", "TXT", "v=DMARC1; p=reject")


def of_dkim(examined: Any) -> set[str]:
    """The states of everything said about DKIM."""
    return {point.state for point in dict(examined.verdict.groups)["DKIM"]}


SIGNED = {
    "simple": ({}, BODY, "ok"),
    "relaxed": ({"canonicalize": (b"relaxed", b"relaxed")}, BODY, "ok"),
    "mixed": ({"canonicalize": (b"relaxed", b"simple")}, BODY, "ok"),
    "a few headers": ({"include_headers": [b"from", b"subject"]}, BODY, "ok"),
    "folded": ({}, BODY.replace(b"Subject: Hello", b"Subject: Hello\r\n there"), "ok"),
    "long body": ({}, BODY + b"line\r\n" * 5_000, "ok"),
}


@pytest.mark.parametrize("name", SIGNED)
def test_a_good_signature_of_the_senders_domain_passes(
    names: Any, pair: tuple[bytes, str], name: str
) -> None:
    more, raw, state = SIGNED[name]
    publish(names, pair[1])
    found = after(signed(pair[0], raw, **more), way=names.way)
    assert found.verdict is not None and found.verdict.state == state, found.verdict.sentence
    assert found.verdict.sender == "example.com"


def test_a_changed_body_a_strange_domain_a_wrong_key_and_a_key_that_is_gone(
    names: Any, pair: tuple[bytes, str]
) -> None:
    publish(names, pair[1])
    changed = after(signed(pair[0]).replace(b"Good morning", b"Bad morning."), way=names.way)
    assert "fail" in of_dkim(changed) and "ok" not in of_dkim(
        changed
    )  # SPF, which nobody told, might still pass
    publish(names, pair[1], "other.example")
    strange = after(signed(pair[0], domain=b"other.example"), way=names.way)
    assert strange.verdict is not None and strange.verdict.state != "ok"
    other = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    public = other.public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    publish(names, "v=DKIM1; k=rsa; p=" + base64.b64encode(public).decode())
    wrong = after(signed(pair[0]), way=names.way)
    assert "fail" in of_dkim(wrong) and "ok" not in of_dkim(wrong)
    names.publish("s1._domainkey.example.com", "TXT")
    gone = after(signed(pair[0]), way=names.way)
    assert "fail" not in of_dkim(gone) and "unknown" in of_dkim(gone)


@pytest.mark.parametrize("file", PUBLISHED, ids=lambda file: file.stem)
def test_published_mail_is_explained(names: Any, file: Path) -> None:
    raw = file.read_bytes()
    linted = before(raw)
    assert all(point.title and point.meaning for point in linted.points)
    judged = after(raw, way=names.way)
    assert judged.verdict is not None and judged.verdict.sentence
    assert judged.verdict.state in ("ok", "warn", "fail", "unknown")
    dkim_points = dict(judged.verdict.groups).get("DKIM", ())
    if b"dkim-signature" in raw.lower():  # none of their keys is published here
        assert "ok" not in {point.state for point in dkim_points}


def test_there_are_twenty_published_mails_and_each_is_in_the_table() -> None:
    table = (Path(__file__).parent / "published" / "README.md").read_text()
    assert len(PUBLISHED) >= 20
    assert all(file.stem.split("-")[-1] in table for file in PUBLISHED)


def test_what_is_too_large_is_refused_in_a_sentence() -> None:
    with pytest.raises(BadInput):
        before(BODY + b"x" * (25 * 1024 * 1024 + 1))


def test_a_bomb_of_layers_is_bounded_and_said(names: Any) -> None:
    raw = b"inner"
    for number in range(300):
        mark = b"b%d" % number
        raw = b'Content-Type: multipart/mixed; boundary="%s"\r\n\r\n--%s\r\n%s\r\n--%s--\r\n' % (
            mark,
            mark,
            raw,
            mark,
        )
    found = before(b"From: a@example.com\r\nTo: b@example.com\r\nSubject: deep\r\n" + raw)
    assert "layers-many" in {each.key for each in found.points}


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=2_000))
def test_any_bytes_are_linted_or_refused(raw: bytes) -> None:
    try:
        assert before(raw).points is not None
    except BadInput as refused:
        assert refused.message
