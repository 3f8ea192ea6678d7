"""Read-only bearer tokens of the API. Only their hashes are kept."""

import hmac

import sqlalchemy as sa

from core.errors import BadInput
from core.store.rows import Source, fingerprint, many, one, table
from core.store.rows import add as _add
from core.store.tables import ApiToken

_tokens = table(ApiToken)


def add(conn: sa.Connection, name: str, token: str, connection_id: int | None, now: int) -> ApiToken:
    """Keep a new token, bound to a connection or to none. Raises BadInput (`name`) while that name has a valid one."""
    old = one(conn, ApiToken, _tokens.c.name == name)
    if old is not None and old.revoked_at is None:
        raise BadInput(
            "There is a token of this name already. Revoke it first, or choose another name.", "name"
        )
    conn.execute(sa.delete(_tokens).where(_tokens.c.name == name))
    row = ApiToken(name=name, token_hash=fingerprint(token), connection_id=connection_id, created_at=now)
    row.id = _add(conn, row)
    return row


def find(source: Source, token: str) -> ApiToken | None:
    """The token, unless it was revoked."""
    wanted = fingerprint(token)
    found = one(source, ApiToken, _tokens.c.token_hash == wanted, _tokens.c.revoked_at.is_(None))
    return found if found is not None and hmac.compare_digest(found.token_hash, wanted) else None


def revoke(conn: sa.Connection, name: str, now: int) -> bool:
    """End a token; False when there is no valid one of this name."""
    changed = conn.execute(
        sa.update(_tokens)
        .where(_tokens.c.name == name, _tokens.c.revoked_at.is_(None))
        .values(revoked_at=now)
    )
    return changed.rowcount == 1


def all(source: Source) -> list[ApiToken]:
    """Every token, by name."""
    return many(source, ApiToken, sa.select(_tokens).order_by(_tokens.c.name))
