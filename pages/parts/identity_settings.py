"""What an admin may change about a sender: its bounce domain, its signature, and whether it stays."""

from collections.abc import Callable

import streamlit as st

from core import moment
from core.diagnosis import Context
from core.errors import BadInput
from core.identities import change
from core.identities.overview import Overview
from core.members import roles
from core.members.actor import SignedIn
from core.safe_text import safe_markdown
from core.store.tables import Connection
from pages.parts import fields, identity_choice
from pages.parts.desk import desk
from pages.parts.identity_told import DONE
from pages.parts.trouble import trouble


def settings(signed: SignedIn, connection: Connection, seen: Overview) -> None:
    """Three things, each with what it means."""
    if not roles.covers(signed.role, "admin"):
        st.caption("An admin can change these.")
        return
    _bounce_domain(signed, connection, seen)
    _signing(signed, connection, seen)
    _remove(signed, connection, seen)


def _bounce_domain(signed: SignedIn, connection: Connection, seen: Overview) -> None:
    details, form = seen.details, f"bounce-domain-{connection.id}"
    st.markdown("**Bounce domain (custom MAIL FROM)**")
    st.caption(
        "Where bounces go back to. With one under your domain, SPF counts for you as well. It needs two records, and must "
        "not be a name under which people get mail."
    )
    with st.form(form, border=False):
        text = st.text_input(
            "Bounce domain",
            value=details.mail_from,
            max_chars=253,
            placeholder=f"bounce.{details.domain}",
            width=480,
        )
        fields.said(form, "mail_from")
        refuse = st.checkbox(
            "Send nothing while its MX record is not found", value=details.on_mx_failure == "REJECT_MESSAGE",
            help="Otherwise Amazon uses its own bounce domain until it is found.",
        )  # fmt: skip
        pressed = st.form_submit_button("Save the bounce domain")
    fields.rest(form, "mail_from")
    if pressed:
        words = (
            "Saved. Publish its two records; Amazon looks for them for 72 hours."
            if text.strip()
            else "Amazon's own is used again."
        )
        _do(
            connection,
            lambda: change.set_bounce_domain(desk(), connection, details.name, text, refuse, signed, moment.now()),
            words, form, "PutEmailIdentityMailFromAttributes",
        )  # fmt: skip


def _signing(signed: SignedIn, connection: Connection, seen: Overview) -> None:
    details = seen.details
    if not details.is_domain:
        return
    st.markdown("**DKIM signature**")
    on = details.dkim_signing
    st.caption(
        "Amazon signs mail in the name of this domain." if on else "Mail goes out without your signature."
    )
    label = "Switch the signature off" if on else "Switch the signature on"
    key = f"signing-{'off' if on else 'on'}-{connection.id}-{connection.region}-{details.name}"
    if st.button(label, key=key):
        _do(
            connection,
            lambda: change.set_signing(desk(), connection, details.name, not on, signed, moment.now()),
            "The signature is off." if on else "Amazon signs from now on.", "", "PutEmailIdentityDkimAttributes",
        )  # fmt: skip


def _remove(signed: SignedIn, connection: Connection, seen: Overview) -> None:
    name = seen.details.name
    st.markdown("**Remove this sender**")
    st.caption(
        "Amazon refuses mail from it at once, for every program of this account. Added again, it has to be verified anew."
    )
    agreed = st.checkbox(
        f"Yes, nothing sends as {safe_markdown(name, 80)} any more", key=f"agree-{connection.id}-{name}"
    )
    if st.button("Remove this sender", key=f"remove-{connection.id}-{name}", disabled=not agreed):
        _do(
            connection,
            lambda: change.remove(desk(), connection, name, signed, moment.now()),
            f"{safe_markdown(name, 80)} is gone from this region.", "", "DeleteEmailIdentity",
        )  # fmt: skip


def _do(connection: Connection, act: Callable[[], None], words: str, form: str, operation: str) -> None:
    with (
        trouble(Context(region=connection.region, service="ses", operation=operation)),
        st.spinner("Asking Amazon …"),
    ):
        try:
            act()
        except BadInput as refused:
            if not form:
                raise
            fields.note(form, refused)
            st.rerun()
        st.session_state[DONE] = words
        identity_choice.forget(connection)
        st.rerun()
