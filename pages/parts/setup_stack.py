"""The set-up as a CloudFormation template: the file, what to do with it, and what is left to do then."""

import streamlit as st

from core import moment
from core.connect import listen
from core.diagnosis import Context
from core.members.actor import SignedIn
from core.setup import template
from core.setup.plan import Plan
from core.store.tables import Connection
from pages.parts import setup_run
from pages.parts.finding import finding
from pages.parts.plain import plain
from pages.parts.setup_check import check, standing_or_chosen, which
from pages.parts.setup_plan import planned
from pages.parts.trouble import trouble

FILE = "ses-desk-{region}.template.json"


def cloud_formation(signed: SignedIn, connection: Connection) -> None:
    """The template to download, how to upload it, and the check."""
    with trouble(Context(region=connection.region)):
        mine, choices = setup_run.at_hand(), standing_or_chosen(signed, connection)
        shown = listen.callback(mine.store, mine.vault, mine.settings, connection, signed, moment.now())
        plan = planned(signed, connection, choices)
        if plan.blocked is not None:  # perhaps this key may not look: then the stack makes all of it
            finding(plan.blocked)
            plan = template.everything(plan.choices)
        if plan.lines and not any(template.in_stack(plan, line) for line in plan.lines):
            st.info("Everything a stack would make is there already.", icon=":material/check_circle:")
        else:
            _stack(connection, plan, shown.url)
    check(connection, "stack")


def _stack(connection: Connection, plan: Plan, url: str | None) -> None:
    """The file, what to do with it, and what is left to do then."""
    choices = plan.choices
    document = template.template(connection, plan, url)
    which(connection, choices, "The template")
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
