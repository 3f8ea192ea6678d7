"""Audit trail: what was done here, by whom, newest first."""

import json
from datetime import UTC, datetime

import streamlit as st

from core.safe_text import safe_text
from core.store import audit
from core.store.tables import AuditEntry
from pages import gate
from pages.parts import desk, heading

LENGTH = 50  # entries on a screen


def told(entry: AuditEntry) -> dict[str, str]:
    """One entry as plain text cells."""
    detail = ", ".join(f"{name.replace('_', ' ')}: {said}" for name, said in json.loads(entry.detail).items())
    return {
        "When (UTC)": f"{datetime.fromtimestamp(entry.at / 1000, UTC):%Y-%m-%d %H:%M:%S}",
        "Who": safe_text(entry.actor, 64),
        "What": safe_text(entry.action.replace("-", " ").capitalize(), 64),
        "About": safe_text(entry.subject, 200),
        "Details": safe_text(detail, 400),
    }


signed = gate.require_member("admin")
heading(
    "Audit trail",
    "What was done here, by whom. Entries can be added, never changed: each one seals the one before it.",
)
before = st.query_params.get("before", "")
entries = audit.recent(
    desk().store, LENGTH + 1, int(before) if before.isdecimal() and len(before) < 18 else None
)
if not entries:
    st.info("There is nothing older than this.")
else:
    st.dataframe(
        [told(entry) for entry in entries[:LENGTH]],
        hide_index=True,
        alt="What was done, by whom and when, newest first",
    )
with st.container(horizontal=True):
    if len(entries) > LENGTH and st.button("Older", icon=":material/arrow_back:"):
        st.query_params["before"] = str(entries[LENGTH - 1].id)
        st.rerun()
    if before and st.button("Newest"):
        st.query_params.pop("before")
        st.rerun()
    if st.button("Check that nothing was altered", icon=":material/verified:"):
        with st.spinner("Reading the whole trail…"):
            found = audit.verify(desk().store)
        if found.whole:
            st.success(f"All {found.entries:,} entries fit together: nothing was changed or taken out.")
        elif found.broken_at is None:
            st.error(
                f"The newest entries are missing: the trail ends after {found.entries:,} entries, but went on before."
            )
        else:
            st.error(
                f"Entry {found.broken_at} does not fit the one before it: somebody changed the database itself."
            )
