"""Step 4: the From address, chosen from what Amazon has verified; and the name of the connection, saved."""

from collections.abc import Callable
from dataclasses import asdict

import streamlit as st

from core.aws.access import Access
from core.aws.identities import Identity, covering, identities, verify
from core.errors import BadInput
from core.in_time import LIMIT, answer
from core.safe_text import safe_text
from pages.parts import fields
from pages.parts.guide import SENDER, guide
from pages.parts.trouble import trouble

OTHER = "Another address or domain …"
NOT_HERE = "Amazon has not verified this address or its domain in this region, so it would refuse the mail."


def known(access: Access, kept: list[dict[str, object]] | None) -> list[Identity]:
    """The identities: as kept in the draft, else asked from Amazon. Empty when nobody may say (SMTP password only)."""
    if kept is not None:
        return [Identity(**one) for one in kept]  # type: ignore[arg-type]
    if not access.credentials.can_sign:
        return []
    with st.spinner("Asking Amazon for your verified senders …"):
        way = access.within(LIMIT)
        return answer(lambda: identities(way), way.end)


def parts(found: list[Identity]) -> list[dict[str, object]]:
    """Identities as plain values, for the draft."""
    return [asdict(one) for one in found]


def _label(identity: Identity | str) -> str:
    if isinstance(identity, str):
        return identity
    what = "any address of this domain" if identity.is_domain else "this address"
    return f"{safe_text(identity.name, 80)} · {what if identity.verified else 'not verified yet'}"


def ask(
    form: str, found: list[Identity], access: Access, region: str, meant: str, look: Callable[[str], None]
) -> tuple[str, str, str] | None:
    """Choose the sender. Gives (from address, display name, connection name) when the button is pressed.

    `meant`: the address that was typed before the region was switched, "" for none. `look`: look for one in other regions.
    """
    chosen: Identity | str = OTHER
    if found:
        own = covering(found, meant)
        chosen = st.selectbox(
            "Send from", [*found, OTHER], index=found.index(own) if own else 0, format_func=_label,
            help="The verified identities of this region.",
        )  # fmt: skip
    else:
        st.info(
            "Amazon lists no senders in this region, or will not list them. Type the address you send from.",
            icon=":material/info:",
        )
    if isinstance(chosen, Identity) and not chosen.verified:
        _offer_verification(chosen.name, access, look)
        return None
    with st.form(form, border=False, width=640):
        address = _address(form, chosen, meant)
        display = st.text_input(
            "Display name (optional)",
            max_chars=120,
            placeholder="Example Shop",
            help="What people see before the address.",
        )
        fields.said(form, "display_name")
        name = st.text_input(
            "Name of this connection", value=_suggest(chosen, region), max_chars=64, help="How it is called on every screen here.",
        )  # fmt: skip
        fields.said(form, "name")
        pressed = st.form_submit_button("Save this connection", type="primary")
    fields.rest(form, "from_address", "display_name", "name")
    with st.expander("Where do I find these?", icon=":material/help:"):
        guide(SENDER)
    return (address, display, name) if pressed else None


def _address(form: str, chosen: Identity | str, meant: str) -> str:
    local, _, domain = meant.rpartition("@")
    if isinstance(chosen, Identity) and chosen.is_domain:
        with st.container(horizontal=True, vertical_alignment="bottom"):
            local = st.text_input(
                "From address",
                value=local if local and domain.lower() == chosen.name.lower() else "news",
                max_chars=64,
                help="The part before the @: any works on a verified domain.",
                width=240,
            )
            st.markdown(f"**@{safe_text(chosen.name, 80)}**", width="content")
        fields.said(form, "from_address")
        return f"{local.strip()}@{chosen.name}"
    if isinstance(chosen, Identity):
        return chosen.name
    address = st.text_input("From address", max_chars=320, placeholder="news@example.com", autocomplete="off")
    fields.said(form, "from_address")
    return address.strip()


def _suggest(chosen: Identity | str, region: str) -> str:
    return chosen.name.rpartition("@")[2] if isinstance(chosen, Identity) else region


def _offer_verification(name: str, access: Access, look: Callable[[str], None]) -> None:
    st.warning(
        f"Amazon has not verified {safe_text(name, 80)} in this region, so it refuses mail from it.",
        icon=":material/warning:",
    )
    with st.container(horizontal=True):
        begin = st.button("Start the verification", type="primary")
        if st.button("Look in other regions", icon=":material/travel_explore:"):
            look(name)
    if begin:
        with trouble(), st.spinner("Asking Amazon …"):
            started = verify(access, name)
            if started.records:
                st.markdown(
                    "Publish these records with whoever runs your DNS. Amazon looks for them for 72 hours."
                )
                st.table(
                    [{"Type": t, "Name": n, "Value": v} for t, n, v in started.records], border="horizontal"
                )
            else:
                st.success(
                    "Amazon has mailed a link to that address. Open it, then come back and choose the address again."
                )


def is_verified(found: list[Identity], address: str) -> bool:
    """Whether a verified identity of this region covers the address."""
    covered = covering(found, address)
    return covered is not None and covered.verified


def require_verified(found: list[Identity], address: str) -> None:
    """Refuse an address that no verified identity covers; when Amazon would not list them, it decides at the first test."""
    if found and not is_verified(found, address):
        raise BadInput(NOT_HERE, "from_address")
