"""Amazon's own counts on the review: beside ours day by day, with what explains the difference, and in place of ours before
the first report came in."""

import pandas as pd
import streamlit as st

from core import moment
from core.charts.words import count, day, day_words, of
from core.errors import SesDeskError
from core.members import roles
from core.members.actor import SignedIn
from core.reports.difference import METRICS
from core.reports.first_days import FirstDays
from core.reports.reconcile import DayCounts, Reconciliation, reconcile
from core.store.tables import Connection
from core.watch.counting import count_now
from pages.parts.ago import ago, exact
from pages.parts.desk import desk
from pages.parts.finding import finding
from pages.parts.plain import plain
from pages.parts.review_filters import Filters

HEADINGS = {"sent": "Sent", "bounces": "Bounced", "complaints": "Complained"}
UNITS = (
    "Amazon counts the whole account in this region, whoever sends; here stand the recipients of mail that reports here. "
    "Days are UTC days. Amazon remembers two weeks; SES Desk keeps what it read for 90 days."
)
READING = {
    False: "Amazon does not say which bounces it counts. Compared with permanent bounces.",
    True: "Amazon does not say which bounces it counts. Compared with permanent and temporary ones together, which fit more days.",
}
NOT_READ = (
    "Amazon's counts were not read yet. The worker reads them within minutes, and every hour from then on."
)
WIDTHS = (95, 125, 145)  # pixels; so that the headings can be read


def borrowed_days(early: FirstDays, connection: Connection) -> None:
    """The sentence about days that are Amazon's: never mixed into the numbers above it."""
    total = early.total
    told = f"{of(total.bounces, total.sent)} bounced, {count(total.complaints)} complained"
    days = f"{len(early.days)} day{'' if len(early.days) == 1 else 's'} up to {day_words(day(early.last))}"
    st.info(
        f"**{days}: Amazon's own counts.** {told}. Ours take over from the first report that came in. "
        "The numbers above are of our own events alone.",
        icon=":material/database:",
    )


def counts(signed: SignedIn, chosen: Filters) -> None:
    """The tab: a table, and every difference in words."""
    st.caption(UNITS)
    compared = reconcile(desk().store, chosen.connection, chosen.period)
    _head(signed, chosen.connection, compared)
    if not compared.days:
        if compared.known.until:
            st.caption("Amazon's counts are not known for these days.")
        return
    _words(compared)
    _table(compared)
    st.caption(READING[compared.temporary_too])


def _head(signed: SignedIn, connection: Connection, compared: Reconciliation) -> None:
    """When they were read, and a button to read them now."""
    known = compared.known
    with st.container(horizontal=True, vertical_alignment="center"):
        if known.until:
            st.markdown(f"Read {ago(known.until)}.", help=exact(known.until), width="content")
        else:
            st.markdown(
                NOT_READ if not known.tried else "Amazon's counts could not be read.", width="content"
            )
        if roles.covers(signed.role, "operator") and st.button(
            "Read Amazon's counts now", icon=":material/sync:"
        ):
            try:
                with st.spinner("Asking Amazon…"):
                    count_now(desk(), connection, signed, moment.now())
                st.rerun()
            except SesDeskError as refused:
                st.error(plain(str(refused)))
    if compared.trouble:
        finding(compared.trouble, known.tried, key="counts-trouble")


def _words(compared: Reconciliation) -> None:
    """The days that differ, newest first; one sentence when none does."""
    different = [one for one in compared.days if one.sentences]
    if not different:
        agree = "on the day" if len(compared.days) == 1 else f"on all {len(compared.days)} days"
        st.success(f"Amazon and SES Desk agree {agree} that can be compared.", icon=":material/check_circle:")
    early = [one for one in different if one.early and one.whole]
    for one in [one for one in different if one not in early][:14]:
        _day(one)
    if early:
        _before(early, compared)


def _day(one: DayCounts) -> None:
    open_question = bool(one.unexplained or one.lost)
    with st.container(border=True, key=f"counts-{one.day}", gap="small"):
        mark = (
            ":material/help:" if one.unexplained else ":material/report:" if one.lost else ":material/info:"
        )
        st.markdown(f"{mark} **{day_words(day(one.day))}**{'' if one.whole else ' · not the whole day'}")
        text = "  \n".join(plain(sentence) for sentence in one.sentences)
        (st.markdown if open_question else st.caption)(text)


def _before(early: list[DayCounts], compared: Reconciliation) -> None:
    """All whole days before the first report, in one sentence."""
    sums = {metric: sum(one.differences[metric].difference for one in early) for metric in METRICS}
    told = f"{count(sums['sent'])} sent, {count(sums['bounces'])} bounced, {count(sums['complaints'])} complained"
    days = "1 day" if len(early) == 1 else f"{len(early)} days"
    with st.container(border=True, key="counts-early", gap="small"):
        st.markdown(f":material/info: **{days} up to {day_words(day(early[0].day))}**")
        why = "before the first report here" if compared.began else "and nothing has ever come in here"
        st.caption(f"Amazon counted {told}, {why}.")


def _table(compared: Reconciliation) -> None:
    widths = {
        f"{heading} · {whose}": st.column_config.NumberColumn(format="localized", width=width)
        for heading, width in zip(HEADINGS.values(), WIDTHS, strict=True)
        for whose in ("Amazon", "here")
    }
    st.dataframe(
        pd.DataFrame([_line(one) for one in compared.days]),
        hide_index=True,
        key="counts-table",
        column_config={
            "Day": st.column_config.TextColumn(width=125),
            **widths,
            "Difference": st.column_config.TextColumn(
                width=120, help="Amazon's count less ours: sent / bounced / complained."
            ),
        },
        alt=f"Amazon's counts and ours on {len(compared.days)} days",
    )


def _line(one: DayCounts) -> dict[str, object]:
    line: dict[str, object] = {"Day": one.day if one.whole else f"{one.day} (part)"}
    for metric in METRICS:
        found, heading = one.differences[metric], HEADINGS[metric]
        line |= {f"{heading} · Amazon": found.amazon, f"{heading} · here": found.ours}
    differences = [found.difference for found in one.differences.values()]
    told = " / ".join(f"{number:+,}" if number else "0" for number in differences)
    return {**line, "Difference": told if any(differences) else "–"}
