"""The check that every way of setting up ends in, and which choices the other ways speak of."""

import streamlit as st

from core.chain import ours
from core.chain.weak import doubts, weak_links
from core.diagnosis import Context
from core.members.actor import SignedIn
from core.safe_text import safe_markdown
from core.setup import saga
from core.setup.choices import Choices
from core.store.tables import Connection
from pages.parts import setup_run
from pages.parts.ago import ago
from pages.parts.desk import desk
from pages.parts.finding import finding
from pages.parts.looked import look_again, looked, seen_at
from pages.parts.setup_choices import REACHES, REPORTS, chosen
from pages.parts.setup_plan import offered
from pages.parts.trouble import trouble


def check(connection: Connection, place: str) -> None:
    """The verification every way ends in: the chain is read from Amazon, and its weak links are named."""
    st.divider()
    with st.container(horizontal=True, vertical_alignment="center"):
        pressed = st.button(
            "Check what stands in Amazon", key=f"check-chain-{place}", icon=":material/fact_check:"
        )
        age = st.container(width="content")
    if pressed:
        look_again("chain")
    about = (connection.id, connection.region)
    if not pressed and seen_at("chain", about) is None:
        return
    with trouble(Context(region=connection.region)):
        found, wanted = looked(
            "chain",
            about,
            lambda: ours.look(setup_run.at_hand(), connection),
            "Reading the chain from Amazon …",
        )
        age.caption(f"Checked {ago(seen_at('chain', about))}.", width="content")
        weak, unsure = weak_links(found, wanted), doubts(found, wanted)
        if not weak and not unsure:
            st.success(
                "Every link of the chain stands. A fire drill proves that it works.",
                icon=":material/check_circle:",
            )
        for number, each in enumerate([*weak, *unsure]):
            finding(each, key=f"weak-{place}-{number}")


def standing_or_chosen(signed: SignedIn, connection: Connection) -> Choices:
    """The choices above, or those of the set-up that stands."""
    shown = saga.current(desk().store, connection.id or 0)
    return shown.choices if shown else chosen(connection, offered(signed, connection))


def which(connection: Connection, choices: Choices, what: str) -> None:
    names = ", ".join(safe_markdown(name, 120) for name in choices.identities)
    stands = saga.current(desk().store, connection.id or 0) is not None
    how = "As the set-up that stands." if stands else "Choose differently above."
    st.caption(f"{what} for {names}: {REPORTS[choices.way][0].lower()}; {REACHES[choices.intake][0]}. {how}")
