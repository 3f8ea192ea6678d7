"""The four numbers of a period, each with its base and how it differs from as many days before."""

import streamlit as st

from core.charts.frame import Total
from core.charts.words import count, of, percent, points
from core.reports.review import Review
from pages.parts.badge import badge

UNKNOWN = "Cannot be known"


def tiles(review: Review) -> None:
    """Sent, delivered, bounce rate, complaint rate. Four abreast on a desk, two or one on a phone."""
    now, before = review.total, review.before
    grid = st.grid(4, min_column_width=150)
    sent, delivered, bounce, complaint = (grid.container(border=True, height="stretch") for _ in range(4))
    with sent:
        change = _change(now.sent, before.sent)
        st.metric("Sent", count(now.sent) if now.sent is not None else UNKNOWN, change, delta_color="off")
        st.caption("recipients of messages")
    with delivered:
        _rate_tile("Delivered", _share(now), _share(before), now.delivered, now.sent, "normal")
    with bounce:
        _rate_tile(
            "Bounce rate", now.bounce_rate, before.bounce_rate, now.bounced_permanent, now.sent, "inverse"
        )
        badge(review.bounce.word)
    with complaint:
        _rate_tile(
            "Complaint rate", now.complaint_rate, before.complaint_rate, now.complained, now.sent, "inverse"
        )
        badge(review.complaint.word)
    if before.sent:
        st.caption(f"Arrows: against the {len(review.period)} days before.")


def _rate_tile(
    label: str, rate: float | None, before: float | None, part: int, whole: int | None, colour: str
) -> None:
    change = None if rate is None or before is None else points(rate - before)
    value = percent(rate) if whole is not None else UNKNOWN
    st.metric(label, value, change, delta_color=colour)  # type: ignore[arg-type]
    st.caption(
        of(part, whole).rpartition(" (")[0]
        if whole
        else "nothing sent"
        if whole == 0
        else f"{count(part)} reported"
    )


def _share(total: Total) -> float | None:
    return total.delivered / total.sent if total.sent else None


def _change(now: int | None, before: int | None) -> str | None:
    if not before or now is None:
        return None
    return f"{(now - before) / before * 100:+.0f} %"
