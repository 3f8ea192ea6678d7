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
from core.production.ready import Fact, domain, proved_here
from core.production.request import REVIEWS, Use, draft, file
from core.store.tables import Connection
from pages.parts import fields
from pages.parts.ago import ago
from pages.parts.choice import PARAMETER
from pages.parts.desk import desk
from pages.parts.looked import look_again, looked, seen_at
from pages.parts.plain import plain
from pages.parts.trouble import trouble

FORM = "production"
DRAFTS = 20  # that are known as ours, not as edited
ACCOUNT, DOMAIN = "production-account", "production-domain"  # what Amazon said
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
    with trouble(Context(region=connection.region)):
        about = (connection.id, connection.region)
        found = looked(ACCOUNT, about, lambda: answer(lambda: account(asked), asked.end), "Asking Amazon …")
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
        _again()
        return found
    return None


def _again() -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(f"Amazon was asked {ago(seen_at(ACCOUNT))}.", width="content")
        if st.button("Ask again", type="tertiary"):
            look_again(ACCOUNT, DOMAIN)
            st.rerun()


def readiness(connection: Connection, asked: Access) -> list[Fact]:
    """What reviewers look for, each from a fact."""
    st.subheader("What reviewers look for", anchor=False)
    found: list[Fact] = []
    with trouble(Context(region=connection.region)):
        about = (connection.id, connection.region, connection.from_address)
        ours = looked(DOMAIN, about, lambda: domain(connection, asked), "Asking Amazon …")
        if ours.state == "unknown":
            look_again(DOMAIN)
        found = [ours, *proved_here(desk().store, connection, moment.now())]
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
    use = _use(connection)
    left = [fact.label for fact in found if fact.state != "ready"]
    if left:
        st.caption("Not in the draft, because it is not proved: " + "; ".join(left) + ".")
    text, pressed = _words(connection, draft(use, found))
    fields.rest(FORM, "mail_type", "website", "what", "description")
    if pressed:
        look_again(ACCOUNT)
        with trouble(Context(region=connection.region)):
            try:
                file(desk(), connection, use, text, signed, moment.now())
            except BadInput as refused:
                fields.note(FORM, refused)
            st.rerun()


def _use(connection: Connection) -> Use:
    """What only the sender knows. It is kept while another page is open, or Amazon would not answer."""

    def key(box: str) -> str:
        return f"production-{box}-{connection.id}"

    kind = st.selectbox(
        "Kind of mail", list(KINDS), format_func=KINDS.__getitem__, width=420,
        key=key("kind"), persist_state="session",
    )  # fmt: skip
    website = st.text_input(
        "Website", placeholder="https://example.com", max_chars=1_000, width=420,
        key=key("website"), persist_state="session",
    )  # fmt: skip
    what = st.text_area(
        "What do you mail, and to whom?", max_chars=1_500, height=90, key=key("what"), persist_state="session"
    )
    collected = st.text_area(
        "How did you collect the addresses?", max_chars=1_000, height=70,
        key=key("collected"), persist_state="session",
    )  # fmt: skip
    daily = st.number_input(
        "Recipients a day, about", min_value=0, max_value=100_000_000, width=240,
        key=key("daily"), persist_state="session",
    )  # fmt: skip
    return Use(kind, website, what, collected, int(daily))


def _words(connection: Connection, fresh: str) -> tuple[str, bool]:
    """The words for Amazon, and whether they were sent. They follow the draft until somebody edits them; a press sends what was in the box."""
    kept = st.session_state
    box, drafted = f"production-text-{connection.id}", f"production-drafted-{connection.id}"
    button = f"production-send-{connection.id}-{connection.region}"
    made = kept.get(
        drafted, [None]
    )  # a browser may still tell of an earlier draft while a newer one is on its way to it
    if not kept.get(button) and kept.get(box) in made and kept.get(box) != fresh:
        kept[box], kept[drafted] = fresh, [*(one for one in made if one), fresh][-DRAFTS:]
        made = kept[drafted]
    text = st.text_area(
        "What Amazon will read", max_chars=LONGEST, height=220, key=box, persist_state="session",
        help="Drafted from the boxes above and from what was proved here. Change it as you like.",
    )  # fmt: skip
    fields.said(FORM, "mail_type", "website", "what", "description")
    pressed = st.button("Send the request to Amazon", type="primary", key=button)
    if text not in made:
        if fresh != made[-1]:
            st.caption("What it was drafted from has changed since. Your own words were left as they are.")
        st.button("Draft it anew", type="tertiary", on_click=_anew, args=(box, drafted))
    return text, pressed


def _anew(box: str, drafted: str) -> None:
    """Forget what was edited: the next run drafts."""
    st.session_state[box], st.session_state[drafted] = "", [""]
