"""Secrets come in on standard input, never as an argument: those show up in the process list and the shell's history."""

import select
import sys

from core.errors import BadInput
from core.vault.secret import Secret

PATIENCE = 10  # seconds for the first byte of what may be left out
LONGEST = 16_384


def needed(what: str, field: str) -> Secret:
    """The secret that must be there; asked for at a terminal without showing it, else read to the end."""
    if sys.stdin is not None and sys.stdin.isatty():
        from getpass import getpass

        found = Secret(getpass(f"{what}: "))
    else:
        found = Secret(_all())
    if not found:
        raise BadInput(f"The {what} is read from standard input, and nothing came. Pipe it in.", field)
    return found


def offered() -> Secret | None:
    """The password that was piped in, or None: at a terminal, with nothing piped, or when nothing comes for ten seconds."""
    if sys.stdin is None or sys.stdin.closed or sys.stdin.isatty():
        return None
    try:
        ready, _, _ = select.select([sys.stdin], [], [], PATIENCE)
    except (OSError, ValueError):
        return None
    return Secret(text) if ready and (text := _all()) else None


def _all() -> str:
    """What was piped in, without the line break at its end."""
    text = "" if sys.stdin is None else sys.stdin.read(LONGEST)
    return text.removesuffix("\n").removesuffix("\r")
