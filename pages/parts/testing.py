"""Sending tests and seeing them come back: the cards, the letter, and the live list. Shared by Tests and the walk."""

import streamlit as st

from core import moment
from core.connect import tests
from core.connect.letter import repair_subject
from core.errors import BadInput
from core.members.actor import SignedIn
from core.members.roles import require_sight
from core.store.tables import Connection
from pages.parts import letter_before
from pages.parts.desk import desk
from pages.parts.hops import hops
from pages.parts.live import live
from pages.parts.plain import plain
from pages.parts.trouble import trouble

SIMULATOR = [key for key in tests.SCENARIOS if key != "person"]
FRESH = 120_000  # ms after a test in which its answer is looked for every second
SHOWN = 5  # the newest tests stand open, the earlier ones in a fold
SUBJECT = "A test from SES Desk"
BODY = "This is a test mail from SES Desk.\n\nIf you can read it, sending works."


def letter() -> tuple[str, str]:
    """The subject and body of every test on this page, with what will be repaired said at the field."""
    with st.expander("Edit the subject and the text"):
        subject = st.text_input("Subject", value=SUBJECT, max_chars=500, key="test-subject")
        with trouble():
            repaired = repair_subject(subject)
            for sentence in (*repaired.repairs, *repaired.advice):
                st.caption(f":material/build: {sentence}")
        body = st.text_area("Text", value=BODY, max_chars=20_000, key="test-body", height=130)
        if st.button("Check this mail", icon=":material/mark_email_read:"):
            letter_before.hand_over(subject, body)
            st.switch_page("letters.py")
    return subject, body


def send(
    signed: SignedIn,
    connection: Connection,
    scenarios: list[str],
    subject: str,
    body: str,
    recipient: str = "",
) -> None:
    """Send these tests, one after another, each once."""
    mine = desk()
    try:
        with st.status("Sending …" if len(scenarios) > 1 else "Sending the test …") as status:
            for scenario in scenarios:
                status.update(label=f"Sending: {tests.SCENARIOS[scenario].title} …")
                to = recipient or tests.SCENARIOS[scenario].recipient
                try:
                    tests.send_test(
                        mine.store,
                        mine.vault,
                        mine.settings,
                        connection,
                        scenario,
                        to,
                        subject,
                        body,
                        signed,
                        moment.now(),
                        pressed=True,
                    )
                except tests.JustSent as said:
                    st.caption(plain(said.message))
            status.update(label="Sent. What comes back is listed below.", state="complete")
    except BadInput as refused:
        st.error(plain(refused.message), icon=":material/error:")


def send_all(signed: SignedIn, connection: Connection, subject: str, body: str) -> None:
    """One button for every card."""
    if st.button("Send all five tests", type="primary", icon=":material/send:"):
        send(signed, connection, SIMULATOR, subject, body)


def cards(signed: SignedIn, connection: Connection, subject: str, body: str) -> None:
    """The cards of the mailbox simulator, one test each."""
    st.subheader("One at a time", anchor=False)
    st.caption(f"Five addresses of Amazon's mailbox simulator. {tests.NEVER_COUNTS}")
    grid = st.grid("auto", min_column_width=170)
    for key in SIMULATOR:
        card = tests.SCENARIOS[key]
        with grid.container(
            border=True, height="stretch", vertical_alignment="distribute", key=f"card-{key}"
        ):
            with st.container(gap="small"):
                st.markdown(f"**{card.title}**")
                st.caption(card.does)
                st.caption(f"**Should happen:** {card.expect}")
            if st.button("Send this test", key=f"send-{key}", width="stretch"):
                send(signed, connection, [key], subject, body)


def person(signed: SignedIn, connection: Connection, subject: str, body: str) -> None:
    """A test to a person."""
    st.subheader("To a person", anchor=False)
    card = tests.SCENARIOS["person"]
    st.caption(f"{card.does} {card.expect} {tests.NOT_THERE}")
    with st.form("person", border=False), st.container(horizontal=True, vertical_alignment="bottom"):
        to = st.text_input(
            "To", max_chars=320, placeholder="you@example.com", width=320, autocomplete="email"
        )
        pressed = st.form_submit_button("Send the test")
    if pressed:
        send(signed, connection, ["person"], subject, body, to.strip())


def came_back(connection: Connection) -> None:
    """The newest tests and what came back of each. Looks again every second while something may still come, else rarely."""
    (_soon if _fresh(connection) else _seldom)(connection)


def _fresh(connection: Connection) -> bool:
    newest = tests.recent(desk().store, connection.id or 0, moment.now(), 1)
    return bool(newest) and moment.now() - newest[0].started_at < FRESH


@live(1.0)
def _soon(signed: SignedIn, connection: Connection) -> None:
    _list(signed, connection)
    if not _fresh(connection):
        st.rerun(scope="app")


@live(15.0)
def _seldom(signed: SignedIn, connection: Connection) -> None:
    _list(signed, connection)


def _list(signed: SignedIn, connection: Connection) -> None:
    require_sight(signed, connection.id or 0)
    now = moment.now()
    found = tests.recent(desk().store, connection.id or 0, now, 15)
    st.subheader("What came back", anchor=False)
    if not found:
        st.caption("Nothing was sent yet. Each test you send is listed here, and ticks as it comes back.")
    for sent in found[:SHOWN]:
        hops(sent, tests.hops(desk().store, sent), now, signed, connection)
    if found[SHOWN:]:
        with st.expander(f"{len(found) - SHOWN} earlier", key="earlier-tests"):
            for sent in found[SHOWN:]:
                hops(sent, tests.hops(desk().store, sent), now, signed, connection)
