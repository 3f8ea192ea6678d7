"""An access key beside an SMTP password: the password stays, so that the way back does."""

from dataclasses import replace

from core.aws.account import who_am_i
from core.connect import access, keys
from core.desk import Desk
from core.errors import BadInput
from core.in_time import LIMIT, answer
from core.members.actor import Actor
from core.members.roles import require, require_sight
from core.store import audit, rotations
from core.store import credentials as rows
from core.store.tables import Connection
from core.switching.ways import ways


def add_keys(desk: Desk, connection: Connection, typed: tuple[str, str, str], actor: Actor, now: int) -> None:
    """Keep an access key that Amazon knows beside what is there. Admin only, audited.

    Keys that Amazon refuses, or of another account, change nothing. Raises BadInput with the box, botocore's errors, and Late.
    """
    require(actor, "admin")
    require_sight(actor, connection.id or 0)
    given = keys.clean(*typed)
    way = access.trial(desk.settings, ways(desk, connection).then, given, demo=connection.demo).within(LIMIT)
    who = answer(lambda: who_am_i(way), way.end)
    if connection.account_id and who.account_id != connection.account_id:
        raise BadInput(
            f"These keys are of account {who.account_id}, this connection is of {connection.account_id}.",
            keys.ID,
        )
    known = access.unseal(desk.store, desk.vault, connection)
    both = replace(given, smtp_username=known.smtp_username, smtp_password=known.smtp_password)
    with desk.store.write() as conn:
        rows.put(conn, access.seal(desk.vault, connection, both, now))
        rotations.drop(conn, connection.id or 0)
        audit.append(conn, actor.name, "keys-added", connection.name, {"key": given.hint}, now)
