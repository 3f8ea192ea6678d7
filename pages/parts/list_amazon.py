"""Our list beside the account's own at Amazon, in three parts, and setting either right."""

from collections.abc import Callable, Iterator

import pandas as pd
import streamlit as st

from core import moment
from core.connect import checks
from core.diagnosis import Context
from core.lists import amazon, setting_right
from core.lists.amazon import Compared, Reading
from core.lists.setting_right import Change
from core.members import roles
from core.members.actor import SignedIn
from core.safe_text import csv_cell, safe_text
from core.store.amazon_suppressed import Both
from core.store.tables import Connection
from pages.parts.ago import ago, exact
from pages.parts.desk import desk
from pages.parts.finding import finding
from pages.parts.list_words import DONE, REASONS, many, of_these
from pages.parts.trouble import trouble

MOST = 100  # rows of a part on one page
THERE = {"BOUNCE": "Bounce", "COMPLAINT": "Complaint"}


def comparison(signed: SignedIn, connection: Connection) -> None:
    """What each list holds that the other does not."""
    st.markdown(
        "Amazon keeps a list of its own for the whole account in this region (account suppression list). "
        "It refuses mail to these addresses, whoever sends it."
    )
    here, there, differ = _trails(connection)
    shown = amazon.compared(desk().store, connection, signed, MOST + 1, (here[-1], there[-1], differ[-1]))
    with st.container(horizontal=True, vertical_alignment="center"):
        if st.button(
            "Read Amazon's list now",
            icon=":material/sync:",
            disabled=connection.disabled,
            type="primary" if shown.read_at is None else "secondary",
        ):
            _read(signed, connection)
        if shown.read_at is not None:
            st.caption(f"Read {ago(shown.read_at)}", help=exact(shown.read_at), width="content")
        else:
            st.caption("Not read yet.", width="content")
    _last(shown.last)
    if shown.read_at is not None:
        _parts(signed, connection, shown)


def _last(last: Reading | None) -> None:
    """How the last reading went, and what the account does by itself."""
    if last is None:
        return
    if last.finding is not None:
        finding(last.finding)
    if last.kept_for == ():
        st.warning(
            "The account puts nobody on its own list: account-level suppression is off. "
            "Your sending system has to ask this list here.",
            icon=":material/warning:",
        )
    elif last.kept_for and set(last.kept_for) != {"BOUNCE", "COMPLAINT"}:
        only = " and ".join(THERE.get(one, one).lower() + "s" for one in last.kept_for)
        st.info(f"The account puts addresses on its own list for {only} only.", icon=":material/info:")


def _parts(signed: SignedIn, connection: Connection, shown: Compared) -> None:
    """The three columns; on a phone one below the other."""
    admin = roles.covers(signed.role, "admin") and not connection.disabled
    if admin and _in_sandbox(connection):
        st.info(
            "When it was last checked, this account was in Amazon's sandbox. There Amazon adds nobody to its list on request.",
            icon=":material/info:",
        )
    here, there, differ = st.columns(3, gap="medium")
    with here:
        _here(signed, connection, shown.only_here, admin)
    with there:
        _there(signed, connection, shown.only_there, admin)
    with differ:
        _differ(signed, connection, shown.differ, admin)


def _in_sandbox(connection: Connection) -> bool:
    """Whether the account was in the sandbox when it was last asked; False while nobody knows."""
    last = checks.last(connection)
    return last is not None and last.account is not None and not last.account.production


def _here(signed: SignedIn, connection: Connection, found: list[Both], may: bool) -> None:
    rows = _part(
        connection, "Only here", found, 0, "Unsubscribes stay here: Amazon's list knows bounces and complaints alone."
    )  # fmt: skip
    mine, now = desk(), moment.now()
    if (
        rows
        and may
        and st.button(f"Put {many(len(rows))} on Amazon's list", key=_key("put-there", connection, rows))
    ):
        _change(lambda: setting_right.put_there(mine, connection, rows, signed, now), "put on Amazon's list")


def _there(signed: SignedIn, connection: Connection, found: list[Both], may: bool) -> None:
    rows = _part(
        connection, "Only at Amazon", found, 1, "Amazon refuses them; your sender does not know yet."
    )
    mine, now = desk(), moment.now()
    if rows and st.button(f"Add {many(len(rows))} here", key=_key("add-here", connection, rows)):
        put = setting_right.add_here(mine.store, connection, rows, signed, now)
        st.session_state[DONE] = f"{many(put)} added here."
        st.rerun()
    if len(found) > MOST and st.button(
        "Add everybody here", key=f"add-all-here-{connection.id}", type="primary"
    ):
        with st.status("Adding…", expanded=False) as status:
            put = 0
            for put in setting_right.add_all_here(mine.store, connection, signed, now):
                status.update(label=f"Adding: {many(put)} so far…")
        st.session_state[DONE] = f"{many(put)} added here."
        st.rerun()
    if (
        rows
        and may
        and st.button(f"Take {many(len(rows))} off Amazon's list", key=_key("take-off", connection, rows))
    ):
        _change(
            lambda: setting_right.remove_there(mine, connection, rows, signed, now), "taken off Amazon's list"
        )


