"""One test on its way back: Sent → Published → Received → Counted, the word for where it stands, what to do when stuck."""

import streamlit as st

from core import moment
from core.connect.recipients import REFERENCE, verify_recipient
from core.connect.tests import NOT_THERE, SCENARIOS, Hops
from core.diagnosis.diagnosis import Diagnosis
from core.members.actor import SignedIn
from core.members.roles import covers
from core.safe_text import mask, safe_markdown
from core.store.tables import Connection, SentTest
from pages.parts.ago import ago, exact, took
from pages.parts.badge import badge
from pages.parts.desk import desk
from pages.parts.finding import finding
from pages.parts.trouble import lasting_trouble, still_troubled

STUCK_AFTER = 60_000  # ms: SES publishes within seconds, and SNS repeats for about a minute
UNKNOWN = (
    "Amazon did not answer in time, so nobody can say whether this mail was sent. It is never sent again by itself: "
    "wait a minute and see whether it comes back, or send a new test."
)
STUCK = (
    "Amazon took the mail, but nothing has come back for over a minute. Look at *Listen* under Connect: is the subscription "
    "confirmed, and do the identity's notifications name the topic?"
)


def word(sent: SentTest, way: Hops, now: int) -> str:
    """Where a test stands: Waiting, Arrived, Stuck, Refused or Unknown. Arrived = everything it should bring has come."""
    expected = SCENARIOS[sent.scenario].events
    if way.types and (
        set(expected) <= set(way.types) or (sent.scenario == "person" and "Bounce" in way.types)
    ):
        return "Arrived"
    if sent.state in ("refused", "unknown"):
        return sent.state.capitalize()
    return "Waiting" if now - sent.started_at < STUCK_AFTER else "Stuck"


def hops(sent: SentTest, way: Hops, now: int, signed: SignedIn, connection: Connection) -> str:
    """Draw one test; gives its word."""
    where = word(sent, way, now)
    to = sent.recipient if covers(signed.role, "operator") else mask(sent.recipient)
    with st.container(border=True, gap="small", key=f"test-{sent.id}"):
        with st.container(horizontal=True, vertical_alignment="center"):
            badge(where)
            st.markdown(f"**{SCENARIOS[sent.scenario].title}** · {safe_markdown(to, 120)}", width="content")
            st.caption(ago(sent.started_at, now), help=exact(sent.started_at), width="content")
        if where != "Refused":
            st.markdown(" → ".join(_hop(name, at, sent.started_at) for name, at in _stages(way)))
        if way.types:
            st.caption("Came back: " + ", then ".join(way.types))
        if where == "Unknown":
            st.caption(UNKNOWN)
        elif where == "Stuck":
            st.caption(STUCK)
        elif where == "Refused" and sent.finding:
            said = Diagnosis.from_json(sent.finding)
            finding(said, help_with=lambda: _verify(sent, said, signed, connection))
        if sent.scenario == "person" and where in ("Waiting", "Stuck", "Arrived"):
            st.caption(NOT_THERE)
    return where


def _verify(sent: SentTest, said: Diagnosis, signed: SignedIn, connection: Connection) -> None:
    """In the sandbox: have Amazon send the recipient its link, here and now."""
    if said.reference != REFERENCE or connection.disabled:
        return
    kept = f"verify-said-{sent.id}"  # this part redraws itself every few seconds
    if not covers(signed.role, "admin"):
        st.caption("An admin can have Amazon verify this address here.")
    elif kept in st.session_state:
        st.success(st.session_state[kept])
    elif st.button("Verify this address", key=f"verify-{sent.id}", icon=":material/mark_email_read:"):
        with lasting_trouble(kept), st.spinner("Asking Amazon …"):
            st.session_state[kept] = verify_recipient(
                desk(), connection, sent.recipient, signed, moment.now()
            )
            st.success(st.session_state[kept])
    still_troubled(kept)


def _stages(way: Hops) -> list[tuple[str, int | None]]:
    return [
        ("Sent", way.sent_at),
        ("Published", way.published_at),
        ("Received", way.received_at),
        ("Counted", way.counted_at),
    ]


def _hop(name: str, at: int | None, start: int) -> str:
    if at is None:
        return f":gray[{name}\u00a0…]"
    return f":green[✓]\u00a0{name}\u00a0{took((at - start) / 1000)}"  # one hop never breaks across lines
