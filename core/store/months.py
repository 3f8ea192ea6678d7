"""Months, counted from 1970, and the month in which a message was sent: a function of its id and of nothing else.

Amazon's ids begin with the place (four hexadecimal digits) and the time (twelve, milliseconds). So every copy of every fact of
a message has one month, whichever came first and whatever else it tells; an id of another form has none, for all its copies.
"""

import re
import time
from datetime import UTC, datetime
from functools import lru_cache

from core.moment import DAY, SECOND

UNTOLD = 0  # an id that tells no month
FIRST, LAST = (2011 - 1970) * 12, (2099 - 1970) * 12 + 11  # SES began in 2011; what lies outside is no time
_TELLING = re.compile(r"[0-9a-f]{4}([0-9a-f]{12})-")


def of_message(message_id: str) -> int:
    """The month that an id tells, else UNTOLD."""
    told = _TELLING.match(message_id)
    month = _of_day(int(told[1], 16) // DAY) if told else UNTOLD
    return month if FIRST <= month <= LAST else UNTOLD


def of_moment(moment: int) -> int:
    """The month of a time in milliseconds (UTC)."""
    return _of_day(moment // DAY)


@lru_cache(maxsize=4096)
def _of_day(day: int) -> int:
    if day > 365_000:  # the year 2969: no clock says so, and the machine's own may not be able to
        return LAST + 1
    date = time.gmtime(day * DAY // SECOND)
    return (date.tm_year - 1970) * 12 + date.tm_mon - 1


def start_of(month: int) -> int:
    """Its first millisecond."""
    return int(datetime(month // 12 + 1970, month % 12 + 1, 1, tzinfo=UTC).timestamp()) * SECOND


def spelled(month: int) -> str:
    """As the names of partitions end: 2026_11."""
    return f"{month // 12 + 1970}_{month % 12 + 1:02}"


def read(name: str) -> int | None:
    """The month that the name of a partition ends in; None for the one that takes all the rest."""
    told = re.search(r"_(\d{4})_(\d\d)$", name)
    return (int(told[1]) - 1970) * 12 + int(told[2]) - 1 if told else None
