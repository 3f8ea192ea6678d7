"""Why an address may not be mailed: every reason there ever was, and which of them is shown. Pure.

Of several reasons that stand, the one shown is the first of RANK: what a person wants goes before what a list says, and
that before what a mailbox said; a complaint goes before a bounce. `since` is the earliest of those that stand.
"""

import json
from collections.abc import Mapping
from typing import NamedTuple

from core.store.tables import Suppression

RANK = ("unsubscribe", "manual", "import", "complaint", "bounce", "drill")
BY_EVENT = frozenset(("complaint", "bounce"))
BY_HAND = frozenset(("manual", "import"))


class Entry(NamedTuple):
    """A row of the list, as light as recording needs it; its columns in their order."""

    connection_id: int
    address: str
    reason: str
    since: int
    changed_at: int
    removed_at: int | None
    event_id: int | None
    note: str | None
    causes: str | None


class Cause(NamedTuple):
    """One reason: since when, the event behind it, a note; `released_at` when it was taken off."""

    since: int
    event_id: int | None = None
    note: str | None = None
    released_at: int | None = None


def causes_of(row: Entry | Suppression | None) -> dict[str, Cause]:
    """Every reason an entry ever had."""
    if row is None:
        return {}
    if not row.causes:
        return {row.reason: Cause(row.since, row.event_id, row.note, row.removed_at)}
    return {reason: Cause(*told) for reason, told in json.loads(row.causes).items()}


def standing(causes: Mapping[str, Cause]) -> dict[str, Cause]:
    """Those that stand, the one that is shown first."""
    return {
        reason: causes[reason] for reason in RANK if reason in causes and causes[reason].released_at is None
    }


def added(causes: Mapping[str, Cause], reason: str, cause: Cause) -> dict[str, Cause] | None:
    """The reasons with one more; None when that changes nothing.

    An event brings an address back only when it happened after the address was taken off. Of two events with one
    reason the earlier stays. Adding or importing an address that is on the list already changes nothing.
    """
    stands, known = standing(causes), causes.get(reason)
    if reason in BY_EVENT:
        gone = causes.values() if not stands else [known] if known and known.released_at is not None else []
        if any(one.released_at is not None and cause.since <= one.released_at for one in gone):
            return None
    if reason in BY_HAND and any(one != "drill" for one in stands):
        return None
    if reason in stands and (reason not in BY_EVENT or cause.since >= stands[reason].since):
        return None
    return {**causes, reason: cause}


def released(causes: Mapping[str, Cause], reason: str, now: int) -> dict[str, Cause] | None:
    """The reasons with one taken off; None when it does not stand."""
    known = causes.get(reason)
    if known is None or known.released_at is not None:
        return None
    return {**causes, reason: known._replace(released_at=now)}


def entry(connection_id: int, address: str, causes: Mapping[str, Cause], now: int) -> Entry:
    """The row that tells these reasons, changed now."""
    stands = standing(causes)
    if stands:
        reason, shown = next(iter(stands.items()))
        since, removed_at = min(one.since for one in stands.values()), None
    else:
        reason, shown = max(causes.items(), key=lambda one: (one[1].released_at or 0, one[0]))
        since, removed_at = shown.since, shown.released_at
    several = (
        json.dumps({name: list(causes[name]) for name in RANK if name in causes}) if len(causes) > 1 else None
    )
    return Entry(
        connection_id, address, reason, since, now, removed_at, shown.event_id, shown.note, several
    )  # fmt: skip
