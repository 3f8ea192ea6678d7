"""Single addresses on the suppression list: why one is there, adding, removing with a reason, and taking that back."""

from collections.abc import Sequence
from dataclasses import dataclass

from core.errors import BadInput
from core.events.address import normalise
from core.lists.address import fault
from core.members.actor import Actor
from core.members.roles import require, require_sight
from core.safe_text import mask_inside, safe_text
from core.store import audit, departures, explorer, suppressions
from core.store.engine import Store
from core.store.standing import causes_of
from core.store.tables import Connection, StoredEvent

MOST = 1_000  # addresses at once


@dataclass(frozen=True, slots=True)
class Why:
    """One reason that stands or stood: since when, the event behind it, a note; `until` when it was taken off."""

    reason: str
    since: int
    until: int | None
    note: str
    event: StoredEvent | None


@dataclass(frozen=True, slots=True)
class Found:
    """What is known of one address. `why`: what stands first, then what stood once."""

    address: str
    suppressed: bool
    why: tuple[Why, ...]


def find(store: Store, connection: Connection, address: str, actor: Actor) -> Found:
    """Whether an address is on the list, and everything that put it there. Operators and admins."""
    require(actor, "operator")
    require_sight(actor, connection.id or 0)
    bare = _checked(address)
    with store.read() as conn:
        row = suppressions.get(conn, connection.id or 0, bare)
        causes = causes_of(row)
        why = [
            Why(
                reason,
                cause.since,
                cause.released_at,
                cause.note or "",
                explorer.by_id(conn, connection.id or 0, cause.event_id) if cause.event_id else None,
            )
            for reason, cause in causes.items()
        ]
    why.sort(key=lambda one: (one.until is not None, one.since))
    return Found(bare, row is not None and row.removed_at is None, tuple(why))


def add(
    store: Store, connection: Connection, text: str, note: str, actor: Actor, now: int
) -> tuple[int, int]:
    """Add addresses by hand, one a line or with commas: how many are new, how many were on the list. All or none.

    Raises BadInput naming the first line that is no address.
    """
    require(actor, "operator")
    require_sight(actor, connection.id or 0)
    typed = [each.strip() for each in text.replace(",", "\n").replace(";", "\n").splitlines() if each.strip()]
    if not typed:
        raise BadInput("Type at least one address, such as somebody@example.com.", "addresses")
    if len(typed) > MOST:
        raise BadInput(f"Add {MOST:,} addresses at most at once; import a file for more.", "addresses")
    wanted = list(dict.fromkeys(_checked(each, number) for number, each in enumerate(typed, 1)))
    kept = safe_text(note, 200) or None
    with store.write() as conn:
        put = sum(
            suppressions.suppress(conn, connection.id or 0, each, "manual", now, note=kept)
            for each in sorted(wanted)
        )
        detail = {"added": put, "on the list already": len(wanted) - put}
        audit.append(conn, actor.name, "suppressions-added", connection.name, detail, now)
    return put, len(wanted) - put


def remove(
    store: Store, connection: Connection, addresses: Sequence[str], why: str, actor: Actor, now: int
) -> int:
    """Take addresses off the list, whatever put them there; returns how many were on it. `why` is kept in the audit trail.

    Only an event that happens after now puts one back.
    """
    require(actor, "operator")
    require_sight(actor, connection.id or 0)
    said = mask_inside(safe_text(why, 200)).strip()
    if len(said) < 3:
        raise BadInput("Say why, in a few words. It is kept in the audit trail.", "why")
    if len(addresses) > MOST:
        raise BadInput(f"Remove {MOST:,} addresses at most at once.", "addresses")
    gone = 0
    with store.write() as conn:
        for address in sorted({normalise(each) for each in addresses}):
            stood = suppressions.reasons(conn, connection.id or 0, address)
            for reason in stood:
                suppressions.release(conn, connection.id or 0, address, reason, now)
            if departures.REASON in stood:
                departures.taken_off(conn, connection.id or 0, address, now)
            gone += bool(stood)
        detail = {"removed": gone, "why": said}
        audit.append(conn, actor.name, "suppressions-removed", connection.name, detail, now)
    return gone


def put_back(
    store: Store, connection: Connection, addresses: Sequence[str], removed_at: int, actor: Actor, now: int
) -> int:
    """Undo a removal: what was taken off at that moment stands again as it did; returns how many addresses came back."""
    require(actor, "operator")
    require_sight(actor, connection.id or 0)
    wanted = [normalise(each) for each in addresses]
    with store.write() as conn:
        back = suppressions.stand_again(conn, connection.id or 0, wanted, removed_at, now)
        departures.put_back(conn, connection.id or 0, wanted, removed_at)
        audit.append(conn, actor.name, "suppressions-put-back", connection.name, {"put back": back}, now)
    return back


def _checked(address: str, line: int | None = None) -> str:
    """The bare address. Raises BadInput."""
    wrong = fault(address)
    if wrong:
        where = "" if line is None else f"Address {line}: "
        raise BadInput(f"{where}{wrong} An address looks like somebody@example.com.", "addresses")
    return normalise(address)
