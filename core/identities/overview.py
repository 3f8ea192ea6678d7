"""Everything about one sender: what Amazon knows, what is published, what the large receivers ask, and what was right once."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass

from core.aws import identity
from core.aws.access import Access
from core.aws.identity import Details
from core.desk import Desk
from core.dns.way import Until, Way
from core.doctor import history
from core.doctor.line import BAD
from core.errors import SesDeskError
from core.identities import bulk, names, one_click, remembered, sender
from core.identities.bulk import Item
from core.identities.change import asked
from core.identities.look import look
from core.identities.row import UNKNOWN, Row
from core.in_time import LIMIT, answer
from core.members.actor import Actor
from core.period import Period, last_days
from core.store import doctor_runs
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
    """Ask Amazon and the name servers, LIMIT in all. Operators and admins. Raises what Amazon says, and Late when it says
    nothing; DNS never raises: what was not answered in time is "Couldn't check"."""
    way = asked(desk, connection, actor).within(LIMIT)
    details, signer = answer(lambda: _told(way, name), way.end)
    found, signers = _looked(
        details, signer, connection.region, names.way_of(desk.settings, connection), way.end
    )
    rows = (*found, one_click.row(chosen(desk.store, connection), desk.settings.public_url))
    period, number = last_days(DAYS, now), connection.id or 0
    counted = {
        row.key: row
        for row in rates(desk.store, [number], period.first, period.last, "mailbox_provider")
        if row.key
    }
    drifted = drift(desk.store, connection, name, rows, now)
    with suppress(
        SesDeskError
    ):  # a store that takes nothing just now costs the memory of this look, not the look
        remembered.note(desk.store, connection, name, found, now)
    items = bulk.checklist(details, signer, (*rows, *signers), counted)
    return Overview(
        details, signer, rows, tuple(items), bulk.volume(_busiest(desk.store, number, period)),
        drifted, now,
    )  # fmt: skip


def drift(
    store: Store, connection: Connection, sender: str, rows: tuple[Row, ...], now: int
) -> dict[str, tuple[int, int]]:
    """For what is wrong now and was right in a round of the Doctor or another look: the last such, the first that failed."""
    found: dict[str, tuple[int, int]] = {}
    rounds = history.rounds(store, connection.id or 0, doctor_runs.KEPT)
    kept = remembered.read(store, connection)
    for row in rows:
        if row.good or row.state == UNKNOWN:
            continue
        right, since = remembered.of(kept, sender, row)
        failed = [since] if since else []
        for each in rounds:
            said = {line.name: line for line in each.lines if line.facts.get("subject") == row.name}
            line = said.get(f"dns/{row.key}")
            if line is not None and line.state == "ok":
                right = max(right, each.at)
                break
            if line is not None and line.state in BAD:
                failed.append(each.at)
        if right:
            found[row.key] = (right, min((at for at in failed if at > right), default=now))
    return found


def _told(way: Access, name: str) -> tuple[Details, Details]:
    """What Amazon says of the sender, and of the one whose DKIM signs its mail."""
    details = identity.read(way, name)
    return details, sender.signing(way, details)


def _looked(
    details: Details, signer: Details, region: str, way: Way, end: float
) -> tuple[list[Row], list[Row]]:
    """The records of the sender; and for an address its domain's own DKIM records, looked up beside them."""
    until = Until(min(Until().at, end))
    apart = signer is not details and signer.is_domain
    with ThreadPoolExecutor(2, "looks") as pool:
        theirs = pool.submit(look, signer, region, way, until) if apart else None
        mine = look(details, region, way, until)
        return mine, [row for row in theirs.result() if row.key.startswith("dkim-")] if theirs else []


def _busiest(store: Store, connection_id: int, period: Period) -> dict[str, int]:
    by_provider = daily(store, [connection_id], period.first, period.last, "mailbox_provider")
    return {
        name: max((numbers.sent for numbers in by_provider.get(key, {}).values()), default=0)
        for key, name in NAMES.items()
    }
