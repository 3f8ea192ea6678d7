"""Whose address an event speaks against: only that of a recipient of the mail, never one that a mail server made up.

Mail that is forwarded may bounce with the address it was forwarded to, which nobody here ever wrote to.
"""

from collections.abc import Sequence

from core.events.fact import NOT_SPAM

HEARD = ("Permanent", "Transient")  # bounce types that may speak against an address


def blamed(named: str, destination: Sequence[str]) -> str:
    """The address meant by an event that names one: itself if the mail went to it, else the only one it went to, else ""."""
    if not named or named in destination:
        return named
    return destination[0] if len(destination) == 1 else ""


def by_bounce(bounce_type: str | None, named: str, destination: Sequence[str]) -> str:
    """Whom a bounce speaks against, "" for nobody."""
    return blamed(named, destination) if bounce_type in HEARD else ""


def by_complaint(feedback_type: str | None, candidates: Sequence[str], destination: Sequence[str]) -> str:
    """Whom a complaint speaks against: nobody when several may have made it, or when it was taken back."""
    if len(candidates) != 1 or feedback_type == NOT_SPAM:
        return ""
    return blamed(candidates[0], destination)
