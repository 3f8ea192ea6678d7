"""Random words that prove something by being known: the store keeps only their SHA-256."""

import hashlib
import secrets

READABLE = "23456789ABCDEFGHJKMNPQRSTVWXYZ"  # no 0/O, 1/I/L, U/V: it is read from a terminal and typed


def fresh() -> str:
    """An opaque token of 256 bits. Never begins with a dash: a command line would take it for an option."""
    while (token := secrets.token_urlsafe(32)).startswith("-"):
        pass
    return token


def digest(token: str) -> str:
    """What the store keeps of a token, in hex."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def readable(groups: int = 4, size: int = 4) -> str:
    """A code for a person to copy, `7KQM-…`; about 4.9 bits a letter."""
    return "-".join("".join(secrets.choice(READABLE) for _ in range(size)) for _ in range(groups))


def typed(code: str) -> str:
    """A readable code as it was meant: blanks and dashes do not matter, nor do small letters."""
    letters = "".join(each for each in code.upper() if each in READABLE)
    return "-".join(letters[start : start + 4] for start in range(0, len(letters), 4))
