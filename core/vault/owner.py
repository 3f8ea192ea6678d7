"""Whose secret it is. A sealed token opens only for its own owner, so a token copied to another row stays shut.

The makers below are the one place that says how the rows of each table name themselves: rotation relies on it.
"""

import json
from dataclasses import dataclass

from core.store.sealed import SealedValue


@dataclass(frozen=True)
class Owner:
    """The place of one sealed value: table, column, the connection's uuid ("" = none) and the row in that table."""

    table: str
    column: str
    connection: str
    row: str

    def bound_to(self, header: str) -> bytes:
        """The associated data for AES-GCM: a JSON list, so that no two owners ever spell the same bytes."""
        return json.dumps([header, self.table, self.column, self.connection, self.row]).encode()


def credential(connection_uuid: str, column: str) -> Owner:
    """One of the `…_sealed` columns of a connection's credentials."""
    return Owner("credentials", column, connection_uuid, connection_uuid)


def callback(connection_uuid: str, token_hash: str) -> Owner:
    """The token of a callback URL; the row is named by the SHA-256 of the token, in hex."""
    return Owner("callbacks", "token_sealed", connection_uuid, token_hash)


def draft(session_hash: str, kind: str) -> Owner:
    """What was typed in the connect walk, kept for that one sign-in."""
    return Owner("drafts", "sealed", "", f"{session_hash}/{kind}")


def rotation(connection_uuid: str) -> Owner:
    """The key that is not in use while a connection's key is exchanged."""
    return Owner("rotations", "other_sealed", connection_uuid, connection_uuid)


def named(value: SealedValue) -> Owner:
    """The owner of a sealed value that was found in the store, as its maker above spelled it."""
    match value.table:
        case "credentials":
            return credential(value.connection_uuid, value.column)
        case "callbacks":
            return callback(value.connection_uuid, str(value.row["token_hash"]))
        case "drafts":
            return draft(str(value.row["session_hash"]), str(value.row["kind"]))
        case "rotations":
            return rotation(value.connection_uuid)
    raise LookupError(f"Nobody has said how rows of {value.table} name themselves.")
