"""The plan on a screen: what will be made or changed, each with its IAM action; what is not ours asks first; then one button."""

from dataclasses import replace

import streamlit as st

from core import moment
from core.connect.policy import FEATURES, as_text, policy
from core.connect.regions import spoken
from core.diagnosis import Context
from core.members.actor import SignedIn
from core.setup import offer as offers
from core.setup import plan as plans
from core.setup import saga
from core.setup.choices import Choices
from core.setup.offer import Offer
from core.setup.plan import Plan
from core.store.tables import Connection
from pages.parts import setup_run
from pages.parts.ago import ago
from pages.parts.finding import finding
from pages.parts.looked import look_again, looked, seen_at
from pages.parts.plain import plain
from pages.parts.setup_choices import choose
from pages.parts.trouble import trouble

SIGNS = {
    "make": ":green[:material/add:]",
    "change": ":orange[:material/edit:]",
    "reuse": ":gray[:material/check:]",
}


def offered(signed: SignedIn, connection: Connection) -> Offer:
    """What a set-up begins with, read once in five minutes. Raises what Amazon or the vault says."""
    return looked(
        "offer",
        (connection.id, connection.region),
        lambda: offers.offer(setup_run.at_hand(), connection, signed, moment.now()),
        "Asking Amazon for your identities, and trying the public address …",
    )


def planned(signed: SignedIn, connection: Connection, chosen: Choices) -> Plan:
    """What these choices would do in the account, read once in five minutes."""
    return looked(
        "plan",
        (connection.id, connection.region, chosen),
        lambda: plans.plan(setup_run.at_hand(), connection, chosen, signed, moment.now()),
        "Looking at what is in your account already …",
    )


def begin(signed: SignedIn, connection: Connection) -> None:
    """Choices, plan, button."""
    with trouble(Context(region=connection.region)):
        offer = offered(signed, connection)
        if not offer.identities:
            st.info("No identity of this account may send yet. Verify a domain or an address first.")
            return
        chosen = choose(connection, offer)
        if chosen.https and offer.check.state in ("none", "private"):
            return
        made = planned(signed, connection, chosen)
        if made.blocked is not None:
            finding(made.blocked)
            _again()
            return
        summary(connection, made)
        agreed, missing = _agree(connection, made)
        _button(signed, connection, made, agreed, missing)
        draw(connection, made)


def summary(connection: Connection, made: Plan) -> None:
    """How much it is, in one sentence."""
    new = len([line for line in made.lines if line.effect != "reuse"])
    old = len(made.lines) - new
    things = f"This {new} thing" if new == 1 else f"These {new} things"
    there = f" {old} {'is' if old == 1 else 'are'} there already, and used." if old else ""
    st.markdown(
        f"**{f'{things} will be made or changed' if new else 'Nothing has to be made'}** in account "
        f"{connection.account_id or 'not known'}, {spoken(connection.region)}.{there}"
    )


def draw(connection: Connection, made: Plan) -> None:
    """Each line with its IAM action."""
    with st.container(border=True, key="setup-plan"):
        with st.container(gap="xsmall"):
            for line in made.lines:
                action = f" :small[:gray[{plain(line.action)}]]" if line.effect != "reuse" else ""
                st.markdown(
                    f"{SIGNS.get(line.effect, '?')} **{plain(line.label)}** · {plain(line.sentence)}{action}"
                )
        _permissions(connection)
    _again()


def _again() -> None:
    at = seen_at("plan")
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(f"Read from your account {ago(at)}. Nothing was changed." if at else "", width="content")
        if st.button("Look again", type="tertiary"):
            look_again("offer", "plan")
            st.rerun()


def _permissions(connection: Connection) -> None:
    if "setup" in FEATURES:
        with st.expander("The permissions this needs (IAM policy)", icon=":material/policy:"):
            document = policy(("review", "setup"), connection.account_id or "", connection.region)
            st.code(as_text(document), language="json", wrap_lines=True)


def _agree(connection: Connection, made: Plan) -> tuple[tuple[str, ...], bool]:
    """The keys agreed to, and whether one that is needed is missing."""
    if not made.to_agree:
        return (), False
    st.markdown("**Not made by SES Desk.** It is changed only if you say so:")
    agreed = []
    for line in made.to_agree:
        why = f" {line.why}" if line.why else ""
        leave = " Without it, this one stays as it is." if line.optional else ""
        if st.checkbox(plain(f"{line.sentence}{why}{leave}"), key=f"agree-{connection.id}-{line.key}"):
            agreed.append(line.key)
    return tuple(agreed), any(not line.optional and line.key not in agreed for line in made.to_agree)


def _button(
    signed: SignedIn, connection: Connection, made: Plan, agreed: tuple[str, ...], missing: bool
) -> None:
    if st.button("Set it up for me", type="primary", icon=":material/auto_fix_high:", disabled=missing):
        wanted = replace(made, choices=replace(made.choices, agreed=agreed))
        number = saga.begin(setup_run.at_hand(), connection, wanted, signed, moment.now())
        go_on(signed, connection, number)
    if missing:
        st.caption("Tick what may be changed above first.")


def go_on(signed: SignedIn, connection: Connection, number: int) -> None:
    """Do what is left of a set-up, then read it all back."""
    setup_run.start(
        connection,
        "Setting up bounces and complaints",
        lambda mine: saga.apply(mine, connection, number, signed),
        lambda mine: saga.verify(mine, connection, number),
    )
    st.rerun()
