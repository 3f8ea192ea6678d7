"""Which sender the screen is about, and what was found of it: kept for the session until asked again."""

import streamlit as st

from core import moment
from core.aws.identities import Identity
from core.diagnosis import Context
from core.identities import change
from core.identities.overview import Overview, overview
from core.members.actor import SignedIn
from core.safe_text import safe_text
from core.store.tables import Connection
from pages.parts.desk import desk
from pages.parts.trouble import trouble

KNOWN, SEEN, PICK = "identities-known", "identities-seen", "identities-pick"
FRESH = 5 * moment.MINUTE


def choice(signed: SignedIn, connection: Connection) -> str | None:
    """One of the senders of this region, the connection's own first. None when there are none, or Amazon will not say."""
    known = _known(signed, connection)
    if known is None:
        return None
    if not known:
        st.info("Amazon has no senders in this region yet. Add your domain below.", icon=":material/info:")
        return None
    names = [one.name for one in known]
    asked = st.session_state.pop(f"{PICK}-{connection.id}", None)
    shown = st.session_state.get(_key(connection))
    start = asked if asked in names else shown if shown in names else _own(known, connection)
    st.session_state[_key(connection)] = start
    by_name = {one.name: one for one in known}
    picked = st.selectbox(
        "Sender", names, key=_key(connection), format_func=lambda name: _label(by_name[name]), width=480
    )
    return str(picked)


def seen(signed: SignedIn, connection: Connection, name: str) -> Overview | None:
    """What was found, at most five minutes ago; else asked now."""
    kept: dict[tuple[int, str, str], Overview] = st.session_state.setdefault(SEEN, {})
    key, now = (connection.id or 0, connection.region, name), moment.now()
    if key not in kept or now - kept[key].at > FRESH:
        kept.pop(key, None)
        with (
            trouble(Context(region=connection.region, service="ses", operation="GetEmailIdentity")),
            st.spinner("Asking Amazon and the name servers …"),
        ):
            kept[key] = overview(desk(), connection, name, signed, now)
    return kept.get(key)


def forget(connection: Connection, pick: str | None = None) -> None:
    """Ask again with the next run, about the same sender or another one."""
    for kept in (st.session_state.get(KNOWN, {}), st.session_state.get(SEEN, {})):
        for key in [each for each in kept if each[0] == (connection.id or 0)]:
            del kept[key]
    if pick is not None:
        st.session_state[f"{PICK}-{connection.id}"] = pick


def _known(signed: SignedIn, connection: Connection) -> list[Identity] | None:
    kept: dict[tuple[int, str], tuple[int, list[Identity]]] = st.session_state.setdefault(KNOWN, {})
    key, now = (connection.id or 0, connection.region), moment.now()
    if key not in kept or now - kept[key][0] > FRESH:
        kept.pop(key, None)
        with (
            trouble(Context(region=connection.region, service="ses", operation="ListEmailIdentities")),
            st.spinner("Asking Amazon for your senders …"),
        ):
            kept[key] = (now, change.known(desk(), connection, signed))
    return kept[key][1] if key in kept else None


def _own(known: list[Identity], connection: Connection) -> str:
    """The one the connection sends under, domains before addresses."""
    mine = connection.from_address.lower()
    names = [one.name for one in known]
    domain = mine.rpartition("@")[2]
    own = [name for name in names if name.lower() in (mine, domain)]
    return min(own, key=len) if own else names[0]


def _label(one: Identity) -> str:
    return f"{safe_text(one.name, 80)} · {'verified' if one.verified else 'not verified yet'}"


def _key(connection: Connection) -> str:
    return f"identity-{connection.id}"
