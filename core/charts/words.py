"""Numbers as a reader meets them: with their base, their unit and enough digits. British dates, UTC days."""

from datetime import date, timedelta

EPOCH = date(1970, 1, 1)
NBSP = "\u00a0"  # a number is never torn from its unit


def percent(rate: float | None) -> str:
    """A fraction as a percentage. Rates below one in a hundred get a third decimal: complaints live there."""
    if rate is None:
        return "–"
    value = rate * 100
    digits = 0 if value == 0 else 3 if value < 0.995 else 2 if value < 99.995 else 1
    if digits == 0:
        return f"0{NBSP}%"
    return f"{value:.{digits}f}{NBSP}%"


def count(number: int | None) -> str:
    """A whole number with thousands apart, or a dash where there is none."""
    return "–" if number is None else f"{number:,}"


def of(part: int, whole: int | None) -> str:
    """A rate with its base: "8 of 390 (2.05 %)"."""
    if whole is None:
        return f"{count(part)} of an unknown number"
    return f"{count(part)} of {count(whole)} ({percent(part / whole if whole else None)})"


def points(difference: float) -> str:
    """The difference of two rates, in percentage points, signed (in ASCII: Streamlit reads the sign)."""
    sign = "+" if difference > 0 else "-" if difference < 0 else "±"
    size = abs(difference) * 100
    return f"{sign}{size:.{3 if size < 0.995 else 2}f} points"


def day(key: str) -> date:
    """The date of a day key, YYYY-MM-DD."""
    return date.fromisoformat(key)


def day_words(moment: date) -> str:
    """A day as people say it: "Tue 24 Nov 2026"."""
    return f"{moment:%a} {moment.day} {moment:%b %Y}"


def date_of(days: int) -> date:
    """The date of a count of days since 1970."""
    return EPOCH + timedelta(days=days)
