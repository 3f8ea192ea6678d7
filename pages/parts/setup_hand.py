"""The set-up by hand, with the connection's own names; and as a CloudFormation template. Both end in the same check."""

import streamlit as st

from core import moment
from core.chain import ours
from core.chain.weak import doubts, weak_links
from core.connect import listen
from core.diagnosis import Context
from core.members.actor import SignedIn
from core.queues import by_hand
from core.safe_text import safe_markdown
from core.setup import template
from core.setup.choices import Choices
from core.setup.guide import Copy, guide
from core.store.tables import Connection
from pages.drawings import image
from pages.parts import setup_run
from pages.parts.ago import ago
from pages.parts.desk import desk
from pages.parts.finding import finding
from pages.parts.looked import look_again, looked, seen_at
from pages.parts.plain import plain
from pages.parts.setup_choices import REACHES, REPORTS, chosen
from pages.parts.setup_plan import offered, planned
from pages.parts.trouble import trouble
from pages.walk.listening import requests

FILE = "ses-desk-{region}.template.json"


def manual(signed: SignedIn, connection: Connection) -> None:
    """Step by step, then the requests that came, a queue to give, and the check."""
    with trouble(Context(region=connection.region)):
        mine = setup_run.at_hand()
        choices = planned(signed, connection, _chosen(signed, connection)).choices  # every name settled
        shown = listen.callback(mine.store, mine.vault, mine.settings, connection, signed, moment.now())
        dark = st.context.theme.type == "dark"
        _which(choices, "The steps")
        for number, each in enumerate(guide(connection, choices, shown.url), 1):
            words, drawing = st.columns((3, 2), vertical_alignment="top")
            with words:
                st.markdown(f"**{number}.** {each.words}")
                if each.link:
                    st.markdown(f"[Open this page of the console]({each.link})")
                for copy in each.copies:
                    _copy(copy)
            if each.drawing:
                drawing.html(image(each.drawing, dark))
        if choices.https:
            st.markdown("**Requests to confirm**")
            requests(connection)
    if choices.queue:
        _give(signed, connection)
    check(connection, "hand")


def cloud_formation(signed: SignedIn, connection: Connection) -> None:
    """The template to download, how to upload it, and the check."""
    with trouble(Context(region=connection.region)):
        mine, choices = setup_run.at_hand(), _chosen(signed, connection)
        shown = listen.callback(mine.store, mine.vault, mine.settings, connection, signed, moment.now())
        plan = planned(signed, connection, choices)
        if plan.blocked is not None:  # perhaps this key may not look: then the stack makes all of it
            finding(plan.blocked)
            plan = template.everything(plan.choices)
        document = template.template(connection, plan, shown.url)
        _which(choices, "The template")
        secret = " It holds your callback URL: treat it like a password." if choices.https else ""
        st.markdown(
            f"1. Download the template.{secret}\n"
            "2. CloudFormation › **Create stack** › **Upload a template file**, in the region "
            f"`{connection.region}`. Any stack name will do.\n"
            "3. Come back, **Look again**, and press **Set it up for me**: it uses what the stack made, and does what "
            "CloudFormation cannot:"
        )
        for line in template.left_over(plan):
            st.markdown(f"   - {plain(line.sentence or line.label)} :gray[{plain(line.action)}]")
        st.download_button(
            "Download the template",
            template.as_text(document),
            FILE.format(region=connection.region),
            "application/json",
            icon=":material/download:",
            on_click="ignore",
        )
        with st.expander("Read it first"):
            st.code(template.as_text(document), language="json", wrap_lines=True)
    check(connection, "stack")


def check(connection: Connection, place: str) -> None:
    """The verification every way ends in: the chain is read from Amazon, and its weak links are named."""
    st.divider()
    with st.container(horizontal=True, vertical_alignment="center"):
        pressed = st.button(
            "Check what stands in Amazon", key=f"check-chain-{place}", icon=":material/fact_check:"
        )
        at = seen_at("chain")
        if at:
            st.caption(f"Checked {ago(at)}.", width="content")
    if pressed:
        look_again("chain")
    if not pressed and at is None:
        return
    with trouble(Context(region=connection.region)):
        found, wanted = looked(
            "chain",
            connection.id,
            lambda: ours.look(setup_run.at_hand(), connection),
            "Reading the chain from Amazon …",
        )
        weak, unsure = weak_links(found, wanted), doubts(found, wanted)
        if not weak and not unsure:
            st.success(
                "Every link of the chain stands. A fire drill proves that it works.",
                icon=":material/check_circle:",
            )
        for number, each in enumerate([*weak, *unsure]):
            finding(each, key=f"weak-{place}-{number}")


def _chosen(signed: SignedIn, connection: Connection) -> Choices:
    """The choices above, or those of the set-up that stands."""
    from core.setup import saga

    shown = saga.current(desk().store, connection.id or 0)
    return shown.choices if shown else chosen(connection, offered(signed, connection))


def _which(choices: Choices, what: str) -> None:
    names = ", ".join(safe_markdown(name, 120) for name in choices.identities)
    st.caption(
        f"{what} for {names}: {REPORTS[choices.way][0].lower()}; {REACHES[choices.intake][0]}. Choose differently above."
    )


def _copy(copy: Copy) -> None:
    st.caption(copy.label)
    st.code(copy.text, language="json" if copy.json else None, wrap_lines=True)


def _give(signed: SignedIn, connection: Connection) -> None:
    """A queue that was made by hand, by its URL."""
    with st.form(f"give-{connection.id}", border=True, clear_on_submit=True):
        st.markdown("**Give SES Desk your queue**")
        url = st.text_input(
            "Queue URL",
            max_chars=300,
            placeholder=f"https://sqs.{connection.region}.amazonaws.com/123456789012/name",
        )
        pressed = st.form_submit_button("Use this queue")
    if pressed:
        with trouble(Context(region=connection.region)):
            given = by_hand.give(setup_run.at_hand(), connection, url, signed, moment.now())
            if given.finding is not None:
                finding(given.finding)
                return
            many = len(given.topics)
            of = f", for {many} topic{'' if many == 1 else 's'} that may write to it" if many else ""
            st.success(f"SES Desk fetches from this queue from now on{of}.", icon=":material/check_circle:")
