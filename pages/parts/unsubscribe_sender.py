"""For the system that sends: recipes to copy, and a page to host elsewhere."""

import streamlit as st

from core.members.actor import SignedIn
from core.store.tables import Connection
from core.unsubscribe.chosen import Chosen
from core.unsubscribe.recipes import TITLES, TOKEN, recipes
from core.unsubscribe.template import own_page as file_of
from pages.parts.desk import desk


def sender(signed: SignedIn, connection: Connection, decided: Chosen) -> None:
    """How the other system asks us, in its own language."""
    settings = desk().settings
    st.markdown(
        "Your sender asks SES Desk twice for each mail: may this address be mailed, and what is its link? Make it a token first:"
    )
    st.code(
        f"python -m core.admin api-token my-sender --connection '{connection.name}'",
        language="bash",
        wrap_lines=True,
    )
    st.caption(
        f"Keep it in the sender's environment as `{TOKEN}`. The address below is this machine's; it need not be public."
    )
    place = f"http://{settings.host}:{settings.port}"
    with st.container(horizontal=True, vertical_alignment="bottom"):
        title = st.selectbox("Your sender", TITLES, width=260, key=f"recipe-{connection.id}")
        group = ""
        if decided.groups:
            group = st.selectbox(
                "Group", ["", *decided.keys], width=200, format_func=lambda key: key or "All mail"
            )
    made = {each.title: each for each in recipes(place, connection.name, connection.from_address, group)}
    st.code(made[title].code, language=made[title].language, wrap_lines=True)
    st.caption("curl and Python were run by us; the others are written from their documentation.")


def own_page(signed: SignedIn, connection: Connection, decided: Chosen) -> None:
    """A file to brand and put on their own web server."""
    public = desk().settings.public_url
    st.markdown(
        "1. Download the page. It has your name, colours and groups in it already.\n"
        "2. Change what you like, but keep the form, its fields and the few lines of script.\n"
        "3. Put it on your web server, under https.\n"
        "4. Give its address under *The page*. Links in the text lead there from then on; the header stays ours."
    )
    st.download_button(
        "Download the page", data=file_of(decided, public), file_name="unsubscribe.html", mime="text/html",
        icon=":material/download:", disabled=not public, on_click="ignore", key=f"own-page-{connection.id}",
    )  # fmt: skip
    if public:
        st.caption("What it posts goes to SES Desk and is answered by the page you see under *The page*.")
    else:
        st.caption("It needs the public address of SES Desk in it: set `SES_DESK_PUBLIC_URL` first.")
