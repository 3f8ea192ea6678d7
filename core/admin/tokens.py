"""The verb that makes and revokes tokens for the read API."""

from argparse import Namespace

from core.admin.named import connection
from core.admin.told import Told
from core.errors import BadInput, NotFound
from core.members.actor import Cli
from core.members.tokens import fresh
from core.safe_text import safe_text
from core.settings import Settings
from core.store import api_tokens, audit
from core.store.engine import Store

LONGEST = 100


def api_token(asked: Namespace, chosen: Settings, store: Store, now: int) -> Told:
    """Make a token, which is shown once, or end the one of this name."""
    if not asked.name or asked.name != safe_text(asked.name, LONGEST):
        raise BadInput(f"A token's name has 1 to {LONGEST} visible characters.", "name")
    if asked.revoke:
        return _revoke(asked.name, store, now)
    bound = connection(store, asked.connection) if asked.connection is not None else None
    token = fresh()
    with store.write() as conn:
        api_tokens.add(conn, asked.name, token, bound.id if bound else None, now)
        audit.append(
            conn,
            Cli().name,
            "api-token-added",
            asked.name,
            {"connection": bound.name if bound else "all"},
            now,
        )
    sees = f"the connection {bound.name}" if bound else "every connection"
    return Told({"token": token}, (f"{asked.name} may read {sees}.", f"Token, shown only now: {token}"))


def _revoke(name: str, store: Store, now: int) -> Told:
    with store.write() as conn:
        if not api_tokens.revoke(conn, name, now):
            raise NotFound(f"There is no valid token named {name}.")
        audit.append(conn, Cli().name, "api-token-revoked", name, {}, now)
    return Told({"revoked": name}, (f"The token {name} is no longer valid.",))
