"""A rotation on the screen: where it is, the test of the second key, the switch."""

import streamlit as st

from core import moment
from core.connect import tests
from core.desk import Desk
from core.diagnosis import Context
from core.diagnosis.diagnosis import Diagnosis
from core.doctor import round as rounds
from core.members.actor import SignedIn
from core.rotation import kept
from core.rotation import prove as proving
from core.rotation import switch as switching
from core.store import sent_tests
from core.store.tables import Connection, Rotation
from pages.parts import check_lines
from pages.parts.ago import ago
from pages.parts.desk import desk
from pages.parts.finding import finding
from pages.parts.plain import plain
from pages.parts.steps import Done, done_lines
from pages.parts.trouble import trouble

SAID = "rotation-said"
NUMBERS = {
    None: (1, "The second key"), kept.ENTERED: (2, "Its test"), kept.TESTED: (3, "The switch"),
    kept.SWITCHED: (4, "The old key"), kept.DISABLED: (4, "The old key"),
}  # fmt: skip
SMTP_TOO = (
    "The SMTP password is made from the key, so it changes with it. Programs that sign in with the password of the old key "
    "need the new one before the old key is switched off."
)


def done() -> None:
    """Say what the last button did."""
    if words := st.session_state.pop(SAID, None):
        st.success(plain(words), icon=":material/check_circle:")


def finished(words: str) -> None:
    """Say it on the next run of the page."""
    st.session_state[SAID] = words
    st.rerun()


def place(row: Rotation | None) -> None:
    """Where the walk is, and each finished step in a line."""
    number, name = NUMBERS[row.step if row else None]
    st.progress(number / 4, text=f"Step {number} of 4 · {name}")
    if row is None:
        return
    lines = [Done("The second key", f"{ending(row.new_hint)}, {ago(row.started_at)}")]
    if number > 2:
        lines.append(Done("Its test", "Amazon took the mail"))
    if number > 3:
        lines.append(Done("The switch", f"now in use: {ending(row.new_hint)}"))
    done_lines(lines)


def ending(hint: str) -> str:
    """A key as it may be named."""
    return f"the key ending in **{plain(hint)}**" if hint else "this machine's own role"


def prove(signed: SignedIn, connection: Connection, row: Rotation) -> None:
    """Step 2: the checks, live, and a test that Amazon must accept."""
    st.markdown(
        "SES Desk asks Amazon everything once more with the second key, then sends one test. "
        "The key in use goes on as before."
    )
    if other := kept.another_user(row):
        st.caption(
            f"This key belongs to another user, “{plain(other)}”. Check that its policy allows the same as the first one's."
        )
    to = st.text_input(
        "Send the test to (empty: Amazon's simulator)",
        max_chars=320,
        placeholder="you@example.com",
        width=420,
    )
    with st.container(horizontal=True):
        pressed = st.button("Check it and send the test", type="primary", icon=":material/send:")
        _give_up(signed, connection)
    if pressed:
        with st.container(border=True, key="rotation-check"), trouble(Context(region=connection.region)):
            lines = check_lines.run(proving.check_second(desk(), connection))
            with st.spinner("Sending the test …"):
                sent = proving.send(desk(), connection, lines, to, signed, moment.now())
            if sent.state == "accepted":
                finished("Amazon took the test with the second key. It may take over now.")
            st.markdown(":red[✗] **Test**")
            if sent.finding:
                finding(Diagnosis.from_json(sent.finding), key="rotation-test")


def switch(signed: SignedIn, connection: Connection, row: Rotation) -> None:
    """Step 3: the second key takes over."""
    st.markdown(
        f"From then on everything here uses {ending(row.new_hint)}. For the way back, {ending(row.old_hint)} stays "
        "sealed here until this walk ends."
    )
    _came_back(row)
    st.caption(SMTP_TOO)
    with st.container(horizontal=True):
        if st.button("Switch to the second key", type="primary", icon=":material/swap_horiz:"):
            with trouble(Context(region=connection.region)):
                switching.switch(desk(), connection, signed, moment.now())
                look_again(desk(), connection, signed)
                finished("The second key is in use. The first one still works at Amazon.")
        _give_up(signed, connection)


def _came_back(row: Rotation) -> None:
    """How the test travelled, as far as it is known."""
    sent = sent_tests.by_id(desk().store, row.test_id) if row.test_id else None
    if sent is None:
        return
    types = tests.hops(desk().store, sent).types
    back = f" Came back: {', then '.join(types)}." if types else ""
    st.markdown(f":green[✓] The test to {plain(sent.recipient)} was taken {ago(sent.answered_at)}.{back}")


def look_again(desk: Desk, connection: Connection, signed: SignedIn) -> None:
    """Have the Doctor look at the keys, so that what stood on Home of the old one goes."""
    with st.spinner("Looking at the key in use …"):
        for _ in rounds.round(desk, connection, signed, moment.now(), ["keys"]):
            pass


def _give_up(signed: SignedIn, connection: Connection) -> None:
    if st.button("Forget the second key", type="tertiary", key="rotation-give-up"):
        with trouble():
            switching.give_up(desk(), connection, signed, moment.now())
            finished("The second key is forgotten here. Nothing was changed at Amazon.")
