"""The frame around every screen: the gate first, then the navigation, then the page. Streamlit's entry script.

It stands inside `pages/` so that no `pages/` folder lies beside it: Streamlit would serve such a folder without the gate
until the first `st.navigation` of a fresh server. Every page is registered always, so that a link to it works after the
sign-in, and run only behind the gate.
"""

from pathlib import Path

import streamlit as st

from core.members import roles
from core.safe_text import safe_text
from pages import gate
from pages.parts import password
from pages.parts.banners import banners
from pages.parts.entrance import MARK, entrance
from pages.parts.style import style

HERE = Path(__file__).resolve().parent


st.set_page_config(page_title="SES Desk", page_icon=MARK, layout="wide", menu_items={})
style()
signed = gate.signed_in()
gate.own_tab(signed)


def page(file: str, title: str, icon: str, role: str = "viewer") -> st.Page:
    """One screen. Whoever's role does not cover it does not see it in the navigation; the screen itself refuses as well."""
    seen = "visible" if signed is None or roles.covers(signed.role, role) else "hidden"
    return st.Page(
        HERE / file, title=title, icon=f":material/{icon}:", default=file == "home.py", visibility=seen
    )


home = page("home.py", "Home", "home")
review = page("review.py", "Review", "monitoring")
tests = page("tests.py", "Tests", "outgoing_mail", "operator")
connections = page("connections.py", "All connections", "hub")
connect = page("connect.py", "Connect an account", "add_link", "admin")
setup = page("setup.py", "Bounces and complaints", "published_with_changes", "admin")
drill = page("drill.py", "Fire drill", "local_fire_department", "operator")
switching = page("switching.py", "SMTP or HTTP", "swap_horiz", "admin")
rotation = page("rotation.py", "Rotate the key", "key_vertical", "admin")
production = page("production.py", "Leave the sandbox", "verified", "admin")
quick_check = page("quick_check.py", "Quick check", "bolt", "admin")
identities = page("identities.py", "Domains and addresses", "dns", "operator")
doctor = page("doctor.py", "Doctor", "stethoscope", "operator")
letters = page("letters.py", "Check a mail", "mark_email_read", "operator")
lists = page("lists.py", "Suppression list", "block")
unsubscribe = page("unsubscribing.py", "Unsubscribe", "unsubscribe", "admin")
account = page("account.py", "Your account", "account_circle")
members = page("members.py", "Members", "group", "admin")
audit = page("audit.py", "Audit trail", "history", "admin")

name = safe_text(signed.name, 24) if signed else "Account"
shown = {
    "": [home, review, tests, letters],
    "Lists": [lists, unsubscribe],
    "Connections": [
        connections,
        connect,
        identities,
        setup,
        drill,
        switching,
        rotation,
        production,
        quick_check,
        doctor,
    ],
    name: [account, members, audit],
}
free = signed is not None and not signed.must_change
if signed is not None:
    st.logo(MARK, size="large")
chosen = st.navigation(shown, position="top" if free else "hidden")
if signed is None:
    entrance()
elif not free:
    password.choose_first(signed)
else:
    banners(signed)
    chosen.run()
