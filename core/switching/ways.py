"""The two ways out of a connection, and what each needs."""

from dataclasses import dataclass

from core.connect import access
from core.connect.endpoint import Endpoint
from core.desk import Desk
from core.store.tables import Connection

SPOKEN = {"api": "HTTP", "smtp": "SMTP"}
NO_WAY_BACK = (
    "Amazon makes an SMTP password from a secret access key, and nobody can turn it back. Give an access key of a user "
    "that may send; the SMTP password stays as it is until you switch."
)


@dataclass(frozen=True, slots=True)
class Ways:
    """How a connection sends now, how it would send, and what that needs. `ready` False: keys first, `needs` says which."""

    now: Endpoint
    then: Endpoint
    ready: bool
    needs: str  # a sentence, "" when nothing is needed


def ways(desk: Desk, connection: Connection) -> Ways:
    """Recognise the set-up. Raises Locked or NotFound when the keys cannot be read."""
    here = access.endpoint_of(connection)
    there = here.over_http() if here.transport == "smtp" else here.over_smtp()
    credentials = access.unseal(desk.store, desk.vault, connection)
    if there.transport == "api":
        return Ways(here, there, credentials.can_sign, "" if credentials.can_sign else NO_WAY_BACK)
    typed = bool(credentials.smtp_username and credentials.smtp_password)
    if credentials.kind == "role" and not typed:
        return Ways(
            here, there, False, "A machine's own role has no SMTP password. Give an access key first."
        )
    if credentials.session_token and not typed:
        return Ways(
            here, there, False, "Temporary keys have no SMTP password. Give a long-term access key first."
        )
    return Ways(here, there, True, "")
