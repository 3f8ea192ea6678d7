"""Passwords as argon2id hashes, and the same work for a name that nobody has."""

import threading

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

# 46 MiB, 2 passes, 1 lane: above OWASP's minimum, about 60 ms. At most two at once, so that a crowd at the
# sign-in costs time and not memory.
HASHER = PasswordHasher(time_cost=2, memory_cost=47_104, parallelism=1, hash_len=32, salt_len=16)
_turn = threading.BoundedSemaphore(2)

# The hash of a random password that was thrown away, under the settings above: a test compares them.
NOBODY = "$argon2id$v=19$m=47104,t=2,p=1$H39l38U7DUpXQnWcuI7+1A$2kLkgq3Aa+Bbqac8M13t5e+QbnaIKxbmR8ccD6N0Dnw"


def hashed(password: str) -> str:
    """What the store keeps of a password."""
    with _turn:
        return HASHER.hash(password.encode("utf-8", "surrogatepass"))


def matches(kept: str | None, password: str) -> bool:
    """Whether this is the password. None, for a name nobody has, takes the same work and is never right."""
    with _turn:
        try:
            right = HASHER.verify(kept or NOBODY, password.encode("utf-8", "surrogatepass"))
        except (VerificationError, InvalidHashError):
            return False
    return right and kept is not None


def outdated(kept: str) -> bool:
    """Whether the hash was made under other settings than today's."""
    return HASHER.check_needs_rehash(kept)
