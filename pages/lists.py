"""Suppression list: which addresses get no further mail, and why."""

import streamlit as st

from core.members import roles
from pages.gate import require_member
from pages.parts import list_amazon, list_import, list_rules, list_table
from pages.parts.choice import connection_choice
from pages.parts.demo import offer_demo
from pages.parts.layout import empty, heading
from pages.parts.list_entry import done, search
from pages.parts.trouble import trouble

signed = require_member()
heading(
    "Suppression list", "Addresses that get no further mail, each with the reason and the event behind it."
)
connection = connection_choice(signed)
if connection is None:
    empty("There is no list yet: it begins with an account.", "Connect an account", "connect.py")
    offer_demo(signed)
elif not roles.covers(signed.role, "operator"):
    with trouble():
        list_table.table(signed, connection)
else:
    with trouble():
        done(signed, connection)
        search(signed, connection)
        parts = {
            "On the list": list_table.table,
            "Add": list_import.add,
            "Rules": list_rules.rules,
            "Amazon's own list": list_amazon.comparison,
        }
        for tab, draw in zip(
            st.tabs(list(parts), key="list", on_change="rerun", bind="query-params"),
            parts.values(),
            strict=True,
        ):
            if tab.open:
                with tab:
                    draw(signed, connection)
