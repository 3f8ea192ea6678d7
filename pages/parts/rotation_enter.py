"""Step 1 of a rotation: the second key, typed or from Amazon's .csv. No box keeps what was typed."""

import streamlit as st

from core import moment
from core.aws.credentials import ROLE, Credentials
from core.connect import access
from core.connect.keys import clean_smtp
from core.diagnosis import Context
from core.doctor import history
from core.errors import BadInput, NotAllowed
from core.members import passwords
from core.members.actor import SignedIn
from core.rotation import begin
from core.rotation import demo as demo_keys
from core.store.tables import Connection
from pages import gate
from pages.parts import fields
from pages.parts.desk import desk
from pages.parts.guide import KEYS, guide
from pages.parts.plain import plain
from pages.parts.rotation import SMTP_TOO, ending, finished
from pages.parts.trouble import trouble

FORM = "rotation-key"
BOXES = ("access_key_id", "secret_access_key", "smtp_username", "smtp_password", "csv", "own")


def enter(signed: SignedIn, connection: Connection) -> None:
    """Step 1: another key of the same account."""
    with trouble(Context(region=connection.region)):
        used = access.unseal(desk().store, desk().vault, connection)
        if used.kind == "role":
            st.info(begin.NOTHING, icon=":material/info:")
            return
        st.markdown(f"In use now: {ending(used.hint)}.{_known_age(connection)}")
        if connection.transport == "smtp":
            st.caption(SMTP_TOO)
        if connection.demo:
            _demo_key(signed, connection)
        _form(signed, connection, used)
        with st.expander("How do I get a second key?", icon=":material/help:"):
            st.markdown(
                "A user in IAM may have two keys at a time, for exactly this. Make the second one **for the same user**: "
                "then it may do what the first one may. If there are two already, delete the one that is not used."
            )
            guide(KEYS[2:])


def _known_age(connection: Connection) -> str:
    """What the Doctor's last round knew of the key's age."""
    last = history.last(desk().store, connection.id or 0)
    line = next((one for one in last.lines if one.name == "keys/age"), None) if last else None
    known = line is not None and line.state in ("ok", "warn")
    return f" {plain(line.sentence)}" if line is not None and known else ""


def _form(signed: SignedIn, connection: Connection, used: Credentials) -> None:
    with st.form(FORM, border=False, width=640, clear_on_submit=True):
        key_id = st.text_input("Access key ID", max_chars=256, placeholder="AKIA…", autocomplete="off")
        fields.said(FORM, "access_key_id")
        secret = st.text_input(
            "Secret access key", type="password", max_chars=512, autocomplete="new-password",
            placeholder="40 characters; Amazon shows it only once",
        )  # fmt: skip
        fields.said(FORM, "secret_access_key")
        file = st.file_uploader("Or Amazon's .csv with both", type="csv", max_upload_size=1)
        fields.said(FORM, "csv")
        role, user, word = _other_ways(connection, used)
        own = st.text_input("Your own password", type="password", autocomplete="current-password")
        fields.said(FORM, "own")
        pressed = st.form_submit_button("Check this key", type="primary")
    fields.rest(FORM, *BOXES)
    if not pressed:
        return
    now = moment.now()
    with trouble(Context(region=connection.region)):
        try:
            _again(signed, own, now)
            if role:
                second = ROLE
            elif user or word:
                second = clean_smtp(user, word)
            else:
                second = begin.given(key_id, secret, file.getvalue() if file is not None else b"")
            with st.spinner("Asking Amazon …"):
                begin.begin(desk(), connection, second, signed, now)
        except BadInput as refused:
            fields.note(FORM, refused)
            st.rerun()
        finished("The second key is kept beside the first, sealed. Nothing uses it yet.")


def _other_ways(connection: Connection, used: Credentials) -> tuple[bool, str, str]:
    """The machine's own role in the key's place; where there is only an SMTP password, another one."""
    role, user, word = False, "", ""
    if connection.demo and used.can_sign:
        return role, user, word
    with st.expander("More options"):
        if not connection.demo:
            role = st.checkbox(
                "Use this machine's own role instead of keys",
                help="For a server inside AWS that has a role attached.",
            )
        if not used.can_sign:
            st.caption("Only if you have no access key: another SMTP user name and password.")
            user = st.text_input("SMTP user name", max_chars=256, autocomplete="off")
            fields.said(FORM, "smtp_username")
            word = st.text_input("SMTP password", type="password", max_chars=512, autocomplete="new-password")
            fields.said(FORM, "smtp_password")
    return role, user, word


def _demo_key(signed: SignedIn, connection: Connection) -> None:
    """The demo has no console in which to make a key, so a button does."""
    with st.container(border=True, key="rotation-demo"):
        st.markdown(
            "**The demo account has no console.** This button makes the second key there and puts it in here."
        )
        if st.button("Make a second demo key", icon=":material/science:"):
            with st.spinner("Asking the demo …"):
                demo_keys.second_key(desk(), connection, signed, moment.now())
            finished(
                "The demo made a second key, which is kept beside the first, sealed. Nothing uses it yet."
            )


def _again(signed: SignedIn, own: str, now: int) -> None:
    """The member's own password, before a key is taken in."""
    try:
        passwords.again(desk().store, signed, own, gate.address(), now)
    except NotAllowed as refused:
        raise BadInput(str(refused), "own") from None
