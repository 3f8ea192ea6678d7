"""The API's questions about the suppression list: one address, up to 1,000 at once, and what changed."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from core.events.address import normalise
from core.moment import rfc3339
from core.receiver.question import Question, bad
from core.store import departures, suppressions
from core.store.engine import Store
from core.store.suppressions import Listed
from core.store.tables import Suppression

AT_ONCE = 1_000
LOOKUP_BYTES = 1024 * 1024  # a thousand addresses, escaped however somebody's JSON writer likes
_LONGEST = 2_000  # characters of what is asked as one address


def one(
    store: Store, connection_ids: Sequence[int], address: str, group: str | None = None
) -> dict[str, Any]:
    """Whether one address may not be mailed; with a group: also when it left just that one."""
    if "\x00" in address or "\ufffd" in address or len(address) > _LONGEST:
        raise bad("address", "The address is not percent-encoded UTF-8, or far too long to be one.")
    return _told(_listed(store, connection_ids, [normalise(address)], group)[0])


def lookup(
    store: Store, connection_ids: Sequence[int], addresses: Sequence[str], group: str | None = None
) -> dict[str, Any]:
    """The same for many, in their order."""
    asked = [normalise(each) for each in addresses]
    return {"suppressions": [_told(each) for each in _listed(store, connection_ids, asked, group)]}


def _listed(
    store: Store, connection_ids: Sequence[int], addresses: Sequence[str], group: str | None
) -> list[Listed]:
    found = suppressions.listed(store, connection_ids, addresses)
    if not group:
        return found
    left = departures.left_group(
        store, connection_ids, [one.address for one in found if not one.reason], group
    )
    return [
        Listed(one.address, departures.REASON, left[one.address]) if one.address in left else one
        for one in found
    ]


def addresses_of(body: bytes) -> list[str]:
    """The addresses in the body of a lookup. Raises Refused (400) with the field."""
    try:
        told = msgspec.json.decode(body)
    except (ValueError, RecursionError, UnicodeError):
        raise bad("addresses", 'Send JSON like {"addresses": ["somebody@example.com"]}.') from None
    if not isinstance(told, dict):
        raise bad("addresses", 'Send a JSON object like {"addresses": ["somebody@example.com"]}.')
    for name in told:
        if name != "addresses":
            raise bad(name[:64], "A lookup has no field of that name. It has: addresses.")
    asked = told.get("addresses")
    if not isinstance(asked, list) or not all(isinstance(each, str) for each in asked):
        raise bad("addresses", "addresses must be a list of texts.")
    if len(asked) > AT_ONCE:
        raise bad("addresses", f"Ask about {AT_ONCE:,} addresses at most at once.")
    if any("\x00" in each or len(each) > _LONGEST for each in asked):
        raise bad("addresses", "One of these is no address: it holds a NUL, or is far too long.")
    return asked


def changes(store: Store, connections: Mapping[int, str], question: Question) -> dict[str, Any]:
    """Entries by their last change, oldest first; those that were taken off are told with `suppressed` false."""
    since, limit = question.moment("since") or 0, question.number("limit", 100, 1, 1000)
    cursor = question.one("cursor")
    after = None if cursor is None else _read(cursor)
    found: list[Suppression] = []
    for connection_id in sorted(connections):
        found += _of_connection(store, connection_id, since, limit + 1, after)
    found.sort(key=lambda row: (row.changed_at, row.connection_id))  # addresses are in the database's order
    more, found = len(found) > limit, found[:limit]
    return {
        "suppressions": [_changed(row, connections[row.connection_id]) for row in found],
        "next": _written(found[-1]) if more else None,
    }


def _of_connection(
    store: Store, connection_id: int, since: int, limit: int, after: tuple[int, int, str] | None
) -> list[Suppression]:
    """What follows the cursor: at its moment come the connections by number, and in one the addresses."""
    if after is None:
        return suppressions.changed(store, connection_id, since, limit)
    at, number, address = after
    if connection_id == number:
        return suppressions.changed(store, connection_id, since, limit, (at, address))
    return suppressions.changed(store, connection_id, max(since, at + (connection_id < number)), limit)


def _told(found: Listed) -> dict[str, Any]:
    since = None if found.since is None else rfc3339(found.since)
    return {
        "address": found.address,
        "suppressed": found.reason is not None,
        "reason": found.reason,
        "since": since,
    }


def _changed(row: Suppression, connection: str) -> dict[str, Any]:
    stands = row.removed_at is None
    told = Listed(row.address, row.reason, row.since) if stands else Listed(row.address)
    return {**_told(told), "connection": connection, "changed_at": rfc3339(row.changed_at)}


def _written(row: Suppression) -> str:
    told = msgspec.json.encode([row.changed_at, row.connection_id, row.address])
    return urlsafe_b64encode(told).decode().rstrip("=")


def _read(cursor: str) -> tuple[int, int, str]:
    try:
        told = msgspec.json.decode(
            urlsafe_b64decode(cursor.encode("ascii") + b"=" * (-len(cursor) % 4)), type=tuple[int, int, str]
        )
        if "\x00" not in told[2] and all(0 <= number < 1 << 62 for number in told[:2]):
            return told
    except (ValueError, UnicodeError, msgspec.MsgspecError):
        pass
    raise bad("cursor", "That cursor is none of ours: take `next` of the answer before.")
