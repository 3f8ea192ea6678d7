"""The coach out of the sandbox: how the account stands, what is ready, the request."""

import streamlit as st

from core import moment
from core.aws.access import Access
from core.aws.account import Account, account
from core.aws.production import LONGEST
from core.connect import access
from core.connect.regions import spoken
from core.diagnosis import Context
from core.errors import BadInput
from core.in_time import LIMIT, answer
from core.members.actor import SignedIn
from core.production.ready import Fact, facts
from core.production.request import REVIEWS, Use, draft, file
from core.store.tables import Connection
from pages.parts import fields
from pages.parts.choice import PARAMETER
from pages.parts.desk import desk
from pages.parts.plain import plain
from pages.parts.trouble import trouble

FORM = "production"
SIGNS = {
    "ready": ":green[:material/check_circle:]",
    "missing": ":orange[:material/warning:]",
    "unknown": ":gray[:material/help:]",
}
WORDS = {"ready": "Ready", "missing": "Missing", "unknown": "Not known yet"}
KINDS = {"MARKETING": "Newsletters and offers", "TRANSACTIONAL": "Mail that somebody's own act calls for"}


def way(connection: Connection) -> Access | None:
    """The way of this page to Amazon, whose answers all come within one limit; None when there is none, which is explained."""
    mine = desk()
    with trouble(Context(region=connection.region)):
        return access.of(mine.store, mine.vault, mine.settings, connection).within(LIMIT)
    return None


def state(connection: Connection, asked: Access) -> Account | None:
    """How Amazon sees the account in this region; None when it would not say, which is explained."""
    with trouble(Context(region=connection.region)), st.spinner("Asking Amazon …"):
        found = answer(lambda: account(asked), asked.end)
        if found.production:
            st.success(
                f"Out of the sandbox in {spoken(connection.region)}: it may mail anybody.",
                icon=":material/check_circle:",
            )
        else:
            st.markdown(
                f"**In the sandbox** in {spoken(connection.region)}: 200 mails a day, to verified addresses and the simulator alone. "
                "Other regions have a sandbox of their own."
            )
        if found.review and found.review != "GRANTED":
            st.info(
                REVIEWS.get(found.review, f"Amazon says of the request: {plain(found.review)}."),
                icon=":material/gavel:",
            )
        return found
    return None


def readiness(connection: Connection, asked: Access) -> list[Fact]:
    """What reviewers look for, each from a fact."""
    st.subheader("What reviewers look for", anchor=False)
    found: list[Fact] = []
    with trouble(Context(region=connection.region)):
        found = facts(desk().store, connection, asked, moment.now())
    for fact in found:
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.markdown(
                f"{SIGNS[fact.state]} **{fact.label}:** {WORDS[fact.state]}. {plain(fact.sentence)}",
                width="content",
            )
            if fact.page and fact.state != "ready":
                st.page_link(fact.page, label="Go there", query_params={PARAMETER: connection.name})
    return found


def request(signed: SignedIn, connection: Connection, found: list[Fact]) -> None:
    """The request: what only the sender knows, the draft made of it and of the facts, and the button."""
    st.subheader("The request", anchor=False)
    kind = st.selectbox("Kind of mail", list(KINDS), format_func=KINDS.__getitem__, width=420)
    website = st.text_input("Website", placeholder="https://example.com", max_chars=1_000, width=420)
    what = st.text_area("What do you mail, and to whom?", max_chars=1_500, height=90)
    collected = st.text_area("How did you collect the addresses?", max_chars=1_000, height=70)
    daily = int(st.number_input("Recipients a day, about", min_value=0, max_value=100_000_000, width=240))
    use = Use(kind, website, what, collected, daily)
    left = [fact.label for fact in found if fact.state != "ready"]
    if left:
        st.caption("Not in the draft, because it is not proved: " + "; ".join(left) + ".")
    with st.form(FORM, border=False):
        text = st.text_area(
            "What Amazon will read", value=draft(use, found), max_chars=LONGEST, height=220,
            help="Drafted from the boxes above and from what was proved here. Change it as you like.",
        )  # fmt: skip
        fields.said(FORM, "mail_type", "website", "what", "description")
        pressed = st.form_submit_button("Send the request to Amazon", type="primary")
    fields.rest(FORM, "mail_type", "website", "what", "description")
    if pressed:
        with trouble(Context(region=connection.region)):
            try:
                file(desk(), connection, use, text, signed, moment.now())
            except BadInput as refused:
                fields.note(FORM, refused)
            st.rerun()
