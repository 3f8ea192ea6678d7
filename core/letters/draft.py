"""A mail that is not sent yet, as it would travel: the same way the tests are written."""

from email.message import EmailMessage
from email.policy import SMTP

from core.connect.headers import FOLD, encoded
from core.connect.letter import address
from core.errors import BadInput

MOST = 2_000_000  # characters of HTML or text


def draft(subject: str, sender: str, text: str, html: str, unsubscribe: bool = False) -> bytes:
    """The MIME message. The subject is taken as typed, so that what is wrong with it can be said. Raises BadInput."""
    if not text.strip() and not html.strip():
        raise BadInput("Write a text, or paste the HTML of the mail.", "text")
    if len(text) > MOST or len(html) > MOST:
        raise BadInput("That is more than two million characters. Mail programs show far less.", "html")
    body = EmailMessage(policy=SMTP)
    if text.strip():
        body.set_content(_printable(text), charset="utf-8", cte="quoted-printable")
    if html.strip() and text.strip():
        body.add_alternative(_printable(html), subtype="html", charset="utf-8", cte="quoted-printable")
    elif html.strip():
        body.set_content(_printable(html), subtype="html", charset="utf-8", cte="quoted-printable")
    lines = [
        f"From: {address(sender, 'from_address')}",
        "Date: Thu, 01 Jan 2026 00:00:00 +0000",
        f"Subject: {_subject(subject)}",
    ]
    if unsubscribe:
        lines += [
            "List-Unsubscribe: <https://unsubscribe.invalid/>",
            "List-Unsubscribe-Post: List-Unsubscribe=One-Click",
        ]
    return "\r\n".join(lines).encode("ascii") + b"\r\n" + body.as_bytes()


def _subject(subject: str) -> str:
    """As the tests encode it: line breaks and tabs in it survive, so that the lint can point at them."""
    return encoded(subject.encode("utf-8", "replace").decode(), FOLD)


def _printable(text: str) -> str:
    return "".join(c for c in text.encode("utf-8", "replace").decode() if c in "\n\t" or c >= " ").replace(
        "\x7f", ""
    )
