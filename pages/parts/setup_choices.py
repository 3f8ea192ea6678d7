"""What an admin chooses before a set-up: whose mail, how Amazon reports, how it reaches us. In plain words, with defaults."""

import streamlit as st

from core.safe_text import safe_markdown
from core.setup.callback_check import CallbackCheck
from core.setup.choices import Choices
from core.setup.offer import Offer
from core.store.tables import Connection
from pages.parts.ago import took
from pages.parts.badge import badge
from pages.parts.finding import finding
from pages.parts.looked import look_again

REPORTS = {
    "configuration-set": (
        "By configuration set",
        "Recommended. Every kind of event.",
    ),
    "identity": ("By the identity's own notifications", "Bounces, complaints and deliveries only."),
}
REACHES = {
    "https": ("Amazon posts here (HTTPS)", "Within a second. Needs a public https address."),
    "queue": ("SES Desk fetches from a queue (SQS)", "Within seconds. Needs no public address."),
    "both": ("Both", "The queue proves that HTTPS lost nothing."),
}
REACHED = {
    "here": ("Reachable from here", "Verified"),
    "amazon": ("Reachable from Amazon", "Verified"),
    "demo": ("Reachable from the demo Amazon", "Verified"),
    "none": ("No public address", "Missing"),
    "private": ("Not on the internet", "Missing"),
    "no": ("Not reachable from here", "Incorrect"),
}


def choose(connection: Connection, offer: Offer) -> Choices:
    """The controls. What was chosen is kept for the other ways on this page, too."""
    number, said = connection.id, offer.check
    who, left, right = st.columns((4, 5, 5))
    with who:
        identity = (
            st.selectbox("Whose mail (identity)", offer.identities, key=f"setup-identity-{number}") or ""
        )
    with left:
        way = st.radio(
            "How shall Amazon report?",
            list(REPORTS),
            format_func=lambda key: REPORTS[key][0],
            captions=[caption for _, caption in REPORTS.values()],
            key=f"setup-way-{number}",
        )
    with right:
        intake = st.radio(
            "How shall it reach SES Desk?",
            list(REACHES),
            index=list(REACHES).index(offer.suggested.intake),
            format_func=lambda key: REACHES[key][0],
            captions=[caption for _, caption in REACHES.values()],
            key=f"setup-intake-{number}",
        )
    if intake != "queue":
        reached(said)
    chosen = _more(connection, offer, Choices(way, intake, identity))
    st.session_state[f"setup-choices-{number}-{connection.region}"] = chosen
    return chosen


def chosen(connection: Connection, offer: Offer) -> Choices:
    """What was chosen last on this page, else what is suggested."""
    found: Choices = st.session_state.get(
        f"setup-choices-{connection.id}-{connection.region}", offer.suggested
    )
    return found


def reached(said: CallbackCheck) -> None:
    """How the callback's self-check went; never more than was seen."""
    word, state = REACHED[said.state]
    with st.container(horizontal=True, vertical_alignment="center", key="setup-callback"):
        badge(state)
        time = f" :gray[{took(said.seconds)}]" if said.seconds else ""
        st.markdown(f"**{word}.** {said.sentence}{time}", width="content")
        if said.state not in ("demo",) and st.button("Check the address again", type="tertiary"):
            look_again("offer")
            st.rerun()
    if said.finding is not None:
        finding(said.finding)


def _more(connection: Connection, offer: Offer, basic: Choices) -> Choices:
    """Names of one's own, further identities, and whether bounces go on coming by mail."""
    number = connection.id
    with st.expander("More options", icon=":material/tune:"):
        others = [name for name in offer.identities if name != basic.identity]
        also = st.multiselect("Further identities, set up the same way", others, key=f"setup-also-{number}")
        name = ""
        if basic.way == "configuration-set":
            name = st.text_input(
                "Configuration set to use",
                max_chars=64,
                placeholder="Empty: the identity's own default, else a new one",
                key=f"setup-set-{number}",
            )
        topic = st.text_input(
            "SNS topic to use (name or ARN)",
            max_chars=320,
            placeholder="Empty: the one that reports here, else a new one",
            key=f"setup-topic-{number}",
        )
        keep = tracking = True
        if basic.way == "identity":
            keep = st.checkbox(
                "Bounces also go on coming by mail (feedback forwarding)",
                value=True,
                key=f"setup-forwarding-{number}",
            )
        else:
            tracking = st.checkbox(
                "Count opens and clicks too: Amazon rewrites links and adds an invisible image",
                value=True,
                key=f"setup-tracking-{number}",
            )
            st.caption(f"Applies to {safe_markdown(basic.identity, 120)}, and to those added here.")
    return Choices(
        basic.way, basic.intake, basic.identity, name.strip(), topic.strip(), keep_forwarding=keep, also=tuple(also), tracking=tracking,
    )  # fmt: skip
