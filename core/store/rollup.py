"""Rollups: sums of what recipients contribute, per day and dimension. Written as differences, which may be negative.

Dimensions: "" (all), configuration_set, mailbox_provider, recipient_domain, tag:NAME (once in each value), again:NAME
(how often recipients count in more than one of these), reason (bounce subtypes), and feed (recipients with a Send or
Delivery, left out or not, ever: it decides whether rates of an identity can be known). Each is split by identity.

By day, cohort `s` holds every number on the day of sending; `e` only what must be moved from there to have each number
on the day of its event, which for most mail is nothing. So the cohort of the event is the sum of both.

Whatever moves anything on a day is written to that day's row of all ("") as well, be it only as one more change: see
spans.py.
"""

import json
from collections import Counter
from collections.abc import Iterator
from functools import lru_cache

import sqlalchemy as sa

from core.events.address import domain_of
from core.events.contribution import Contribution, Times
from core.events.providers import provider_of
from core.events.text import clip
from core.store.bulk import write_rows
from core.store.rows import table
from core.store.tables import Rollup

NUMBERS = ("sent", "delivered", "bounced_permanent", "bounced_transient", "complained", "delayed")
_KEY = ("connection_id", "dimension", "grain", "cohort", "bucket", "identity", "value", "slot")
_COLUMNS = _KEY + NUMBERS
_ADD = f"ON CONFLICT ({','.join(_KEY)}) DO UPDATE SET changes=rollups.changes+1," + ",".join(
    f"{n}=rollups.{n}+excluded.{n}" for n in NUMBERS
)
_LONGEST = 600  # bytes of a tag's name or value in a key; Amazon allows 256 characters

Place = tuple[str, str, int]  # grain, cohort, bucket
Placed = tuple[
    tuple[Place, int], ...
]  # with the numbers packed into one integer, so that one addition adds all six
Sums = dict[tuple[int, str, str, str, Place], int]
_LANE = 40  # bits for each number
_BIAS = sum(1 << (_LANE * index + _LANE - 1) for index in range(len(NUMBERS)))
_ONES = tuple(1 << (_LANE * index) for index in range(len(NUMBERS)))


class Difference:
    """What changed in the rollups, until it is written."""

    def __init__(self) -> None:
        self._shapes: Counter[tuple[int, Contribution]] = Counter()
        self._domains: Counter[tuple[int, str, str, Times]] = Counter()
        self._feeds: Counter[tuple[int, str]] = Counter()

    def add(self, connection_id: int, recipient: str, contribution: Contribution, count: int) -> None:
        """A recipient's contribution appeared (1) or went away (-1)."""
        self._shapes[connection_id, contribution] += count
        self._domains[connection_id, contribution.identity, domain_of(recipient), contribution.times] += count

    def feed(self, connection_id: int, identity: str, count: int) -> None:
        """A recipient with a Send or Delivery appeared (1) or went away (-1) for an identity."""
        self._feeds[connection_id, identity] += count

    def write(self, conn: sa.Connection, slot: int) -> None:
        """Add it all to the store."""
        sums: Sums = {}
        for (connection_id, shape), count in self._shapes.items():
            if count:
                _spread(sums, connection_id, shape, count)
        for (connection_id, identity, domain, times), count in self._domains.items():
            if count:
                placed = _days(times)
                sums.setdefault((connection_id, "", identity, "", placed[0][0]), 0)
                _put(sums, connection_id, "recipient_domain", identity, domain, placed, count)
                provider = provider_of(domain) if domain else ""
                _put(sums, connection_id, "mailbox_provider", identity, provider, placed, count)
        for (connection_id, identity), count in self._feeds.items():
            sums[connection_id, "feed", identity, "", _EVER] = count
        rows = [_row(key, packed, slot) for key, packed in sums.items() if packed or _all_of_a_day(key)]
        rows.sort()
        write_rows(conn, table(Rollup), _COLUMNS, rows, _ADD)


