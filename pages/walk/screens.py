"""The first three screens of the walk: endpoint, keys with their check, From address. Each seals what it learned."""

from typing import Any

import streamlit as st

from core import moment
from core.connect import access as accesses
from core.connect import checks, letter, walk
from core.connect.elsewhere import look
from core.connect.moving import bound
from core.connect.regions import spoken
from core.diagnosis import Context
from core.errors import BadInput
from core.in_time import LIMIT, answer
from core.members.actor import SignedIn
from core.store.tables import Connection
from pages.parts import check_lines, fields
from pages.parts.desk import desk
from pages.parts.outcome import outcome
from pages.parts.steps import Done, done_lines, head
from pages.parts.trouble import trouble
from pages.walk import draft as drafts
from pages.walk import elsewhere, endpoint, keys, sender
from pages.walk.checking import checked

FORM = 640  # pixels: a line of a form that one can still take in at a glance
BEGUN, SAVED = "walk-begun", "walk-saved"
KIND = "connect"
FEATURES = ("review", "send", "senders", "listen")


class Walk:
    """One walk of one sign-in: the draft as it was read for this run."""

    def __init__(self, signed: SignedIn) -> None:
        self.signed = signed
        self.saved = outcome(SAVED)
        self.count = self.saved.count
        self.draft = drafts.load(signed, KIND)
        self.forgotten = not self.draft and st.session_state.pop(BEGUN, False)
        self.endpoint = drafts.endpoint_of(self.draft)
        self.credentials = drafts.credentials_of(self.draft)

    def keep(self, **changes: Any) -> None:
        """Seal what changed and show the next screen."""
        drafts.keep(self.signed, KIND, self.draft, **changes)
        st.session_state[BEGUN] = True
        st.rerun()

    def draw(self) -> Connection | None:
        """The screen this walk has come to; gives the connection once it is saved."""
        if not self.draft and self.saved.said is not None:  # saved by a run that a second press cut short
            saved: Connection = self.saved.said
            return saved
        if self.endpoint is None:
            self.ask_endpoint()
        elif self.credentials is None:
            self.ask_keys()
        elif not self.draft.get("sure"):
            self.check()
        else:
            return self.ask_sender()
        return None

    def finished(self) -> None:
        """The finished steps as one line each, with the way back to each."""
        done = [Done("Endpoint", endpoint.said(self.endpoint), "endpoint")] if self.endpoint else []
        if self.credentials:
            hint = self.credentials.hint
            done.append(Done("Keys", f"ending in {hint}" if hint else "this machine's own role", "keys"))
        if self.draft.get("sure"):
            done.append(Done("Check", "Amazon accepts these keys", "check"))
        back = done_lines(done)
        if back == "endpoint":
            self.keep(endpoint=None, lines=None, identities=None, sure=None, elsewhere=None)
        elif back == "keys":
            self.keep(**drafts.NO_CREDENTIALS, sure=None)
        elif back == "check":
            self.keep(lines=None, sure=None)

    def ask_endpoint(self) -> None:
        """Screen 1."""
        head(
            "Where is your Amazon SES account?",
            1,
            4,
            "Choose the region at the top right of your SES console, or paste any link to it.",
        )
        if self.forgotten:
            st.info(
                "What was typed here was forgotten after 15 minutes, on purpose. Nothing was saved; please begin again.",
                icon=":material/timer:",
            )
        if self.credentials and self.credentials.smtp_password:  # back from a later screen
            st.warning(bound(), icon=":material/key_off:")
        with st.form("endpoint", border=False, width=FORM):
            boxes = endpoint.boxes("endpoint")
            pressed = st.form_submit_button("Use this endpoint", type="primary")
        fields.rest("endpoint", "endpoint")
        if pressed:
            try:
                self.keep(endpoint=drafts.endpoint_parts(boxes.read()))
            except BadInput as refused:
                fields.note("endpoint", refused)
                st.rerun()

    def ask_keys(self) -> None:
        """Screen 2, before there are keys."""
        assert self.endpoint
        self.finished()
        head(
            "Keys",
            2,
            4,
            "With an access key, SES Desk asks Amazon on your behalf. It is sealed before it is kept, and never shown again.",
        )
        if self.endpoint.note:
            st.info(self.endpoint.note, icon=":material/info:")
        smtp = self.endpoint.transport == "smtp"
        if smtp and st.button("Use HTTP instead: faster, and every check works"):
            self.keep(endpoint=drafts.endpoint_parts(self.endpoint.over_http()))
        with st.form("keys", clear_on_submit=True, border=False, width=FORM):
            boxes = keys.boxes("keys", self.draft, smtp)
            pressed = st.form_submit_button("Check these keys", type="primary")
        fields.rest("keys", *(keys.DRAWN_SMTP if smtp else keys.DRAWN))
        if pressed:
            try:
                self.keep(**drafts.credentials_parts(boxes.read()), lines=None)
            except BadInput as refused:
                fields.note("keys", refused)
                self.keep(**boxes.worth_keeping(refused))
        if (filled := keys.from_csv("keys")) is not None:
            self.keep(**filled)
        keys.how_to(self.endpoint.region)

    def check(self) -> None:
        """Screen 2, once there are keys."""
        assert self.endpoint and self.credentials
        self.finished()
        head("Keys", 2, 4, "SES Desk asks Amazon a few questions. Nothing is sent and nothing is changed.")
        access = accesses.trial(desk().settings, self.endpoint, self.credentials)
        lines = checked(self.signed, KIND, self.draft, lambda: checks.run(access, FEATURES))
        passed = check_lines.passed(lines)
        keys_at_fault = not passed and check_lines.yours(lines)
        with st.container(horizontal=True):
            if passed and st.button("Choose the sender", type="primary"):
                self.keep(sure=True)
            if not passed and st.button(
                "Type the keys again", type="primary" if keys_at_fault else "secondary"
            ):
                self.keep(**drafts.NO_CREDENTIALS)
            if st.button("Check again", type="secondary" if passed or keys_at_fault else "primary"):
                self.keep(lines=None)

    def ask_sender(self) -> Connection | None:
        """Screen 3; gives the saved connection."""
        assert self.endpoint and self.credentials
        self.finished()
        where = spoken(self.endpoint.region)
        head(
            "From address",
            3,
            4,
            f"The address your mail comes from. Amazon sends only from what it has verified in {where}.",
        )
        with trouble(Context(region=self.endpoint.region)):
            access = accesses.trial(desk().settings, self.endpoint, self.credentials)
            found = sender.known(access, self.draft.get("identities"))
            if "identities" not in self.draft:
                self.keep(identities=sender.parts(found))
            self.offer_elsewhere()
            meant = str(self.draft.get("meant", ""))
            wanted = sender.ask("sender", found, access, self.endpoint.region, meant, self.look_elsewhere)
            if wanted:
                return self.save(found, *wanted)
        return None

    def offer_elsewhere(self) -> None:
        """Where the sender that was refused here is verified, as it was found; and the switch, which the check follows."""
        told = self.draft.get("elsewhere")
        if told and (there := elsewhere.offer(told["sentence"], told["regions"])):
            assert self.endpoint
            moved = drafts.endpoint_parts(self.endpoint.moved(there))
            self.keep(
                endpoint=moved, lines=None, identities=None, sure=None, elsewhere=None, meant=told["address"]
            )

    def look_elsewhere(self, address: str) -> None:
        """Look for a sender in every other region, and keep what was found."""
        assert self.endpoint and self.credentials
        way = accesses.trial(desk().settings, self.endpoint, self.credentials).within(LIMIT)
        with st.spinner("Looking for it in every region …"):
            found = answer(lambda: look(way, address), way.end)
        told = {"address": address, "sentence": found.sentence, "regions": list(found.regions)}
        self.keep(elsewhere=told)

    def save(self, found: list[sender.Identity], address: str, display: str, name: str) -> Connection | None:
        """Make the connection and drop the draft."""
        assert self.endpoint and self.credentials
        now = moment.now()
        summary = checks.summary([checks.from_plain(line) for line in self.draft["lines"]], now)
        try:
            address = letter.address(address, "from_address")
            told = self.draft.get("elsewhere") or {}
            looked = told.get("address") == address or not self.credentials.can_sign
            if not looked and not sender.is_verified(found, address):
                fields.note("sender", BadInput(sender.NOT_HERE, "from_address"))
                self.look_elsewhere(address)
            sender.require_verified(found, address)
            wanted = walk.Wanted(
                name,
                self.endpoint,
                self.credentials,
                address,
                display,
                str(summary.get("account_id") or ""),
                check=summary,
            )
            draft = (self.signed.session_hash, KIND)
            with self.saved.turn(self.count) as first:
                if first:
                    self.saved.keep(walk.save(desk().store, desk().vault, wanted, self.signed, now, draft))
        except BadInput as refused:
            fields.note("sender", refused)
            st.rerun()
        st.session_state.pop(BEGUN, None)
        return self.saved.said
