"""The state of each connection, as Home shows it: one word, its reasons, two rates, the quota, and what to do next."""

from dataclasses import dataclass

from core.charts.frame import Total, total
from core.connect import checks
from core.metrics.borrowed import borrowed
from core.metrics.health import Account, Health, health
from core.metrics.hearing import heard
from core.metrics.verdict import Verdict, judge
from core.period import last_days
from core.reports.first_days import first_days
from core.reports.held_up import held_up_by_provider
from core.reports.review import silent
from core.reports.standout import bad_days, held_up_since
from core.store.amazon_counts import Counted
from core.store.engine import Store
from core.store.rates import rates
from core.store.tables import Connection

DAYS = 30


@dataclass(frozen=True, slots=True)
class State:
    """One connection just now. `next` is the one step worth taking: check | listen | test | production | review | ""."""

    connection: Connection
    health: Health
    total: Total
    bounce: Verdict
    complaint: Verdict
    account: Account | None
    counted: Counted | None  # Amazon's own counts of days that ours cannot tell
    notable: tuple[str, ...]  # what stands out in the period, in sentences, even where the whole is healthy
    next: str


def state(store: Store, connection: Connection, now: int) -> State:
    """Read and judge one connection: the last 30 days from its rollups, the account from its last check."""
    period = last_days(DAYS, now)
    rows = rates(store, [connection.id or 0], period.first, period.last)
    whole = total(rows)
    bounce = judge("bounce", whole.bounced_permanent, whole.sent, whole.unknown)
    complaint = heard(
        judge("complaint", whole.complained, whole.sent, whole.unknown),
        whole.sent,
        silent(store, [connection.id or 0], period),
    )
    early = first_days(store, connection.id or 0, period, rows)
    counted = early.total if early else None
    if counted and counted.sent and whole.sent == 0:
        bounce = borrowed("bounce", counted.bounces, counted.sent)
        complaint = borrowed("complaint", counted.complaints, counted.sent)
    account = checked(connection)
    judged = health((("Bounces", bounce), ("Complaints", complaint)), account, now)
    held = held_up_since(*held_up_by_provider(store, [connection.id or 0], period))
    notable = tuple(one.sentence for one in (*bad_days(rows, 1), held) if one)
    return State(
        connection, judged, whole, bounce, complaint, account, counted, notable,
        _next(judged, whole, account, notable),
    )  # fmt: skip


def checked(connection: Connection) -> Account | None:
    """What the connection's last check learnt of the account; None when it was never checked."""
    kept = checks.last(connection)
    if kept is None:
        return None
    trouble = kept.findings[0].title if kept.findings and not kept.ok else ""
    said = kept.account
    if said is None:
        return Account(kept.at, failed=trouble or "Amazon would not say how this account stands.")
    return Account(
        kept.at, "", "" if kept.ok else trouble or "A part of the last check failed.",
        said.production, said.sending_enabled, said.enforcement, said.max_24h, said.sent_24h,
    )  # fmt: skip


def _next(judged: Health, whole: Total, account: Account | None, notable: tuple[str, ...]) -> str:
    if account is None or any(reason.word == "Not checked yet" for reason in judged.reasons):
        return "check"
    if whole.unknown == "no_delivery_feed" or not whole.sent:
        return "listen" if whole.unknown else "test"
    if judged.word in ("In danger", "At risk"):
        return "production" if not account.production and judged.word == "At risk" else "review"
    return "review" if notable else ""
