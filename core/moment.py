"""Moments: whole milliseconds since 1970 in UTC, and the spellings in which Amazon writes them."""

import re
import time
from datetime import UTC, datetime, timedelta
from functools import lru_cache

SECOND = 1_000
MINUTE = 60 * SECOND
QUARTER = 15 * MINUTE
HOUR = 60 * MINUTE
DAY = 24 * HOUR

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_LAST = 253_402_300_800_000  # the year 10000
_SPELLING = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)[Tt ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d{1,12}))?)?\s*([Zz]|[+-]\d\d:?\d\d)?",
    re.ASCII,
)


def now() -> int:
    """This moment. Only the outermost edges ask; everything inside is told."""
    return time.time_ns() // 1_000_000


@lru_cache(maxsize=4096)
def _minute(text: str) -> int:
    """The start of a minute written as YYYY-MM-DDTHH:MM. Raises ValueError."""
    return (datetime.fromisoformat(text + "+00:00") - _EPOCH) // timedelta(milliseconds=1)


def parse_rfc3339(text: str) -> int:
    """The moment that a time stamp names.

    Takes every form that Amazon's own examples show: `Z`, offsets with and without colon, a blank before the offset,
    any number of decimals (cut to milliseconds), a leap second; no zone means UTC. Raises ValueError for anything
    else and for moments before 1970 or after 9999.
    """
    if len(text) == 24 and text[23] == "Z" and text[10] == "T" and text[19] == "." and text.isascii():
        rest = text[17:19] + text[20:23]  # seconds and thousandths, which together are milliseconds
        if text[16] == ":" and rest.isdigit() and rest < "6":
            moment = _minute(text[:16]) + int(rest)
            if moment >= 0:
                return moment
    return _parse_slowly(text)


def _parse_slowly(text: str) -> int:
    match = _SPELLING.fullmatch(text.strip())
    if match is None:
        raise ValueError("Not a time as RFC 3339 writes it, like 2026-01-02T03:04:05.678Z.")
    year, month, day, hour, minute = (int(match[i]) for i in range(1, 6))
    second = int(match[6] or 0)
    leap = second == 60
    zone = match[8]
    offset = timedelta(0)
    if zone and zone not in "Zz":
        offset = timedelta(hours=int(zone[1:3]), minutes=int(zone[-2:]))
        if offset >= timedelta(days=1) or int(zone[-2:]) > 59:
            raise ValueError("That offset from UTC does not exist.")
        offset = -offset if zone[0] == "-" else offset
    civil = datetime(year, month, day, hour, minute, 59 if leap else second, tzinfo=UTC)
    moment = (civil - _EPOCH) // timedelta(milliseconds=1) - offset // timedelta(milliseconds=1)
    moment += SECOND if leap else int((match[7] or "").ljust(3, "0")[:3])
    if not 0 <= moment < _LAST:
        raise ValueError("That moment lies before 1970 or after 9999.")
    return moment


def rfc3339(moment: int) -> str:
    """A moment as the API writes it: 2026-01-02T03:04:05.678Z."""
    moment = min(max(moment, 0), _LAST - 1)
    minutes, rest = divmod(moment, MINUTE)
    return f"{_minute_text(minutes)}:{rest // SECOND:02d}.{rest % SECOND:03d}Z"


@lru_cache(maxsize=8192)
def _minute_text(minutes: int) -> str:
    """A whole minute since 1970 as text: mail comes in crowds, so most are known already."""
    return f"{_EPOCH + timedelta(minutes=minutes):%Y-%m-%dT%H:%M}"


def day_of(moment: int) -> int:
    """The UTC day of a moment, counted from 1970."""
    return moment // DAY
