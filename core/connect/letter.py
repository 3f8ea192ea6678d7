"""A test mail: its subject repaired, its headers safe, its body 7-bit.

Amazon takes a subject with a line break in it without a word, and mail programs fold runs of blanks, so both are
caught here. Source: RFC 5322 §2.2, RFC 2047, "Sending raw email" in the SES developer guide.
"""

from dataclasses import dataclass
from email.message import EmailMessage


@dataclass(frozen=True, slots=True)
class Subject:
    """A subject as it will go out, and what was changed or should be known, each as a sentence."""

    text: str
    repairs: tuple[str, ...] = ()
    advice: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Letter:
    """One mail to one person, ready for either transport. Make it with `write`, which checks every part."""

    sender: str  # bare address
    display_name: str
    recipient: str  # bare address
    subject: Subject
    body: str
    drill: bool = False  # carries the tag ses-desk=drill


def repair_subject(text: str) -> Subject:
    """The subject with line breaks, control characters and runs of blanks repaired. Raises BadInput when empty."""
    raise NotImplementedError


def write(
    sender: str, display_name: str, recipient: str, subject: str, body: str, drill: bool = False
) -> Letter:
    """A checked letter. Raises BadInput with the field that is wrong."""
    raise NotImplementedError


def mime(letter: Letter) -> EmailMessage:
    """The letter as a MIME message for SMTP."""
    raise NotImplementedError
