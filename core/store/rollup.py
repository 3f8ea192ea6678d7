"""Rollups: sums of what recipients contribute, per day and dimension. Written as differences, which may be negative.

Dimensions: "" (all), configuration_set, mailbox_provider, recipient_domain, tag:NAME (once in each value), tagged:NAME
(recipients that have the tag at all), reason (of bounces), and feed (recipients with a Send or Delivery, left out or
not, ever: it decides whether rates of an identity can be known). Each is split by identity.
"""

import json
from collections import Counter
from collections.abc import Iterator
from functools import lru_cache

import sqlalchemy as sa

from core.events.address import domain_of
from core.events.contribution import Contribution
from core.events.providers import provider_of
from core.events.text import clip
from core.store.bulk import write_rows
from core.store.rows import table
from core.store.tables import Rollup

NUMBERS = ("sent", "delivered", "bounced_permanent", "bounced_transient", "complained", "delayed")
_KEY = ("connection_id", "dimension", "grain", "cohort", "bucket", "identity", "value", "slot")
_COLUMNS = _KEY + NUMBERS
_ADD = f"ON CONFLICT ({','.join(_KEY)}) DO UPDATE SET " + ",".join(
    f"{n}=rollups.{n}+excluded.{n}" for n in NUMBERS
)
_LONGEST = 600  # bytes of a tag's name or value in a key; Amazon allows 256 characters

Place = tuple[str, str, int]  # grain, cohort, bucket
Placed = tuple[tuple[Place, tuple[int, ...]], ...]


class Difference:
    """What changed in the rollups, until it is written."""

    def __init__(self) -> None:
        self._shapes: Counter[tuple[int, Contribution]] = Counter()
        self._domains: Counter[tuple[int, str, str, Contribution]] = Counter()
        self._feeds: Counter[tuple[int, str]] = Counter()

    def add(self, connection_id: int, recipient: str, contribution: Contribution, count: int) -> None:
        """A recipient's contribution appeared (1) or went away (-1)."""
        self._shapes[connection_id, contribution] += count
        bare = contribution._replace(
            configuration_set="", tags=None, permanent_reason=None, transient_reason=None
        )
        self._domains[connection_id, contribution.identity, domain_of(recipient), bare] += count

    def feed(self, connection_id: int, identity: str, count: int) -> None:
        """A recipient with a Send or Delivery appeared (1) or went away (-1) for an identity."""
        self._feeds[connection_id, identity] += count

    def write(self, conn: sa.Connection, slot: int) -> None:
        """Add it all to the store."""
        sums: dict[tuple[object, ...], list[int]] = {}
        for (connection_id, shape), count in self._shapes.items():
            if count:
                _spread(sums, connection_id, shape, count)
        for (connection_id, identity, domain, shape), count in self._domains.items():
            if count:
                placed = _places(shape)
                _put(sums, connection_id, "recipient_domain", identity, domain, placed, count)
                provider = provider_of(domain) if domain else ""
                _put(sums, connection_id, "mailbox_provider", identity, provider, placed, count)
        for (connection_id, identity), count in self._feeds.items():
            sums[connection_id, "feed", "d", "s", 0, identity, ""] = [count, 0, 0, 0, 0, 0]
        rows = [(*key, slot, *numbers) for key, numbers in sums.items() if any(numbers)]
        rows.sort(key=lambda row: row[:7])
        write_rows(conn, table(Rollup), _COLUMNS, rows, _ADD)


def _spread(
    sums: dict[tuple[object, ...], list[int]], connection_id: int, shape: Contribution, count: int
) -> None:
    identity, placed = shape.identity, _places(shape)
    _put(sums, connection_id, "", identity, "", placed, count)
    _put(sums, connection_id, "", identity, "", _hours(shape), count)
    _put(sums, connection_id, "configuration_set", identity, shape.configuration_set, placed, count)
    for dimension, value in _tag_values(shape.tags) if shape.tags else ():
        _put(sums, connection_id, dimension, identity, value, placed, count)
    for value, place, numbers in _reasons(shape):
        _put(sums, connection_id, "reason", identity, value, ((place, numbers),), count)


def _put(
    sums: dict[tuple[object, ...], list[int]],
    connection_id: int,
    dimension: str,
    identity: str,
    value: str,
    placed: Placed,
    count: int,
) -> None:
    for (grain, cohort, bucket), numbers in placed:
        key = (connection_id, dimension, grain, cohort, bucket, identity, value)
        known = sums.get(key)
        if known is None:
            sums[key] = [number * count for number in numbers]
        else:
            for index, number in enumerate(numbers):
                if number:
                    known[index] += number * count


def _happened(shape: Contribution) -> tuple[int | None, ...]:
    return (
        shape.sent if shape.counted else None,
        shape.delivered, shape.permanent, shape.transient, shape.complained, shape.delayed,
    )  # fmt: skip


def _places(shape: Contribution) -> Placed:
    """Where a contribution stands, by day: all on the day of sending (s), and each on its own day (e)."""
    hours = _happened(shape)
    together = tuple(0 if hour is None else 1 for hour in hours)
    own: dict[int, list[int]] = {}
    for index, hour in enumerate(hours):
        if hour is not None:
            own.setdefault(hour // 24, [0] * len(hours))[index] = 1
    return (
        (("d", "s", shape.sent // 24), together),
        *((("d", "e", day), tuple(numbers)) for day, numbers in own.items()),
    )


def _hours(shape: Contribution) -> Placed:
    own: dict[int, list[int]] = {}
    hours = _happened(shape)
    for index, hour in enumerate(hours):
        if hour is not None:
            own.setdefault(hour, [0] * len(hours))[index] = 1
    return tuple((("h", "e", hour), tuple(numbers)) for hour, numbers in own.items())


@lru_cache(maxsize=4096)
def _tag_values(tags: str) -> tuple[tuple[str, str], ...]:
    pairs: list[tuple[str, str]] = []
    for name, values in json.loads(tags).items():
        if values:
            key = clip(name, _LONGEST)
            pairs.append((f"tagged:{key}", ""))
            pairs += [(f"tag:{key}", clip(value, _LONGEST)) for value in values]
    return tuple(pairs)


def _reasons(shape: Contribution) -> Iterator[tuple[str, Place, tuple[int, ...]]]:
    for kind, reason, hour, numbers in (
        ("Permanent", shape.permanent_reason, shape.permanent, (0, 0, 1, 0, 0, 0)),
        ("Transient", shape.transient_reason, shape.transient, (0, 0, 0, 1, 0, 0)),
    ):
        if hour is not None:
            value = clip(f"{kind}/{reason or 'Undetermined'}", 200)
            yield value, ("d", "s", shape.sent // 24), numbers
            yield value, ("d", "e", hour // 24), numbers
