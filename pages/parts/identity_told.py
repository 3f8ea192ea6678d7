"""The answer first: is this sender in order; and the checklist of the large receivers."""

from collections.abc import Callable

import streamlit as st

from core.connect.regions import place
from core.identities.bulk import AMAZONS
from core.identities.overview import Overview
from core.identities.row import UNKNOWN, VERIFIED
from core.safe_text import safe_markdown
from core.store.tables import Connection
from pages.parts import identity_choice
from pages.parts.ago import ago, exact
from pages.parts.badge import badge_words
from pages.parts.plain import plain

DONE = "identity-done"
GOOD = frozenset({VERIFIED, "Healthy"})
OPEN = frozenset({UNKNOWN, "Cannot be known", "Too few to judge"})


def done() -> None:
    """Say what the last change did."""
    words = st.session_state.pop(DONE, None)
    if words:
        st.success(words, icon=":material/check_circle:")


def verdict(connection: Connection, seen: Overview) -> None:
    """One sentence on the sender, what Amazon says, and "Check again"."""
    details, name = seen.details, safe_markdown(seen.details.name, 80)
    draw, words = _weigh(seen)
    draw(f"{name}: {words}")
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        what = "verified" if details.verified else "not verified yet"
        st.caption(
            f"Amazon says: {what} in {place(connection.region)}. Looked up {ago(seen.at)}, at this machine's resolver and "
            "at the domain's own name servers.",
            help=exact(seen.at),
            width="stretch",
        )
        st.button(
            "Check again",
            key=f"identity-again-{connection.id}",
            icon=":material/refresh:",
            on_click=identity_choice.forget,
            args=(connection,),
        )


def _weigh(seen: Overview) -> tuple[Callable[[str], object], str]:
    verified, every = seen.details.verified, len(seen.rows)
    if seen.wrong:
        names = [row.label for row in seen.wrong]
        are = f"{_and(tuple(names))} {'is' if len(names) == 1 else 'are'} to be put right"
        if seen.unknown:
            return (
                st.warning if verified else st.error
            ), f"{are}; {len(seen.unknown)} more could not be checked."
        rest = "" if len(names) == every else " Everything else is in order."
        return (st.warning if verified else st.error), f"{are}.{rest}"
    if seen.unknown:
        many = len(seen.unknown)
        return (
            st.info,
            f"{many} of {every} could not be checked just now, so nothing can be said of {'it' if many == 1 else 'them'}.",
        )
    if not verified and seen.details.is_domain:
        return st.info, "everything is published. Amazon has not looked yet; it may take some hours."
    if not verified:
        return st.info, "Amazon waits for a press on the link that it mailed there."
    return st.success, f"ready to send. All {every} are in order."


def checklist(seen: Overview) -> None:
    """What they ask, with the evidence, and who of them asks it."""
    good = sum(item.state in GOOD for item in seen.items)
    open_ = sum(item.state in OPEN for item in seen.items)
    bad = len(seen.items) - good - open_
    parts = [f"{good} of {len(seen.items)} are met"]
    parts += [f"{bad} {'is' if bad == 1 else 'are'} not"] if bad else []
    parts += [f"{open_} cannot be told from here"] if open_ else []
    st.markdown(f"**{', '.join(parts)}.** {seen.volume}")
    for item in sorted(seen.items, key=lambda each: (each.state in GOOD, each.state in OPEN)):
        with st.container(border=True, key=f"bulk-{item.key}"):
            with st.container(
                horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"
            ):
                st.markdown(f"**{item.label}**", width="content")
                st.markdown(badge_words(item.state), width="content")
            st.markdown(plain(item.evidence.replace(" %", "\u00a0%")))
            st.caption(f"Asked by {_and(item.providers)}")
    st.caption(AMAZONS)


def _and(names: tuple[str, ...]) -> str:
    return f"{', '.join(names[:-1])} and {names[-1]}" if len(names) > 1 else names[0]
