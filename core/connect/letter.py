"""A test mail: its subject repaired, its headers safe, its body 7-bit.

Amazon takes a subject with a line break in it without a word, and mail programs fold runs of blanks, so both are
caught here. Source: RFC 5322 §2.2, RFC 2047, "Sending raw email" in the SES developer guide.
"""

from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import SMTP

from email_validator import EmailNotValidError, validate_email

from core.connect.headers import FOLD, encoded, mailbox
from core.connect.subject import Subject, one_line, repair_subject
from core.errors import BadInput

__all__ = ["DRILL_TAG", "Letter", "Managed", "Subject", "mime", "repair_subject", "write"]

DRILL_TAG = ("ses-desk", "drill")
MOST_BODY = 100_000  # characters: a test, not a newsletter


@dataclass(frozen=True, slots=True)
class Managed:
    """Amazon's own subscription management: the contact list, and the topic on it ("" = the list as a whole)."""

    contact_list: str
    topic: str = ""

    @property
    def header(self) -> str:
        """How SMTP says it. Source: "Using subscription management", SES developer guide."""
        return f"{self.contact_list}; topic={self.topic}" if self.topic else self.contact_list


@dataclass(frozen=True, slots=True)
class Letter:
    """One mail to one person, ready for either transport. Make it with `write`, which checks every part."""

    sender: str  # bare address, domain in punycode
    display_name: str
    recipient: str  # bare address, domain in punycode
    subject: Subject
    body: str
    drill: bool = False  # carries the tag ses-desk=drill
    headers: tuple[tuple[str, str], ...] = ()  # more of ours: short names, plain values on one line
    managed: Managed | None = None

    @property
    def source(self) -> str:
        """The From header: the name encoded where it needs to be, then the address."""
        return mailbox(self.display_name, self.sender)


def write(
    sender: str, display_name: str, recipient: str, subject: str, body: str, drill: bool = False
) -> Letter:
    """A checked letter. Raises BadInput with the field that is wrong."""
    if len(body) > MOST_BODY:
        raise BadInput("The text is too long for a test. Keep it under 100,000 characters.", "body")
    if not body.strip():
        raise BadInput("Write a line of text.", "body")
    return Letter(
        address(sender, "from_address"),
        one_line(display_name)[:128],
        address(recipient, "recipient"),
        repair_subject(subject),
        "".join(c for c in body if c in "\n\t" or c >= " ").replace("\x7f", "")
        + ("" if body.endswith("\n") else "\n"),
        drill,
    )


def address(text: str, field: str) -> str:
    """A bare address Amazon can take: ASCII before the @, the domain in punycode. Raises BadInput with the field."""
    typed = text.strip()
    if not typed:
        raise BadInput("Type an e-mail address, such as you@example.com.", field)
    if len(typed) > 320:
        raise BadInput("That is too long for an e-mail address.", field)
    if any(c in typed for c in "\r\n\x00,;<>"):
        raise BadInput("Type one bare address: no name, no second address, no line break.", field)
    try:
        read = validate_email(
            typed,
            check_deliverability=False,
            allow_smtputf8=True,
            allow_quoted_local=False,
            test_environment=True,
        )
    except EmailNotValidError:
        raise BadInput("That is not an e-mail address. It looks like you@example.com.", field) from None
    if not read.ascii_local_part and not read.local_part.isascii():
        raise BadInput(
            "Amazon SES takes only plain letters before the @: no accents, no other scripts.", field
        )
    return f"{read.local_part}@{read.ascii_domain}"


def mime(letter: Letter) -> bytes:
    """The letter as a MIME message for SMTP: every line 7-bit and short, lines ended by CRLF.

    The headers are encoded here: Python's own folding loses the blank between two encoded words (bpo-44637 and kin).
    """
    body = EmailMessage(policy=SMTP)
    body.set_content(letter.body, charset="utf-8", cte="quoted-printable")
    lines = [
        f"From: {mailbox(letter.display_name, letter.sender, FOLD)}",
        f"To: {letter.recipient}",
        f"Subject: {encoded(letter.subject.text, FOLD)}",
    ]
    if letter.drill:
        lines.append(f"X-SES-MESSAGE-TAGS: {'='.join(DRILL_TAG)}")
    if letter.managed:
        lines.append(f"X-SES-LIST-MANAGEMENT-OPTIONS: {letter.managed.header}")
    lines += [f"{name}: {value}" for name, value in letter.headers]
    return "\r\n".join(lines).encode("ascii") + b"\r\n" + body.as_bytes()
