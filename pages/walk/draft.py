"""What was typed in a walk so far: a sealed draft of this sign-in, at most 15 minutes. Nothing of it is in session state."""

from typing import Any

from core import moment
from core.aws.credentials import Credentials
from core.connect import drafts
from core.connect.endpoint import Endpoint
from core.members.actor import SignedIn
from pages.parts.desk import desk

Draft = dict[str, Any]
KEYS = ("access_key_id", "secret_access_key", "session_token", "smtp_username", "smtp_password")


def load(signed: SignedIn, kind: str) -> Draft:
    """The draft, or an empty one when there is none or its 15 minutes are over."""
    mine = desk()
    return dict(drafts.get(mine.store, mine.vault, signed.session_hash, kind, moment.now()) or {})


def keep(signed: SignedIn, kind: str, draft: Draft, /, **changes: Any) -> None:
    """Seal the draft again with these changes; a change to None takes that part out."""
    mine = desk()
    changed = {name: value for name, value in {**draft, **changes}.items() if value is not None}
    drafts.put(mine.store, mine.vault, signed.session_hash, kind, changed, moment.now())


def forget(signed: SignedIn, kind: str) -> None:
    """Drop the draft."""
    drafts.clear(desk().store, signed.session_hash, kind)


def endpoint_of(draft: Draft) -> Endpoint | None:
    """The endpoint that was chosen, or None."""
    return Endpoint(**draft["endpoint"]) if "endpoint" in draft else None


def endpoint_parts(chosen: Endpoint) -> Draft:
    """An endpoint as a part of a draft."""
    names = ("region", "transport", "host", "smtp_port", "note")
    return {name: getattr(chosen, name) for name in names}


def credentials_of(draft: Draft) -> Credentials | None:
    """The credentials that were typed and accepted, or None."""
    if "kind" not in draft:
        return None
    return Credentials(draft["kind"], *(draft.get(name) for name in KEYS))


def credentials_parts(typed: Credentials) -> Draft:
    """Credentials as parts of a draft: Secret values, sealed with it. What is not there is taken out."""
    return {"kind": typed.kind, **{name: getattr(typed, name) for name in KEYS}}


NO_CREDENTIALS: Draft = {"kind": None, "lines": None, "identities": None, **dict.fromkeys(KEYS)}
