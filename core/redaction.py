"""What no log line, report or diagnosis may hold: secrets, tokens, and who was written to. Imports nothing of ours."""

import re

# Whatever stands before an @ in any of its spellings, up to what cannot belong to an address's local part even in quotes.
# What follows is not looked at: a domain may be written in any alphabet. No local part is longer than 64; more is a guard.
_AT = r"(?:@|＠|﹫|%(?:25)*40|&#64;|&#x40;|&commat;|\\u0040)"
_LOCAL = re.compile(
    r"(?:\"(?:[^\"\\]|\\.){0,80}\"|\"[^\"]{0,80}\"|(?!" + _AT + r")[^\s\"<>()\[\],;:]){1,160}" + _AT,
    re.IGNORECASE,
)
_KEY_IDS = re.compile(r"(?<![A-Za-z0-9])(AKIA|ASIA|AIDA|AROA|AGPA)[A-Z0-9]{8,}([A-Z0-9]{4})(?![A-Za-z0-9])")
_SHAPES: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"(/(?:sns|unsubscribe)/)[^\s/?#\"'<>]+"), r"\1{}"),  # what follows is a secret of ours
    (re.compile(r"\b(Bearer|Basic)\s+[A-Za-z0-9._~+/=-]{8,}", re.IGNORECASE), r"\1 {}"),
    (
        re.compile(r"((?:x-amz-security-token:|aws_secret_access_key=|authorization:)\s*)\S+", re.IGNORECASE),
        r"\1{}",
    ),
    (re.compile(r"(://[^/\s:@]+:)[^/\s@]+@"), r"\1{}@"),  # a password in a database URL
    # Amazon's secret keys are 40 characters without any mark. A traceback's file names may be as long.
    (re.compile(r"(?<!File \")(?<![A-Za-z0-9/+])[A-Za-z0-9/+]{40,}={0,2}"), "{}"),
)


def without_secrets(text: str, hidden: str) -> str:
    """Key ids with their last four characters alone; secrets, and the tokens of our own paths, as `hidden`."""
    text = _KEY_IDS.sub(r"\1…\2", text)
    for shape, instead in _SHAPES:
        text = shape.sub(instead.format(hidden), text)
    return text


def without_addresses(text: str, hidden: str) -> str:
    """E-mail addresses with `hidden` for the part before the @, however they are spelled."""
    return _LOCAL.sub(f"{hidden}@", text)
