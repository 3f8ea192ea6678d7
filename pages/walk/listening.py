"""Screen 4: send a test, and listen for Amazon's answers: callback URL, the way in the consoles, requests to confirm."""

import streamlit as st

from core import moment
from core.connect import listen, tests, walk
from core.connect.endpoint import Endpoint
from core.connect.listen import Request
from core.connect.regions import spoken
from core.members.actor import SignedIn
from core.safe_text import safe_markdown, safe_text
from core.setup import saga
from core.store.tables import Connection
from pages.parts import testing
from pages.parts.ago import ago
from pages.parts.badge import badge
from pages.parts.choice import PARAMETER
from pages.parts.desk import desk
from pages.parts.finding import finding
from pages.parts.guide import LISTEN, guide
from pages.parts.live import live
from pages.parts.steps import Done, done_lines, head
from pages.parts.trouble import trouble
from pages.walk import endpoint

SET_UP = "**SES Desk set up the way back.** Nothing has to be done by hand."
TO_SET_UP = "**One button makes the whole way back**, without Amazon's consoles."
LABELS = {"waiting": "Waiting", "pinned": "Verified", "unsubscribed": "Missing"}
NO_URL = (
    "Amazon cannot reach this SES Desk yet, so its answers cannot come back. Whoever runs it sets `SES_DESK_PUBLIC_URL` to the "
    "https address it has on the internet, and starts it again. Sending tests works without it."
)


def listening(signed: SignedIn, connection: Connection) -> None:
    """The last screen of the walk, and where one comes back to."""
    _finished(connection)
    head(
        "Send a test, and listen",
        4,
        4,
        "Amazon reports what became of each mail. Tell it where to report, send a test, and watch it come back.",
    )
    _way(signed, connection)
    st.subheader("Send a test", anchor=False)
    if connection.disabled:
        st.info(
            "This connection is disabled: it sends nothing. Enable it under Connections.",
            icon=":material/pause_circle:",
        )
    with st.container(horizontal=True, vertical_alignment="bottom"):
        key = st.selectbox(
            "What should happen",
            testing.SIMULATOR,
            format_func=lambda one: tests.SCENARIOS[one].title,
            width=320,
        )
        pressed = st.button(
            "Send the test", type="primary", icon=":material/send:", disabled=connection.disabled
        )
    st.caption(f"{tests.SCENARIOS[key].does} {tests.SCENARIOS[key].expect} {tests.NEVER_COUNTS}")
    if pressed:
        testing.send(signed, connection, [key], testing.SUBJECT, testing.BODY)
    testing.came_back(connection)
    if {"test", "listen"} <= walk.done(connection).keys():
        st.success(
            "This account is connected, and what Amazon reports comes back. Review fills by itself from now on.",
            icon=":material/check_circle:",
        )
    with st.container(horizontal=True):
        st.page_link(
            "tests.py",
            label="All tests, and mail to a person",
            icon=":material/outgoing_mail:",
            query_params={PARAMETER: connection.name},
        )
        st.page_link(
            "review.py",
            label="Open Review",
            icon=":material/monitoring:",
            query_params={PARAMETER: connection.name},
        )


def _finished(connection: Connection) -> None:
    where = Endpoint(connection.region, connection.transport, connection.endpoint, connection.smtp_port)
    done_lines(
        [
            Done("Endpoint", endpoint.said(where)),
            Done("Keys and check", "saved, sealed"),
            Done("From address", safe_markdown(connection.from_address, 120)),
        ]
    )


def _way(signed: SignedIn, connection: Connection) -> None:
    """The way back: callback URL, guide, requests."""
    st.subheader("Listen", anchor=False)
    with st.container(border=True, horizontal=True, vertical_alignment="center", key="listen-lead"):
        made = saga.current(desk().store, connection.id or 0)
        stands = made is not None and made.state == "done"
        st.markdown(SET_UP if stands else TO_SET_UP, width="content")
        st.page_link(
            "setup.py",
            label="See what was set up" if stands else "Set it up for me",
            icon=":material/fact_check:" if stands else ":material/auto_fix_high:",
            query_params={PARAMETER: connection.name},
        )
    mine = desk()
    with trouble():
        shown = listen.callback(mine.store, mine.vault, mine.settings, connection, signed, moment.now())
        if shown.url is None:
            st.warning(NO_URL, icon=":material/public_off:")
            st.page_link("home.py", label="Do this later", icon=":material/schedule:")
        else:
            st.caption("Your callback URL: the address Amazon SNS sends to. Treat it like a password.")
            st.code(shown.url, language=None, wrap_lines=True)
            with st.expander(
                f"Click by click in Amazon's consoles, in {spoken(connection.region)}", icon=":material/help:"
            ):
                guide(LISTEN)
    requests(connection)


@live(2.0, role="admin")
def requests(signed: SignedIn, connection: Connection) -> None:
    """The subscription requests that came, waiting ones first, each with its Confirm button."""
    found = listen.requests(desk().store, connection)
    if not found:
        st.caption("Waiting for a subscription request. It appears here by itself.")
    for request in found:
        with st.container(
            border=True, horizontal=True, vertical_alignment="center", key=f"topic-{request.topic_id}"
        ):
            badge(LABELS.get(request.state, request.state))
            st.markdown(
                f"Topic **{safe_text(request.arn.rsplit(':', 1)[-1], 80)}**",
                width="content",
                help=safe_text(request.arn, 200),
            )
            st.caption(_said(request), width="content")
            again = request.state == "pinned" and not request.confirmed and request.expires_at
            if (request.state == "waiting" or again) and st.button(
                "Confirm this topic", key=f"confirm-{request.topic_id}"
            ):
                _confirm(signed, connection, request)
        left = st.session_state.get(f"confirm-said-{request.topic_id}")
        if left is not None and not request.confirmed:
            finding(left)


def _said(request: Request) -> str:
    if request.state == "waiting":
        stranger = (
            "Another account or region than this connection's: confirm only if you know it. "
            if request.foreign
            else ""
        )
        until = (
            f"The request ends {ago(request.expires_at)}."
            if request.expires_at
            else "Ask Amazon to send the request again."
        )
        return stranger + until
    if request.state == "unsubscribed":
        return "Amazon says it no longer sends here. Subscribe again in the SNS console."
    if not request.confirmed and not request.last_event_at:
        return "Accepted here; Amazon has not taken the confirmation yet."
    return (
        f"Last event {ago(request.last_event_at)}."
        if request.last_event_at
        else "Confirmed. No event has come yet."
    )


def _confirm(signed: SignedIn, connection: Connection, request: Request) -> None:
    mine = desk()
    with trouble():
        done = listen.confirm(
            mine.store, mine.vault, mine.settings, connection, request.topic_id, signed, moment.now()
        )
        st.session_state[f"confirm-said-{request.topic_id}"] = done.finding
        st.rerun(scope="fragment")
