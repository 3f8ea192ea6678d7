"""The keys, typed or from Amazon's .csv. What is typed goes into the sealed draft; no box keeps it."""

from dataclasses import dataclass

import streamlit as st

from core.aws.credentials import ROLE, Credentials
from core.connect.keys import clean, clean_smtp, pasted, read_csv
from core.connect.policy import FEATURES, OPTIONAL, as_text, policy
from core.errors import BadInput
from core.vault.secret import Secret
from pages.parts import fields
from pages.parts.guide import KEYS, guide
from pages.walk.draft import Draft

DRAWN = ("access_key_id", "secret_access_key", "session_token")
DRAWN_SMTP = (*DRAWN, "smtp_username", "smtp_password")


@dataclass(frozen=True, slots=True, repr=False)
class Boxes:
    """What was typed, for this run alone. `kept` is a secret from an earlier try or a .csv, used when the box is empty."""

    key_id: str
    secret: str
    token: str
    user: str
    password: str
    role: bool
    kept: Secret | None

    def read(self) -> Credentials:
        """The credentials that were typed. Raises BadInput with the box."""
        if self.role:
            return ROLE
        if self.user or self.password:
            return clean_smtp(self.user, self.password)
        return clean(self.key_id, self.secret or (self.kept.reveal() if self.kept else ""), self.token)

    def worth_keeping(self, refused: BadInput) -> Draft:
        """The box that was right need not be filled again; what may be a secret in the wrong box is dropped."""
        key = pasted(self.key_id).upper()
        good = key.startswith(("AKIA", "ASIA")) and len(key) <= 24
        kept = (
            (Secret(self.secret) if self.secret else self.kept)
            if good and refused.field != "secret_access_key"
            else None
        )
        return {"access_key_id": Secret(key) if good else None, "secret_access_key": kept}


def boxes(form: str, draft: Draft, smtp: bool) -> Boxes:
    """The boxes, to stand in a form that is emptied on sending. None has a widget key."""
    known, kept = draft.get("access_key_id"), draft.get("secret_access_key")
    key_id = st.text_input(
        "Access key ID",
        value=known.reveal() if known else "",
        max_chars=256,
        placeholder="AKIA…",
        autocomplete="off",
    )
    fields.said(form, "access_key_id")
    secret = st.text_input(
        "Secret access key", type="password", max_chars=512, autocomplete="new-password",
        placeholder="Kept for now. Leave it empty to use it." if kept else "40 characters; Amazon shows it only once",
    )  # fmt: skip
    fields.said(form, "secret_access_key")
    user = password = ""
    with st.expander("More options"):
        role = st.checkbox(
            "Use this machine's own role instead of keys",
            help="For a server inside AWS that has a role attached.",
        )
        token = st.text_input(
            "Session token", type="password", max_chars=4096, autocomplete="new-password",
            help="Only for temporary keys: their ID begins with ASIA.",
        )  # fmt: skip
        fields.said(form, "session_token")
        if smtp:
            st.caption(
                "The SMTP password is worked out from the secret access key. Fill these two only if you have no access key."
            )
            user = st.text_input("SMTP user name", max_chars=256, autocomplete="off")
            fields.said(form, "smtp_username")
            password = st.text_input(
                "SMTP password", type="password", max_chars=512, autocomplete="new-password"
            )
            fields.said(form, "smtp_password")
    return Boxes(key_id, secret, token, user, password, role, kept)


def from_csv(form: str) -> Draft | None:
    """The .csv of Amazon: both boxes fill. The upload is dropped as soon as it is read. None: nothing was given."""
    turn = st.session_state.setdefault(f"csv-{form}", 0)
    file = st.file_uploader(
        "Or drop the .csv from Amazon here: both boxes fill",
        type="csv",
        key=f"csv-{form}-{turn}",
        max_upload_size=1,
        width=640,
    )
    if file is None:
        return None
    st.session_state[f"csv-{form}"] = turn + 1
    try:
        key_id, secret = read_csv(file.getvalue())
    except BadInput as refused:
        fields.note(form, refused)
        return {}
    return {"access_key_id": Secret(pasted(key_id)), "secret_access_key": Secret(pasted(secret))}


def how_to(region: str) -> None:
    """The fold with the click-by-click way and the policy to copy, written for what SES Desk may do."""
    with st.expander("How do I get these?", icon=":material/help:"):
        guide(KEYS[:2])
        chosen = st.multiselect(
            "What SES Desk may do", list(FEATURES), default=[one for one in FEATURES if one not in OPTIONAL],
            format_func=FEATURES.__getitem__, help="The policy below allows exactly this and nothing else.",
        )  # fmt: skip
        st.code(as_text(policy(chosen, region=region)), language="json", height=240)
        guide(KEYS[2:], first=3)
