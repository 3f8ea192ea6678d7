"""What a name and a password may be. Length is what counts; no rules about kinds of characters (NIST SP 800-63B, ASVS 6.2)."""

import re

from core.errors import BadInput
from core.members.roles import ROLES

NAME = re.compile(r"[a-z0-9][a-z0-9._@+-]{1,63}")
SHORTEST, LONGEST = 12, 1024

# Long enough and yet among the first that are tried.
COMMON = frozenset(
    [
        "123456789012",
        "1234567890123",
        "12345678901234",
        "123456789012345",
        "1234567890123456",
        "12345678910",
        "123456789abc",
        "abc123456789",
        "qwertyuiop12",
        "qwertyuiop123",
        "qwertyuiopasdf",
        "qwertyuiop[]",
        "1qaz2wsx3edc",
        "1q2w3e4r5t6y",
        "zaq12wsxcde3",
        "asdfghjkl123",
        "password1234",
        "password12345",
        "password123456",
        "passwordpassword",
        "passw0rd1234",
        "p@ssw0rd1234",
        "p@ssword1234",
        "adminpassword",
        "admin1234567",
        "administrator",
        "administrator1",
        "changemeplease",
        "changeme1234",
        "letmeinplease",
        "letmein12345",
        "welcome12345",
        "welcome123456",
        "iloveyou1234",
        "iloveyouforever",
        "correcthorsebatterystaple",
        "sesdesksesdesk",
        "amazonamazon",
        "abcdefghijkl",
        "abcdefghijklm",
        "abcdefghijklmnop",
        "abcd12345678",
        "aa1234567890",
        "trustno1trustno1",
        "superman12345",
        "football12345",
        "princess12345",
        "sunshine12345",
        "monkey1234567",
        "dragon1234567",
        "baseball12345",
        "master1234567",
        "shadow1234567",
    ]
)


def name(text: str) -> str:
    """A member's name as it is kept: lower case. BadInput says what a name may be."""
    cleaned = text.strip().lower()
    if not NAME.fullmatch(cleaned):
        raise BadInput(
            "A name has 2 to 64 characters: letters a to z, digits, and . _ - + @, beginning with a letter or digit.",
            "name",
        )
    return cleaned


def role(text: str) -> str:
    """A role that exists."""
    if text not in ROLES:
        raise BadInput(f"The role is one of {', '.join(ROLES)}.", "role")
    return text


def password(text: str, member: str) -> str:
    """A password that may be set for this member, unchanged; BadInput says what is wrong with it.

    Blanks at either end are refused because the sign-in form strips them: such a password would never match.
    """
    if len(text) < SHORTEST:
        raise BadInput(
            f"A password has at least {SHORTEST} characters; a few words in a row are good.", "password"
        )
    if len(text) > LONGEST:
        raise BadInput(f"A password has at most {LONGEST} characters.", "password")
    if text != text.strip():
        raise BadInput("A password neither begins nor ends with a blank.", "password")
    if "\x00" in text or not text.isprintable():
        raise BadInput(
            "The password holds a character that cannot be typed, such as a line break.", "password"
        )
    lowered = text.lower()
    if (
        lowered in COMMON
        or len(set(lowered)) < 4
        or lowered.replace(member.lower(), "").strip("0123456789!.-_ ") == ""
    ):
        raise BadInput(
            "This password is among the first that are guessed. Take a few words nobody would guess.",
            "password",
        )
    return text
