"""Where unsubscribing stands: who makes the links, whether anybody can press one, and who left what."""

import streamlit as st

from core.safe_text import safe_markdown
from core.store import departures
from core.store.tables import Connection
from core.unsubscribe.chosen import Chosen
from pages.parts.desk import desk


def standing(connection: Connection, decided: Chosen) -> None:
    """Who makes the links, and whether anybody outside can press one."""
    public = desk().settings.public_url
    if decided.contact_list:
        st.info(
            f"Amazon writes the links of your tests: contact list {safe_markdown(decided.contact_list)}.",
            icon=":material/cloud:",
        )
    elif not public:
        st.warning(
            "No link can be made yet, because nobody outside can reach SES Desk. Set `SES_DESK_PUBLIC_URL` and start it again. "
            "Only `/sns` and `/unsubscribe` need to be public; `docs/public-routes.md` shows how.",
            icon=":material/public_off:",
        )
    elif not public.lower().startswith("https://"):
        st.warning(
            "Mail programs press only links that begin with https. Give `SES_DESK_PUBLIC_URL` an https address.",
            icon=":material/lock_open:",
        )
    else:
        st.caption(f"Links begin with {safe_markdown(public.rstrip('/') + '/unsubscribe/')}.")
    _left(connection, decided)


def _left(connection: Connection, decided: Chosen) -> None:
    """How many have left a group; who left everything stands on the suppression list."""
    counted = departures.counts(desk().store, connection.id or 0)
    told = [
        f"{safe_markdown(group.title)}: {counted[group.key]:,}"
        for group in decided.groups
        if group.key in counted
    ]
    if told:
        st.caption(
            f"Left single groups: {' · '.join(told)}. Who left everything stands on the suppression list."
        )
