"""A mail that arrived: dropped as a file or pasted from "Show original". Who really sent it, and what the receiver made of it."""

import streamlit as st

from core.errors import BadInput
from core.letters.examine import Examined, after
from core.letters.opened import MOST
from core.letters.pasted import from_paste
from pages.parts import letter_look, letter_points
from pages.parts.plain import plain

SHOWN = "letter-after-shown"
BOXES = {"ok": st.success, "warn": st.warning, "fail": st.error, "unknown": st.info}
ICONS = {
    "ok": ":material/verified_user:",
    "warn": ":material/warning:",
    "fail": ":material/gpp_bad:",
    "unknown": ":material/help:",
}
NAMES = {
    "DMARC": "Is it really from the sender? (DMARC)",
    "DKIM": "Signatures (DKIM)",
    "SPF": "Sending server (SPF)",
    "Receiver": "What the receiver wrote down",
    "Sender": "The sender",
}


def form() -> None:
    """A file or a paste, one button, and the answer under it."""
    with st.form("letter-after", border=False):
        file = st.file_uploader("A saved mail (.eml), up to 25 MB", type=["eml", "txt"], max_upload_size=25)
        text = st.text_area(
            "Or paste it from “Show original”", max_chars=MOST // 4, height=150,
            placeholder="Delivered-To: you@example.com\nReceived: by …", help="A file is better: copying often changes blanks, and then signatures do not fit.",
        )  # fmt: skip
        pressed = st.form_submit_button("Check this mail", type="primary")
    if pressed:
        st.session_state.pop(SHOWN, None)
        try:
            with st.spinner("Checking the signatures …"):
                raw = file.getvalue() if file is not None else from_paste(text)
                st.session_state[SHOWN] = after(raw, pasted=file is None)
        except BadInput as refused:
            st.error(plain(refused.message), icon=":material/error:")
    if (shown := st.session_state.get(SHOWN)) is not None:
        _answer(shown)
    else:
        with st.expander("How do I get the original of a mail?"):
            st.markdown(
                "- **Gmail:** open the mail, ⋮ More, *Show original*, *Download original*.\n"
                "- **Outlook on the web:** ⋯, *Save as* (.eml), or *View message source*.\n"
                "- **Yahoo:** ⋯, *View raw message*.\n"
                "- **Apple Mail:** *File › Save As*, format *Raw Message Source*."
            )


def _answer(examined: Examined) -> None:
    verdict = examined.verdict
    if verdict is not None:
        unknown = "Couldn't check. " if verdict.state == "unknown" else ""
        BOXES[verdict.state](unknown + plain(verdict.sentence), icon=ICONS[verdict.state])
        letter_points.summary(verdict.points)
        for name, points in verdict.groups:
            with st.container(border=True):
                st.markdown(f"##### {NAMES[name]}")
                for each in points:
                    letter_points.point(each)
    letter_look.look(examined)
    st.subheader("How it is built", anchor=False)
    letter_points.points(examined.points)
    letter_points.clear(SHOWN)
