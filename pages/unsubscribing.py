"""Unsubscribing: the page behind the links, the link and headers for other senders, and who manages them.

Its address is not /unsubscribe, which is the public one.
"""

import streamlit as st

from core.members.actor import SignedIn
from core.store.tables import Connection
from core.unsubscribe.offer import chosen
from pages.gate import require_member
from pages.parts import (
    unsubscribe_amazon,
    unsubscribe_groups,
    unsubscribe_link,
    unsubscribe_look,
    unsubscribe_sender,
    unsubscribe_standing,
)
from pages.parts.choice import connection_choice
from pages.parts.demo import offer_demo
from pages.parts.desk import desk
from pages.parts.layout import empty, heading

TABS = {
    "The page": unsubscribe_look.look,
    "Groups": unsubscribe_groups.groups,
    "A link": unsubscribe_link.link,
    "For your sender": unsubscribe_sender.sender,
    "Your own page": unsubscribe_sender.own_page,
    "Amazon's own": unsubscribe_amazon.amazon,
}


def draw(signed: SignedIn, connection: Connection) -> None:
    """Everything about one connection."""
    decided = chosen(desk().store, connection)
    with st.container():  # one place for what comes and goes, so that the tabs stay as they are
        unsubscribe_look.done()
        unsubscribe_standing.standing(connection, decided)
    for tab, part in zip(st.tabs(list(TABS)), TABS.values(), strict=True):
        with tab:
            part(signed, connection, decided)


signed = require_member("admin")
heading(
    "Unsubscribe",
    "One press, and no more mail: the page, its links, and the headers that mailbox providers ask for.",
)
connection = connection_choice(signed)
if connection is None:
    empty("There is no connection yet whose mail could be left.", "Connect an account", "connect.py")
    offer_demo(signed)
else:
    draw(signed, connection)
