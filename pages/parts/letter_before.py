"""A mail that is not sent yet: written or pasted here. What is wrong with it, and how it will look."""

import streamlit as st

from core.dns.domain import aligned
from core.errors import BadInput
from core.letters.draft import draft
from core.letters.examine import Examined, before
from core.letters.headers import domain_of
from core.members.actor import SignedIn
from pages.parts import fields, letter_look, letter_points
from pages.parts.choice import visible_connections

FORM = "letter-before"
TAKEN = "letter-taken"  # subject and text that another page hands over
SHOWN = "letter-before-shown"
MORE = 2_000_000


def hand_over(subject: str, text: str) -> None:
    """Take these words along to this page."""
    st.session_state[TAKEN] = (subject, text)
    st.session_state.pop(SHOWN, None)


def form(signed: SignedIn) -> None:
    """The boxes, one button, and the answer under it."""
    subject, text = st.session_state.get(TAKEN, ("", ""))
    senders = [one.from_address for one in visible_connections(signed) if one.from_address]
    with st.form(FORM, border=False):
        left, right = st.columns(2, gap="medium")
        sender = left.text_input(
            "From address", senders[0] if senders else "", max_chars=320, placeholder="news@example.com"
        )
        subject = right.text_input("Subject", subject, max_chars=2000, placeholder="Our autumn offers")
        left, right = st.columns(2, gap="medium")  # a second row, so that a phone shows them in reading order
        html = left.text_area("HTML", max_chars=MORE, height=200, placeholder="Paste the HTML of the mail")
        text = right.text_area(
            "Plain text", text, max_chars=MORE, height=200, placeholder="The same in plain words"
        )
        bulk = st.checkbox("It goes to many people (newsletter, offers)", value=True)
        unsubscribe = st.checkbox(
            "My program adds one-click unsubscribe headers",
            help="List-Unsubscribe and List-Unsubscribe-Post, RFC 8058.",
        )
        fields.said(FORM, "from_address", "text", "html")
        pressed = st.form_submit_button("Check this mail", type="primary")
    fields.rest(FORM, "from_address", "text", "html")
    if pressed:
        st.session_state.pop(SHOWN, None)
        try:
            raw = draft(subject, sender, text, html, unsubscribe)
            st.session_state[SHOWN] = before(raw, _own(sender, senders), bulk)
        except BadInput as refused:
            fields.note(FORM, refused)
            st.rerun()
    if (shown := st.session_state.get(SHOWN)) is not None:
        _answer(shown)
    else:
        st.caption("Do you have a saved mail, or one that arrived? Choose “After it arrived” above.")


def _own(sender: str, senders: list[str]) -> str:
    """The domain that this mail should be from: a connection's of the same owner, else the first connection's."""
    domains = [domain_of(each) for each in senders]
    same = [each for each in domains if aligned(each, domain_of(sender))]
    return next(iter(same + domains), "")


def _answer(examined: Examined) -> None:
    st.subheader("What we found", anchor=False)
    letter_points.summary(examined.points)
    letter_points.points(examined.points)
    letter_look.look(examined)
    letter_points.clear(SHOWN)
