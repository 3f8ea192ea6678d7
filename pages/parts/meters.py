"""The three meters of a connection: bounces, complaints, quota."""

import streamlit as st

from core.charts.kind import BOUNCE, COMPLAINT
from core.charts.meter import Meter, bounce_meter, complaint_meter, draw, quota_meter
from core.charts.palette import palette
from core.charts.words import of
from core.metrics.verdict import Verdict
from core.reports.home import State
from core.store.amazon_counts import Counted
from pages.parts.ago import ago

WHY = "Only bounces or complaints are reported here, so nobody can say of how many."


def meters(state: State) -> None:
    """Side by side on a desk, below each other on a phone."""
    look = palette(st.context.theme.type)
    total = state.total
    bounced, complained = total.bounced_permanent, total.complained
    theirs = state.counted if state.counted and state.counted.sent and total.sent == 0 else None
    drawn = [
        bounce_meter(*_against(state.bounce, bounced, total.sent, theirs, "bounces"), BOUNCE.marks),
        complaint_meter(
            *_against(state.complaint, complained, total.sent, theirs, "complaints"), COMPLAINT.marks
        ),
        _quota(state),
    ]
    for column, meter in zip(st.columns(3, gap="medium"), drawn, strict=True):
        column.html(draw(meter, look))


def _against(
    verdict: Verdict, part: int, sent: int | None, theirs: Counted | None, name: str
) -> tuple[float | None, str]:
    """The value and the words of a rate. What cannot be known, or was never sent, has no value; Amazon's own count says so."""
    if theirs is not None:
        return verdict.rate, f"Amazon counted {of(getattr(theirs, name), theirs.sent)}"
    if sent is None:
        return None, "Cannot be known"
    if not sent:
        return None, "Nothing sent in 30 days"
    return verdict.rate, of(part, sent)


def _quota(state: State) -> Meter:
    account = state.account
    if account is None or account.failed:
        return Meter("Daily quota", None, "Not checked yet", 1.0)
    return quota_meter(
        account.sent_24h,
        -1 if account.max_24h is None else account.max_24h,
        f"as of {ago(account.checked_at)}",
    )
