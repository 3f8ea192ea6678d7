"""Everything about one sender: what Amazon knows, what is published, what the large receivers ask, and what was right once."""

from dataclasses import dataclass

from core.aws.identity import Details
from core.connect import access
from core.desk import Desk
from core.doctor import history
from core.doctor.line import BAD
from core.identities import bulk, names, one_click, sender
from core.identities.bulk import Item
from core.identities.change import details as read
from core.identities.look import look
from core.identities.row import UNKNOWN, Row
from core.members.actor import Actor
from core.period import Period, last_days
from core.store.daily import daily
from core.store.engine import Store
from core.store.rates import rates
from core.store.tables import Connection
from core.unsubscribe.offer import chosen

DAYS = 30
NAMES = {"google": "Gmail", "microsoft": "Microsoft"}


@dataclass(frozen=True, slots=True)
class Overview:
    """One sender at one moment. `signer`: whose DKIM signs its mail. `since`: drift."""

    details: Details
    signer: Details
    rows: tuple[Row, ...]
    items: tuple[Item, ...]
    volume: str
    since: dict[str, tuple[int, int]]  # row -> (was right in the round of, failing since), ms
    at: int

    @property
    def wrong(self) -> tuple[Row, ...]:
        """Rows with which something is to be done."""
        return tuple(row for row in self.rows if not row.good and row.state != UNKNOWN)

    @property
    def unknown(self) -> tuple[Row, ...]:
        """Rows that could not be looked up."""
        return tuple(row for row in self.rows if row.state == UNKNOWN)


def overview(desk: Desk, connection: Connection, name: str, actor: Actor, now: int) -> Overview:
    """Ask Amazon and the name servers. Operators and admins. Raises what Amazon says; DNS never raises."""
    details = read(desk, connection, name, actor)
    signer = sender.signing(access.of(desk.store, desk.vault, desk.settings, connection), details)
    found = look(details, connection.region, names.way_of(desk.settings, connection))
    rows = (*found, one_click.row(chosen(desk.store, connection), desk.settings.public_url))
    period, number = last_days(DAYS, now), connection.id or 0
    counted = {
        row.key: row
        for row in rates(desk.store, [number], period.first, period.last, "mailbox_provider")
        if row.key
    }
    items = bulk.checklist(details, signer, _with_signer(rows, signer, details, connection, desk), counted)
    return Overview(
        details, signer, rows, tuple(items), bulk.volume(_busiest(desk.store, number, period)),
        drift(desk.store, number, rows, now), now,
    )  # fmt: skip


def drift(store: Store, connection_id: int, rows: tuple[Row, ...], now: int) -> dict[str, tuple[int, int]]:
    """For what is wrong now and was right in a round of the Doctor: the last such round, and the first that failed."""
    found: dict[str, tuple[int, int]] = {}
    rounds = history.rounds(store, connection_id)
    for row in rows:
        if row.good or row.state == UNKNOWN:
            continue
        failing = now
        for each in rounds:
            said = {line.name: line for line in each.lines if line.facts.get("subject") == row.name}
            line = said.get(f"dns/{row.key}")
            if line is not None and line.state == "ok":
                found[row.key] = (each.at, failing)
                break
            if line is not None and line.state in BAD:
                failing = each.at
    return found


def _with_signer(
    rows: tuple[Row, ...], signer: Details, details: Details, connection: Connection, desk: Desk
) -> tuple[Row, ...]:
    """For an address the domain's own DKIM records, which its mail is signed with."""
    if signer is details or not signer.is_domain:
        return rows
    theirs = look(signer, connection.region, names.way_of(desk.settings, connection))
    return (*rows, *(row for row in theirs if row.key.startswith("dkim-")))


def _busiest(store: Store, connection_id: int, period: Period) -> dict[str, int]:
    by_provider = daily(store, [connection_id], period.first, period.last, "mailbox_provider")
    return {
        name: max((numbers.sent for numbers in by_provider.get(key, {}).values()), default=0)
        for key, name in NAMES.items()
    }
