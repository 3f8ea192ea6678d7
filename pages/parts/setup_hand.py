"""The set-up by hand, click by click, with the connection's own names; a queue made by hand is given here."""

import streamlit as st

from core import moment
from core.connect import listen
from core.diagnosis import Context
from core.members.actor import SignedIn
from core.queues import by_hand
from core.setup.guide import Copy, guide
from core.store.tables import Connection
from pages.drawings import image
from pages.parts import setup_run
from pages.parts.finding import finding
from pages.parts.setup_check import check, standing_or_chosen, which
from pages.parts.setup_plan import planned
from pages.parts.trouble import trouble
from pages.walk.listening import requests


def manual(signed: SignedIn, connection: Connection) -> None:
    """Step by step, then the requests that came, a queue to give, and the check."""
    with trouble(Context(region=connection.region)):
        mine = setup_run.at_hand()
        choices = planned(
            signed, connection, standing_or_chosen(signed, connection)
        ).choices  # every name settled
        shown = listen.callback(mine.store, mine.vault, mine.settings, connection, signed, moment.now())
        dark = st.context.theme.type == "dark"
        which(connection, choices, "The steps")
        for number, each in enumerate(guide(connection, choices, shown.url), 1):
            words, drawing = st.columns((3, 2), vertical_alignment="top")
            with words:
                st.markdown(f"**{number}.** {each.words}")
                if each.link:
                    st.markdown(f"[Open this page of the console]({each.link})")
                for copy in each.copies:
                    _copy(copy)
            if each.drawing:
                drawing.html(image(each.drawing, dark))
        if choices.https:
            st.markdown("**Requests to confirm**")
            requests(connection)
        if choices.queue:
            _give(signed, connection)
    check(connection, "hand")


def _copy(copy: Copy) -> None:
    st.caption(copy.label)
    st.code(copy.text, language="json" if copy.json else None, wrap_lines=True)


def _give(signed: SignedIn, connection: Connection) -> None:
    """A queue that was made by hand, by its URL."""
    with st.form(f"give-{connection.id}", border=True):
        st.markdown("**Give SES Desk your queue**")
        url = st.text_input(
            "Queue URL",
            max_chars=300,
            placeholder=f"https://sqs.{connection.region}.amazonaws.com/123456789012/name",
        )
        pressed = st.form_submit_button("Use this queue")
    if pressed:
        with trouble(Context(region=connection.region)):
            given = by_hand.give(setup_run.at_hand(), connection, url, signed, moment.now())
            if given.finding is not None:
                finding(given.finding)
                return
            many = len(given.topics)
            of = f", for {many} topic{'' if many == 1 else 's'} that may write to it" if many else ""
            st.success(f"SES Desk fetches from this queue from now on{of}.", icon=":material/check_circle:")
