"""Where the SES account is, and whether we speak HTTP or SMTP to it."""

from dataclasses import dataclass

import streamlit as st

from core.connect.endpoint import Endpoint, recognise
from core.connect.regions import SES_REGIONS, spoken
from pages.parts import fields

SMTP_PORT = 587  # the one meant when none is said
TRANSPORTS = {"api": "HTTP (recommended)", "smtp": "SMTP"}


@dataclass(frozen=True, slots=True)
class Boxes:
    """What was chosen and pasted."""

    region: str | None
    pasted: str
    transport: str

    def read(self) -> Endpoint:
        """The endpoint that was meant; what was pasted goes before the list. Raises BadInput."""
        chosen = recognise(self.pasted or self.region or "")
        plain = chosen.transport == "api" and not chosen.host
        return chosen.over_smtp() if self.transport == "smtp" and plain else chosen


def boxes(form: str, known: Endpoint | None = None) -> Boxes:
    """The boxes, to stand in a form: the region by its place name, or anything pasted. `known` fills them again."""
    codes = [code for code, _ in SES_REGIONS]
    region = st.selectbox(
        "Region", codes, index=codes.index(known.region) if known and known.region in codes else None, format_func=spoken,
        placeholder="Choose a place, such as Europe (Ireland)", help="The region shown at the top right of your SES console.",
    )  # fmt: skip
    pasted = st.text_input(
        "Or paste a server name, URL or console link", _typed(known), max_chars=2000, placeholder="email.eu-west-1.amazonaws.com", autocomplete="off",
    )  # fmt: skip
    fields.said(form, "endpoint")
    transport = st.radio(
        "How mail is handed over", list(TRANSPORTS), index=list(TRANSPORTS).index(known.transport) if known else 0, format_func=TRANSPORTS.__getitem__, horizontal=True,
        captions=("Faster, and every check works.", "For accounts where only SMTP is allowed."),
    )  # fmt: skip
    return Boxes(region, pasted, transport)


def _typed(known: Endpoint | None) -> str:
    """What to paste to mean this endpoint; nothing where its region alone says it."""
    if known is None:
        return ""
    port = f":{known.smtp_port}" if known.transport == "smtp" and known.smtp_port != SMTP_PORT else ""
    return known.server + port if known.host or port else ""


def said(chosen: Endpoint) -> str:
    """An endpoint in one line."""
    over = f"SMTP, port {chosen.smtp_port}" if chosen.transport == "smtp" else "HTTP"
    return f"{spoken(chosen.region)} · {over}" + (f" · {chosen.host}" if chosen.host else "")
