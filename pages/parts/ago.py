"""Times in words for a screen: how long ago, and on hover exactly when, in UTC."""

from datetime import UTC, datetime

from core import moment

STEPS = ((60_000, 1_000, "second"), (3_600_000, 60_000, "minute"), (86_400_000, 3_600_000, "hour"))


def ago(at: int | None, now: int | None = None) -> str:
    """`2 minutes ago`, `in 3 hours`, `yesterday`, or the date when it is more than a month. None: `never`."""
    if at is None:
        return "never"
    away = (now or moment.now()) - at
    past, size = away >= 0, abs(away)
    if size < 5_000:
        return "just now"
    for limit, unit, word in STEPS:
        if size < limit:
            return _words(size // unit, word, past)
    days = size // 86_400_000
    if days > 31:
        return f"on {datetime.fromtimestamp(at / 1000, UTC):%-d %B %Y}"
    return _words(days, "day", past)


def _words(number: int, word: str, past: bool) -> str:
    many = f"{number} {word}{'' if number == 1 else 's'}"
    return f"{many} ago" if past else f"in {many}"


def took(seconds: float) -> str:
    """How long something took: `0.4 s`, and `<0.1 s` rather than nothing."""
    return f"{seconds:.1f}\u00a0s" if seconds >= 0.05 else "<0.1\u00a0s"


def exact(at: int) -> str:
    """The moment itself, with its zone: `24 November 2026, 14:03:21 UTC`."""
    return f"{datetime.fromtimestamp(at / 1000, UTC):%-d %B %Y, %H:%M:%S} UTC"
