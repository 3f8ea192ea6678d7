"""Connections: which SES accounts are set up, whether they work, and what can be done with each."""

import streamlit as st

from core.connect import checks, listen
from core.connect.regions import spoken
from core.members.actor import SignedIn
from core.members.roles import covers
from core.safe_text import mask, safe_markdown
from core.store import queues, rotations
from core.store.tables import Connection
from pages.gate import require_member
from pages.parts import connection_actions as actions
from pages.parts.ago import ago, exact
from pages.parts.badge import badge
from pages.parts.check_lines import draw
from pages.parts.choice import PARAMETER, visible_connections
from pages.parts.demo import offer_demo
from pages.parts.desk import desk
from pages.parts.layout import empty, heading

OVER = {"api": "over HTTP", "smtp": "over SMTP"}


def card(signed: SignedIn, connection: Connection) -> None:
    """One connection: what it is, whether it works, what to do with it."""
    sender = connection.from_address if covers(signed.role, "operator") else mask(connection.from_address)
    with st.container(border=True, key=f"connection-{connection.id}"):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.subheader(safe_markdown(connection.name, 64).strip("`"), anchor=False, width="content")
            state(connection)
        account = f"account {connection.account_id}" if connection.account_id else "account not known"
        st.markdown(
            f"{spoken(connection.region)} · {OVER[connection.transport]} · {account} · sends from {safe_markdown(sender, 120)}"
        )
        st.caption(hearing(connection))
        if covers(signed.role, "operator"):
            with st.container(horizontal=True, vertical_alignment="center"):
                st.page_link(
                    "tests.py",
                    label="Send a test",
                    icon=":material/outgoing_mail:",
                    query_params={PARAMETER: connection.name},
                )
                if covers(signed.role, "admin"):
                    st.page_link(
                        "setup.py",
                        label="Bounces and complaints",
                        icon=":material/published_with_changes:",
                        query_params={PARAMETER: connection.name},
                    )
                    under_way = rotations.get(desk().store, connection.id or 0) is not None
                    st.page_link(
                        "rotation.py",
                        label="Go on rotating the key" if under_way else "Rotate the key",
                        icon=":material/key_vertical:",
                        query_params={PARAMETER: connection.name},
                    )
                    actions.buttons(connection)
        last_check(signed, connection)


def state(connection: Connection) -> None:
    """Badges: demo, disabled, and what the last check said; unknown is never healthy."""
    if connection.demo:
        badge("Demo")
    last = checks.last(connection)
    if connection.disabled:
        badge("Disabled")
    elif last is None:
        badge("Not checked yet")
    else:
        badge("Verified" if last.ok else "Incorrect", help=f"Checked {exact(last.at)}")


def hearing(connection: Connection) -> str:
    """Whether Amazon's answers come back."""
    found = listen.requests(desk().store, connection)
    pinned = [one for one in found if one.state == "pinned"]
    waiting = len([one for one in found if one.state == "waiting"])
    ask = f" {waiting} waiting for you to confirm." if waiting else ""
    kept = queues.of_connection(desk().store, connection.id or 0)
    fetched = [one for one in kept if one.kind == queues.EVENTS]
    if not pinned and not fetched:
        return "Does not listen yet: what Amazon reports does not come back." + ask
    heard_at = [one.last_event_at or 0 for one in pinned] + [one.message_at or 0 for one in kept]
    heard = f"last event {ago(max(heard_at))}" if max(heard_at) else "no event yet"
    both = [_many(len(pinned), "topic"), _many(len(fetched), "queue")]
    return f"Listens to {' and '.join(one for one in both if one)}, {heard}.{ask}"


def _many(count: int, word: str) -> str:
    return f"{count} {word}{'' if count == 1 else 's'}" if count else ""


def last_check(signed: SignedIn, connection: Connection) -> None:
    """The check: run now when asked, else the last one in a fold with its age."""
    if actions.asked_to_check(connection):
        actions.check_now(signed, connection)
        return
    last = checks.last(connection)
    if last is not None and covers(signed.role, "operator"):  # its lines name senders and permissions
        with st.expander(f"Checked {ago(last.at)}", expanded=not last.ok):
            for line in last.lines:
                draw(line)


signed = require_member()
heading("Connections", "Each is one Amazon SES account in one region.")
actions.done()
shown = visible_connections(signed)
if not shown:
    empty(
        "No account is connected yet. Four short screens, about five minutes.",
        "Connect an account",
        "connect.py",
    )
for connection in shown:
    card(signed, connection)
if shown and covers(signed.role, "admin"):
    st.page_link("connect.py", label="Connect another account", icon=":material/add_link:")
offer_demo(signed)