def _differ(signed: SignedIn, connection: Connection, found: list[Both], may: bool) -> None:
    rows = _part(
        connection, "On both, for different reasons", found, 2, "Both refuse the mail; only the reason differs."
    )  # fmt: skip
    mine, now = desk(), moment.now()
    if (
        rows
        and may
        and st.button(
            f"Tell Amazon our reason for {many(len(rows))}", key=_key("tell-reason", connection, rows)
        )
    ):
        _change(lambda: setting_right.put_there(mine, connection, rows, signed, now), "told to Amazon")


def _part(connection: Connection, title: str, rows: list[Both], place: int, sentence: str) -> list[Both]:
    """A page of a part; returns those that a button is about: the picked ones, else all that are shown."""
    trail = _trails(connection)[place]
    number = f"more than {MOST}" if len(rows) > MOST or len(trail) > 1 else str(len(rows))
    st.markdown(f"**{title}** · {number}")
    following = rows[MOST - 1].address if len(rows) > MOST else None
    rows = rows[:MOST]
    picked: list[Both] = []
    if rows:
        st.caption(sentence)
        table = pd.DataFrame([_line(row) for row in rows])
        chosen = st.dataframe(
            table, hide_index=True, key=_key(f"compared-{place}", connection, rows), on_select="rerun", selection_mode="multi-row",
            height=min(320, 38 + 35 * len(rows)), column_config=_WIDTHS, alt=f"{title}: {len(rows)} addresses",
        )  # fmt: skip
        picked = [rows[row] for row in chosen.selection.rows if row < len(rows)]
    _turn(trail, following, place)
    return picked or rows


def _key(name: str, connection: Connection, rows: list[Both]) -> str:
    """A pick or a press counts for these addresses alone, with the reasons that were shown."""
    return of_these(name, connection, [(row.address, row.here, row.there) for row in rows])


# A third of a desktop's width, so that the reason is seen beside the address; the whole address is one click away.
_WIDTHS = {
    "Address": st.column_config.TextColumn(width=195),
    "Here": st.column_config.TextColumn(width=75),
    "Amazon": st.column_config.TextColumn(width=75),
}


def _trails(connection: Connection) -> tuple[list[str], list[str], list[str]]:
    """The addresses behind which the pages of each part began so far."""
    trails: tuple[list[str], list[str], list[str]] = st.session_state.setdefault(
        f"compared-trails-{connection.id}", ([""], [""], [""])
    )
    return trails


def _turn(trail: list[str], following: str | None, place: int) -> None:
    """The way to the next page and back, where there is more than one."""
    if len(trail) == 1 and following is None:
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        if st.button(
            "Back", icon=":material/chevron_left:", disabled=len(trail) == 1, key=f"compared-back-{place}"
        ):
            trail.pop()
            st.rerun()
        if (
            st.button(
                "Next",
                icon=":material/chevron_right:",
                disabled=following is None,
                key=f"compared-next-{place}",
            )
            and following
        ):
            trail.append(following)
            st.rerun()
        st.caption(f"Page {len(trail)}", width="content")


def _line(row: Both) -> dict[str, object]:
    words = {"Address": csv_cell(safe_text(row.address, 320))}
    if row.here:
        words["Here"] = REASONS.get(row.here, row.here)
    if row.there:
        words["Amazon"] = THERE.get(row.there, safe_text(row.there, 20))
    return words


def _read(signed: SignedIn, connection: Connection) -> None:
    with trouble(Context(region=connection.region)), st.status("Asking Amazon…", expanded=False) as status:
        last = None
        for last in amazon.read(desk(), connection, signed, moment.now()):
            status.update(label=f"Reading Amazon's list: {many(last.addresses)} so far…")
        if last is not None and last.finding is None:
            st.session_state[DONE] = f"Amazon's list was read: {many(last.addresses)}."
        st.rerun()


def _change(change: Callable[[], Iterator[Change]], words: str) -> None:
    """One address a second, told as they are done. What stops it is shown and nothing after it is tried."""
    done, stopped = 0, None
    bar = st.progress(0.0, "Asking Amazon, one address a second…")
    for step in change():
        stopped = step.finding
        done += stopped is None
        bar.progress(step.number / step.of, f"{step.number} of {step.of}")
    if stopped is not None:
        finding(stopped)
        st.caption(f"{many(done)} {words} before that. Read Amazon's list again to see where the two stand.")
    else:
        st.session_state[DONE] = f"{many(done)} {words}."
        st.rerun()
