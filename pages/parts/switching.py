"""The assistant from SMTP to HTTP and back: what it sends over now, what is missing, the comparison, the switch."""

import streamlit as st

from core import moment
from core.diagnosis import Context
from core.errors import BadInput
from core.in_time import answer, ends
from core.members.actor import SignedIn
from core.store.tables import Connection
from core.switching import compare as comparing
from core.switching import switch as switching
from core.switching.compare import Side
from core.switching.keys import add_keys
from core.switching.ways import SPOKEN, Ways, ways
from pages.parts import fields
from pages.parts.ago import took
from pages.parts.desk import desk
from pages.parts.finding import finding
from pages.parts.live import live
from pages.parts.plain import plain
from pages.parts.testing import FRESH
from pages.parts.trouble import trouble

DONE, FORM = "switching-done", "switching-keys"
STATES = {"accepted": "Accepted", "refused": "Refused", "unknown": "Unknown", "sending": "Sending"}
GAINS = {
    "api": "Over HTTP Amazon answers each mail with its reason, and one key serves everything here.",
    "smtp": "Over SMTP any mail program can send. Its password is worked out from your key, for this region alone.",
}


def done() -> None:
    """Say what the last button did."""
    if words := st.session_state.pop(DONE, None):
        st.success(words, icon=":material/check_circle:")


def now(connection: Connection) -> Ways | None:
    """How it sends now; None when the keys cannot be read, which is said."""
    with trouble(Context(region=connection.region)):
        both = ways(desk(), connection)
        port = f", port {both.now.smtp_port}" if both.now.transport == "smtp" else ""
        st.markdown(
            f"**Now:** {SPOKEN[both.now.transport]} by {plain(both.now.server)}{port}  \n"
            f"**Then:** {SPOKEN[both.then.transport]} by {plain(both.then.server)}"
        )
        st.caption(GAINS[both.then.transport])
        return both
    return None


def keys(signed: SignedIn, connection: Connection, both: Ways) -> None:
    """The keys that the other way needs. No box keeps what was typed."""
    st.info(plain(both.needs), icon=":material/key:")
    with st.form(FORM, border=False, width=640, clear_on_submit=True):
        key_id = st.text_input("Access key ID", max_chars=256, placeholder="AKIA…", autocomplete="off")
        fields.said(FORM, "access_key_id")
        secret = st.text_input(
            "Secret access key", type="password", max_chars=512, autocomplete="new-password"
        )
        fields.said(FORM, "secret_access_key")
        pressed = st.form_submit_button("Keep this key", type="primary")
    fields.rest(FORM, "access_key_id", "secret_access_key")
    if pressed:
        with trouble(Context(region=connection.region)):
            try:
                with st.spinner("Asking Amazon …"):
                    add_keys(desk(), connection, (key_id, secret, ""), signed, moment.now())
            except BadInput as refused:
                fields.note(FORM, refused)
                st.rerun()
            _finish("Amazon knows the key. Now send the same test both ways.")


def compare(signed: SignedIn, connection: Connection, both: Ways) -> None:
    """One button sends the test twice; what is known of the two stands side by side."""
    held = f"switching-tests-{connection.id}"
    if st.button("Send the same test both ways", icon=":material/compare_arrows:", type="primary"):
        with trouble(Context(region=connection.region)), st.spinner("Sending …"):
            mine = desk()
            sent = answer(lambda: list(comparing.compare(mine, connection, signed, moment.now())), ends())
            st.session_state[held] = (moment.now(), [one.id for one in sent])
    st.caption("To Amazon's simulator: it counts in no rate.")
    if held in st.session_state:
        at, tests = st.session_state[held]
        if moment.now() - at < FRESH:
            _soon(at, tests)
        else:
            _table(tests)


@live(1.0)
def _soon(signed: SignedIn, at: int, tests: list[int]) -> None:
    _table(tests)
    if moment.now() - at >= FRESH:
        st.rerun(scope="app")


def _table(tests: list[int]) -> None:
    """What is known of the two tests by now."""
    sides = [comparing.side(desk().store, number) for number in tests]
    found = [one for one in sides if one is not None]
    st.table(
        {
            "": ["Amazon's answer", "Took", "Came back"],
            **{one.way: [STATES[one.state], _took(one), ", ".join(one.came_back) or "…"] for one in found},
        },
        border="horizontal",
    )
    for one in found:
        if one.finding is not None and one.state != "accepted":
            st.markdown(f"**Over {one.way}:**")
            finding(one.finding, key=f"switching-{one.way}")
    if len(found) == 2 and all(one.headers is not None for one in found):
        _headers(found[0], found[1])


def _headers(one: Side, other: Side) -> None:
    rows = comparing.differences(one, other)
    if not rows:
        st.caption("Amazon saw the same headers both ways.")
        return
    few = "One header is" if len(rows) == 1 else f"{len(rows)} headers are"
    with st.expander(f"{few} not the same"):
        st.table(
            [{"Header": plain(name), one.way: plain(a) or "not there", other.way: plain(b) or "not there"} for name, a, b in rows],
            border="horizontal",
        )  # fmt: skip


def _took(one: Side) -> str:
    return "…" if one.seconds is None else took(one.seconds)


def switch(signed: SignedIn, connection: Connection, both: Ways) -> None:
    """The switch itself."""
    key = f"switch-{connection.id}-{both.then.transport}"  # a second press must not switch back
    if st.button(f"Switch to {SPOKEN[both.then.transport]}", icon=":material/swap_horiz:", key=key):
        with trouble(Context(region=connection.region)):
            changed = switching.switch(desk(), connection, signed, moment.now())
            _finish(f"{switching.said(changed)} Send a test to see it come back.")


def back(signed: SignedIn, connection: Connection) -> None:
    """One press takes the last switch back."""
    before = switching.way_back(desk().store, connection)
    if before is None:
        return
    label = f"Go back to {SPOKEN[before.transport]} by {before.server}"
    key = f"switch-back-{connection.id}-{before.transport}-{before.server}"
    if st.button(plain(label), icon=":material/undo:", key=key, type="tertiary"):
        with trouble(Context(region=connection.region)):
            _finish(switching.said(switching.go_back(desk(), connection, signed, moment.now())))


def _finish(words: str) -> None:
    st.session_state[DONE] = words
    st.rerun()