_EVER: Place = ("d", "s", 0)


def _all_of_a_day(key: tuple[int, str, str, str, Place]) -> bool:
    return key[1] == "" and key[4][:2] == ("d", "s")


def _row(key: tuple[int, str, str, str, Place], packed: int, slot: int) -> tuple[object, ...]:
    connection_id, dimension, identity, value, place = key
    packed += _BIAS
    numbers = [((packed >> (_LANE * index)) & _MASK) - _HALF for index in range(len(NUMBERS))]
    return connection_id, dimension, *place, identity, value, slot, *numbers


_MASK, _HALF = (1 << _LANE) - 1, 1 << (_LANE - 1)


def _spread(sums: Sums, connection_id: int, shape: Contribution, count: int) -> None:
    identity, placed = shape.identity, _days(shape.times)
    _put(sums, connection_id, "", identity, "", placed, count)
    _put(sums, connection_id, "", identity, "", _hours(shape.times), count)
    _put(sums, connection_id, "configuration_set", identity, shape.configuration_set, placed, count)
    for dimension, value, times in _tag_values(shape.tags) if shape.tags else ():
        _put(sums, connection_id, dimension, identity, value, placed, count * times)
    if shape.permanent_reason is not None or shape.transient_reason is not None:
        for value, reasons in _reasons(shape):
            _put(sums, connection_id, "reason", identity, value, reasons, count)


def _put(
    sums: Sums, connection_id: int, dimension: str, identity: str, value: str, placed: Placed, count: int
) -> None:
    for place, packed in placed:
        key = (connection_id, dimension, identity, value, place)
        sums[key] = sums.get(key, 0) + packed * count


@lru_cache(maxsize=4096)
def _days(times: Times) -> Placed:
    """Where a recipient stands, by day: all numbers on the day of sending (s); what belongs elsewhere is moved (e)."""
    day = times.sent // 24
    together, otherwise = 0, Counter[int]()
    for one, hour in zip(_ONES, _happened(times), strict=True):
        if hour is not None:
            together += one
            if hour // 24 != day:
                otherwise[day] -= one
                otherwise[hour // 24] += one
    return (
        (("d", "s", day), together),
        *((("d", "e", other), packed) for other, packed in otherwise.items()),
    )


@lru_cache(maxsize=4096)
def _hours(times: Times) -> Placed:
    own = Counter[int]()
    for one, hour in zip(_ONES, _happened(times), strict=True):
        if hour is not None:
            own[hour] += one
    return tuple((("h", "e", hour), packed) for hour, packed in own.items())


def _happened(times: Times) -> tuple[int | None, ...]:
    counted = times.sent if times.counted else None
    return counted, times.delivered, times.permanent, times.transient, times.complained, times.delayed


def tag_key(name: str) -> str:
    """A tag's name as part of a dimension."""
    return clip(name, _LONGEST)


@lru_cache(maxsize=4096)
def _tag_values(tags: str) -> tuple[tuple[str, str, int], ...]:
    """The values of each tag with 1, and how often a recipient counts in more than one of a tag's rows."""
    places: list[tuple[str, str, int]] = []
    for name, values in json.loads(tags).items():
        key, distinct = tag_key(name), {clip(value, _LONGEST) for value in values}
        places += [(f"tag:{key}", value, 1) for value in distinct]
        if len(distinct) > 1:
            places.append((f"again:{key}", "", len(distinct) - 1))
    return tuple(places)


def _reasons(shape: Contribution) -> Iterator[tuple[str, Placed]]:
    times = shape.times
    for reason, hour, one in (
        (shape.permanent_reason, times.permanent, _ONES[2]),
        (shape.transient_reason, times.transient, _ONES[3]),
    ):
        if hour is not None:
            value = clip(reason or "", 200)
            day, own = times.sent // 24, hour // 24
            moved: Placed = () if own == day else ((("d", "e", day), -one), (("d", "e", own), one))
            yield value, ((("d", "s", day), one), *moved)
