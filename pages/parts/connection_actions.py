"""What an admin does with a connection: check, edit, give new keys, disable, remove. The core checks the role each time."""

import streamlit as st

from core import moment
from core.connect import access as accesses
from core.connect import checks, walk
from core.connect.endpoint import Endpoint
from core.diagnosis import Context
from core.members import passwords
from core.members.actor import SignedIn
from core.safe_text import safe_markdown
from core.store import connections, set_ups
from core.store.tables import Connection
from pages import gate
from pages.parts import check_lines
from pages.parts.choice import PARAMETER
from pages.parts.desk import desk
from pages.parts.keeping import keeping
from pages.parts.trouble import trouble

DONE = "connections-done"
FEATURES = ("review", "send", "senders", "listen")


def done() -> None:
    """Say what the last action did."""
    words = st.session_state.pop(DONE, None)
    if words:
        st.success(words, icon=":material/check_circle:")


def _finish(words: str) -> None:
    st.session_state[DONE] = words
    st.rerun()


def buttons(connection: Connection) -> None:
    """The row of actions; what changes or removes opens a dialog."""
    number = connection.id
    if not connection.disabled and st.button(
        "Check now", key=f"check-{number}", icon=":material/fact_check:"
    ):
        st.session_state["check-connection"] = number
    if st.button("Edit", key=f"edit-{number}", icon=":material/edit:"):
        edit(connection)
    if st.button("New keys", key=f"keys-{number}", icon=":material/key:"):
        new_keys(connection)
    wanted = not connection.disabled
    label = "Disable" if wanted else "Enable"
    if st.button(label, key=f"{label.lower()}-{number}", icon=":material/pause_circle:"):
        with trouble():
            walk.set_disabled(desk().store, connection, wanted, gate.require_member("admin"), moment.now())
            _finish(
                f"{safe_markdown(connection.name)} works again."
                if connection.disabled
                else f"{safe_markdown(connection.name)} sends and checks nothing now. What Amazon reports is still stored."
            )
    if st.button("Remove", key=f"remove-{number}", icon=":material/delete:"):
        remove(connection)


def asked_to_check(connection: Connection) -> bool:
    """Whether "Check now" was pressed for this connection in this run."""
    if st.session_state.get("check-connection") != connection.id:
        return False
    del st.session_state["check-connection"]
    return True


def check_now(signed: SignedIn, connection: Connection) -> None:
    """Run the check live and keep it with the connection."""
    mine = desk()
    with trouble(Context(region=connection.region)):
        lines = check_lines.run(
            checks.run(accesses.of(mine.store, mine.vault, mine.settings, connection), FEATURES)
        )
        checks.keep(mine.store, connection, lines, signed, moment.now())
        _finish(f"{safe_markdown(connection.name)} was checked.")


@st.dialog("Edit this connection")
def edit(connection: Connection) -> None:
    """Name, sender, how mail is handed over, and how long what comes back is kept."""
    signed = gate.require_member("admin")
    with st.form("edit", border=False):
        name = st.text_input("Name of this connection", value=connection.name, max_chars=64)
        address = st.text_input("From address", value=connection.from_address, max_chars=320)
        display = st.text_input("Display name (optional)", value=connection.display_name, max_chars=120)
        smtp = st.radio(
            "How mail is handed over",
            ("HTTP (recommended)", "SMTP"),
            index=int(connection.transport == "smtp"),
            horizontal=True,
        )
        st.caption(
            "The region stays: its senders, quota and history belong to it. For another region, connect another account."
        )
        wanted = keeping(connection)
        pressed = st.form_submit_button("Save the changes", type="primary")
    if pressed:
        transport = "smtp" if smtp == "SMTP" else "api"
        where = None if transport == connection.transport else Endpoint(connection.region, transport)
        with trouble():
            walk.edit(
                desk().store, connection, signed, moment.now(),
                name=name.strip(), from_address=address.strip(), display_name=display.strip(), endpoint=where,
                kept=wanted,
            )  # fmt: skip
            _finish(f"{safe_markdown(name.strip())} was changed.")


@st.dialog("New keys for this connection")
def new_keys(connection: Connection) -> None:
    """Replace the keys. The old ones are never shown; an empty secret keeps them."""
    signed = gate.require_member("admin")
    st.markdown(
        f"{safe_markdown(connection.name)}: the new keys are checked with Amazon before the old ones go."
    )
    with st.form("new-keys", clear_on_submit=True, border=False):
        key_id = st.text_input("Access key ID", max_chars=256, placeholder="AKIA…", autocomplete="off")
        secret = st.text_input(
            "Secret access key",
            type="password",
            max_chars=512,
            autocomplete="new-password",
            placeholder="Empty keeps the old keys",
        )
        token = st.text_input(
            "Session token",
            type="password",
            max_chars=4096,
            autocomplete="new-password",
            help="Only for keys that begin with ASIA.",
        )
        own = st.text_input("Your own password", type="password", autocomplete="current-password")
        pressed = st.form_submit_button("Replace the keys", type="primary")
    if pressed:
        mine, now = desk(), moment.now()
        with trouble(Context(region=connection.region)):
            passwords.again(mine.store, signed, own, gate.address(), now)
            who = walk.replace_keys(
                mine.store, mine.vault, mine.settings, connection, (key_id, secret, token), signed, now
            )
            _finish(
                f"{safe_markdown(connection.name)} has new keys."
                if who
                else "The old keys stay: no new secret was typed."
            )


@st.dialog("Remove this connection")
def remove(connection: Connection) -> None:
    """What cannot be undone asks in terms of what will be lost."""
    signed = gate.require_member("admin")
    goes = connections.what_goes(desk().store, connection.id or 0)
    st.markdown(
        f"Remove {safe_markdown(connection.name)}: **{goes.events:,} events**, its suppression list "
        f"(**{goes.suppressions:,} addresses**) and {goes.sent_tests:,} tests go with it. Nothing is changed at Amazon."
    )
    made = len(set_ups.standing(desk().store, connection.id or 0))
    if made and not connection.demo:
        st.warning(
            f"SES Desk made or changed {made} things in this Amazon account, and forgets them with the connection. "
            "To take them back, undo them first under *Bounces and complaints*.",
            icon=":material/undo:",
        )
    with st.form("remove", clear_on_submit=True, border=False):
        own = (
            ""
            if connection.demo
            else st.text_input("Your own password", type="password", autocomplete="current-password")
        )
        pressed = st.form_submit_button("Remove this connection", type="primary")
    if pressed:
        now = moment.now()
        with trouble():
            if not connection.demo:
                passwords.again(desk().store, signed, own, gate.address(), now)
            walk.remove(desk().store, connection, signed, now)
            st.query_params.pop(PARAMETER, None)
            _finish(f"{safe_markdown(connection.name)} was removed.")
