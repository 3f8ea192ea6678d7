"""The connect walk: six steps, recorded on the connection, resumable; saving, changing and removing a connection.

Each function that changes something asks for the role itself and leaves an audit entry in the same transaction.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from core.aws.account import WhoAmI, who_am_i
from core.aws.credentials import Credentials
from core.connect import access, keys, retention
from core.connect.endpoint import Endpoint
from core.connect.letter import address
from core.connect.retention import Kept
from core.connect.subject import one_line
from core.errors import BadInput, NotFound
from core.members.actor import Actor
from core.members.roles import require, require_sight
from core.settings import Settings
from core.store import audit, connections, drafts, rotations
from core.store import credentials as rows
from core.store.engine import Store
from core.store.tables import Connection
from core.vault import Vault

STEPS = ("endpoint", "keys", "check", "sender", "test", "listen")
LONGEST_NAME = 64
NOTED = {"check", "checked_at", "account_id", "steps", "updated_at", "version"}


@dataclass(frozen=True, slots=True)
class Wanted:
    """Everything the walk gathered before saving."""

    name: str
    endpoint: Endpoint
    credentials: Credentials
    from_address: str
    display_name: str = ""
    account_id: str = ""
    check: Mapping[str, Any] | None = None  # checks.summary, None = not checked
    demo: bool = False


def save(
    store: Store, vault: Vault, wanted: Wanted, actor: Actor, now: int, draft: tuple[str, str] | None = None
) -> Connection:
    """Make the connection: row, sealed keys, audit entry, in one transaction. Admin only. BadInput on name or sender.

    `draft`: the sign-in and the kind of the draft it comes from, which goes in that transaction: a kill leaves one of the two.
    """
    require(actor, "admin")
    gone_through = STEPS[:4] if wanted.check else ("endpoint", "keys", "sender")
    connection = Connection(
        uuid="",
        name=_name(wanted.name),
        **_places(wanted.endpoint),
        account_id=wanted.account_id or None,
        from_address=address(wanted.from_address, "from_address"),
        display_name=one_line(wanted.display_name)[:128],
        demo=wanted.demo,
        steps=json.dumps(dict.fromkeys(gone_through, now)),
        check=json.dumps(dict(wanted.check), ensure_ascii=True) if wanted.check else "",
        checked_at=int(wanted.check["at"]) if wanted.check else None,
        created_at=now,
        updated_at=now,
    )
    with store.write() as conn:
        saved = connections.add(conn, connection)
        rows.put(conn, access.seal(vault, saved, wanted.credentials, now))
        detail = {"region": saved.region, "transport": saved.transport, "key": wanted.credentials.hint}
        audit.append(conn, actor.name, "connection-added", saved.name, detail, now)
        if draft is not None:
            drafts.clear(conn, *draft)
    return saved


def replace_keys(
    store: Store, vault: Vault, settings: Settings, connection: Connection, typed: tuple[str, str, str],
    actor: Actor, now: int,
) -> WhoAmI | None:  # fmt: skip
    """The walk of a credential, from form to boto3: new keys for a connection, tried before and after they are kept.

    An empty secret keeps the old keys and returns None. Keys that Amazon refuses, or of another account, replace
    nothing. Admin only; raises BadInput with the box, and botocore's errors.
    """
    require(actor, "admin")
    if not any(keys.pasted(part) for part in typed):
        return None
    credentials = keys.clean(*typed)  # what was typed -> Secret, unprintable from here on
    who = who_am_i(access.trial(settings, access.endpoint_of(connection), credentials, connection.demo))
    if connection.account_id and who.account_id != connection.account_id:
        raise BadInput(
            f"These keys are of account {who.account_id}, this connection is of {connection.account_id}. "
            "Connect the other account as a connection of its own.",
            keys.ID,
        )
    sealed = access.seal(vault, connection, credentials, now)  # Secret -> tokens that open for this row alone
    with store.write() as conn:
        rows.put(conn, sealed)  # tokens -> row
        rotations.drop(conn, connection.id or 0)
        audit.append(conn, actor.name, "keys-replaced", connection.name, {"key": credentials.hint}, now)
    kept = access.of(
        store, vault, settings, connection, even_disabled=True
    )  # row -> unsealed for its owner alone
    return who_am_i(kept)  # -> client, for one call -> plain values


def edit(
    store: Store, connection: Connection, actor: Actor, now: int, *,
    name: str | None = None, from_address: str | None = None, display_name: str | None = None,
    endpoint: Endpoint | None = None, kept: Kept | None = None,
) -> Connection:  # fmt: skip
    """Change what is given, all of it or nothing; Conflict when somebody else changed it since `connection` was read. Admin only."""
    require(actor, "admin")
    if kept is not None:
        retention.check(kept)
    changes: dict[str, Any] = {}
    if name is not None:
        changes["name"] = _name(name)
    if from_address is not None:
        changes["from_address"] = address(from_address, "from_address")
    if display_name is not None:
        changes["display_name"] = one_line(display_name)[:128]
    if endpoint is not None:
        changes |= _places(endpoint)
    changed = {field: value for field, value in changes.items() if getattr(connection, field) != value}
    said = {"fields": sorted(changed)}
    if "region" in changed:
        changed |= {"check": "", "checked_at": None}  # what was checked was another region
    with store.write() as conn:
        if kept is not None:
            retention.decide(conn, connection, kept, actor, now)
        return (
            _save(conn, connection, changed, actor, "connection-changed", said, now)
            if changed
            else connection
        )


def set_disabled(store: Store, connection: Connection, disabled: bool, actor: Actor, now: int) -> Connection:
    """A disabled connection sends and checks nothing; its callback still stores. Admin only."""
    require(actor, "admin")
    action = "connection-disabled" if disabled else "connection-enabled"
    with store.write() as conn:
        return _save(conn, connection, {"disabled": disabled}, actor, action, {}, now)


def remove(store: Store, connection: Connection, actor: Actor, now: int) -> None:
    """Remove the connection and all that hangs on it (connections.what_goes says what). Admin only."""
    require(actor, "admin")
    counts = connections.what_goes(store, connection.id or 0)
    with store.write() as conn:
        if connections.by_id(conn, connection.id or 0) is None:
            raise NotFound("There is no such connection any more.")
        connections.remove(conn, connection.id or 0)
        audit.append(conn, actor.name, "connection-removed", connection.name, {"events": counts.events}, now)


def done(connection: Connection) -> dict[str, int]:
    """The recorded steps with the time of each."""
    return {step: int(at) for step, at in json.loads(connection.steps or "{}").items() if step in STEPS}


def finish_step(store: Store, connection: Connection, step: str, actor: Actor, now: int) -> Connection:
    """Record that a step is done. Doing so again keeps the first time. Operators and admins."""
    require(actor, "operator")
    require_sight(actor, connection.id or 0)
    with store.write() as conn:
        noted = connections.note_step(conn, connection.id or 0, step, now)
    if noted is None:
        raise NotFound("There is no such connection any more.")
    return noted


def _save(
    conn: Any, connection: Connection, changes: Mapping[str, Any], actor: Actor, action: str,
    detail: Mapping[str, Any], now: int,
) -> Connection:  # fmt: skip
    """Change the row that was read. Only what a check or a test noted in it meanwhile is no Conflict, and stays."""
    there = connections.by_id(conn, connection.id or 0)
    known = there if there is not None and _decided(there) == _decided(connection) else connection
    changed = known.model_copy(update={**changes, "updated_at": now})
    saved = connections.save(conn, changed, known.version)
    audit.append(conn, actor.name, action, saved.name, detail, now)
    return saved


def _decided(connection: Connection) -> dict[str, Any]:
    """What a person decided of a connection, without what is noted by itself."""
    return connection.model_dump(exclude=NOTED)


def _places(endpoint: Endpoint) -> dict[str, Any]:
    return {
        "region": endpoint.region, "transport": endpoint.transport, "endpoint": endpoint.host,
        "smtp_port": endpoint.smtp_port,
    }  # fmt: skip


def _name(text: str) -> str:
    name = one_line(text)
    if not name:
        raise BadInput("Give the connection a name, such as the name of the brand it sends for.", "name")
    if len(name) > LONGEST_NAME:
        raise BadInput(f"The name has {len(name)} characters. Keep it to {LONGEST_NAME}.", "name")
    return name
