"""Spans of UTC days. A day is a UTC day everywhere: on screens, in the API, in files and in reports."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from core.errors import BadInput
from core.moment import DAY, day_of

_EPOCH = date(1970, 1, 1)
_DATE = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
LONGEST = 3_660  # days; ten years, so that a typing error cannot ask for a million rows


def day_name(day: int) -> str:
    """A day, counted from 1970, as YYYY-MM-DD."""
    return (_EPOCH + timedelta(days=day)).isoformat()


def day_named(text: str, field: str | None = None) -> int:
    """The day that YYYY-MM-DD names. Raises BadInput."""
    try:
        if _DATE.fullmatch(text) is None:
            raise ValueError(text)
        return (date.fromisoformat(text) - _EPOCH).days
    except ValueError:
        raise BadInput("A date is written as YYYY-MM-DD, for example 2026-01-31.", field) from None


@dataclass(frozen=True, slots=True)
class Period:
    """Days `start` up to but not including `end`, counted from 1970."""

    start: int
    end: int

    @property
    def first(self) -> int:
        """The first day."""
        return self.start

    @property
    def last(self) -> int:
        """The last day, still inside."""
        return self.end - 1

    @property
    def since(self) -> int:
        """The first moment."""
        return self.start * DAY

    @property
    def until(self) -> int:
        """The first moment after it."""
        return self.end * DAY

    def __len__(self) -> int:
        return self.end - self.start

    def __iter__(self) -> Iterator[int]:
        return iter(range(self.start, self.end))


def last_days(count: int, now: int) -> Period:
    """The last `count` days, today among them."""
    today = day_of(now)
    return Period(today - count + 1, today + 1)


def between(first: str | None, last: str | None, now: int) -> Period:
    """From one date to another, both inside; left out: the last 30 days with today. Raises BadInput (`from`, `to`)."""
    end = day_named(last, "to") if last is not None else day_of(now)
    start = day_named(first, "from") if first is not None else min(end, day_of(now)) - 29
    if start > end:
        raise BadInput("The period ends before it begins: `from` must not be after `to`.", "from")
    if end - start >= LONGEST:
        raise BadInput("A period may span at most ten years.", "from")
    return Period(start, end + 1)
