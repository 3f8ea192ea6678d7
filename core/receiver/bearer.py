"""The bearer token of a request (RFC 6750, header only: never in a URL)."""

from starlette.types import Scope


def bearer(scope: Scope) -> str | None:
    """The token, or None when there is none, two, or something else."""
    values = [value for name, value in scope["headers"] if name == b"authorization"]
    if len(values) != 1:
        return None
    scheme, _, token = values[0].decode("latin-1").partition(" ")
    token = token.strip()
    return token if scheme.lower() == "bearer" and token.isascii() and 0 < len(token) <= 512 else None
