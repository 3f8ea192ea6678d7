"""The second key goes in: another key, of the same account, that Amazon knows. It is kept beside the one in use."""

from dataclasses import replace

from core.aws.account import WhoAmI, who_am_i
from core.aws.credentials import Credentials
from core.connect import access, checks, keys
from core.desk import Desk
from core.errors import BadInput
from core.members.actor import Actor
from core.members.roles import require, require_sight
from core.rotation.kept import DISABLED, ENTERED, SWITCHED, find, sealed
from core.store import audit, rotations
from core.store.tables import Connection, Rotation

NOTHING = "This connection uses the machine's own role. Amazon changes its keys by itself, so there is nothing to rotate."
SAME = "This is the key that is in use now. Make a second one for the same user, and give that."
ROOT = "These are root keys, which may do everything. Make a key for an IAM user, and give that."
TEMPORARY = "A key that begins with ASIA is temporary and ends by itself. Give a long-term key, which begins with AKIA."
ROLE_OVER_SMTP = (
    "A machine's own role has no SMTP password. Switch this connection to HTTP first, under “SMTP or HTTP”."
)
WEAKER = "An SMTP password cannot take the place of an access key: it cannot ask Amazon anything. Give an access key."
OPEN = "Another key has taken over already. End that first, or go back."


def given(key_id: str, secret: str, csv: bytes = b"") -> Credentials:
    """The second key as it was typed, or from Amazon's .csv. Raises BadInput with the box."""
    if csv:
        key_id, secret = keys.read_csv(csv)
    if keys.pasted(key_id).upper().startswith("ASIA"):
        raise BadInput(TEMPORARY, keys.ID)
    return keys.clean(key_id, secret)


def begin(desk: Desk, connection: Connection, second: Credentials, actor: Actor, now: int) -> None:
    """Keep the second key for this rotation, sealed. Admin only, audited. One that was put in before the switch is replaced.

    A key that Amazon refuses, the same one, or one of another account changes nothing. Raises BadInput with the box, Conflict,
    Locked, and botocore's errors.
    """
    require(actor, "admin")
    require_sight(actor, connection.id or 0)
    open_one = find(desk.store, connection)
    if open_one is not None and open_one.step in (SWITCHED, DISABLED):
        raise BadInput(OPEN)
    way = access.of(desk.store, desk.vault, desk.settings, connection)
    first = way.credentials
    _another(connection, first, second)
    new = _whose(desk, connection, second) if second.can_sign else None
    old = _own(desk, connection, first)
    account = connection.account_id or old.account_id
    if new is not None and account and new.account_id != account:
        raise BadInput(
            f"This key is of account {new.account_id}, this connection is of {account}. Make the second key in that account.",
            keys.ID,
        )
    row = Rotation(
        connection_id=connection.id or 0, step=ENTERED, member=actor.name, old_hint=first.hint, new_hint=second.hint,
        old_arn=old.arn, new_arn=new.arn if new else "",
        other_sealed=sealed(desk.vault, connection, beside(first, second)), started_at=now, changed_at=now,
    )  # fmt: skip
    with desk.store.write() as conn:
        rotations.begin(conn, row, (SWITCHED, DISABLED))
        audit.append(conn, actor.name, "rotation-begun", connection.name, _named(first, second), now)


def beside(first: Credentials, second: Credentials) -> Credentials:
    """The second key with the SMTP password it will have: its own, unless the typed one belongs to a third key."""
    third = first.smtp_username and first.access_key_id and first.smtp_username != first.access_key_id
    if not third or second.smtp_username:
        return second
    return replace(second, smtp_username=first.smtp_username, smtp_password=first.smtp_password)


def _another(connection: Connection, first: Credentials, second: Credentials) -> None:
    """Refuse what can be seen to be wrong before Amazon is asked."""
    if first.kind == "role":
        raise BadInput(NOTHING)
    if second.kind == "role":
        if connection.transport == "smtp" and not beside(first, second).smtp_password:
            raise BadInput(ROLE_OVER_SMTP)
        return
    if not second.can_sign and first.can_sign:
        raise BadInput(WEAKER, keys.SMTP_USER)
    ours = {
        one.reveal()
        for one in (first.access_key_id, *([first.smtp_username] if not first.can_sign else []))
        if one
    }
    named = second.access_key_id or second.smtp_username
    if named is not None and named.reveal() in ours and not _new_password(first, second):
        raise BadInput(SAME, keys.ID if second.can_sign else keys.SMTP_USER)


def _new_password(first: Credentials, second: Credentials) -> bool:
    """An SMTP password alone, and now the access key it was made from: that is more, not the same."""
    return second.can_sign and not first.can_sign


def _whose(desk: Desk, connection: Connection, second: Credentials) -> WhoAmI:
    found = who_am_i(
        access.trial(desk.settings, access.endpoint_of(connection), second, demo=connection.demo)
    )
    if found.root:
        raise BadInput(ROOT, keys.ID)
    return found


def _own(desk: Desk, connection: Connection, first: Credentials) -> WhoAmI:
    """Whose the key in use is; as the last check knew it where it no longer works."""
    if first.can_sign:
        try:
            return who_am_i(access.of(desk.store, desk.vault, desk.settings, connection))
        except Exception:  # a dead key is a good reason to replace it
            last = checks.last(connection)
            if last is not None:
                return WhoAmI(last.account_id, last.arn)
    return WhoAmI("", "")


def _named(first: Credentials, second: Credentials) -> dict[str, str]:
    return {"in_use": first.hint, "second": second.hint or second.kind}
