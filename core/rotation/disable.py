"""The first key is switched off: by the second where it may, else by hand; and either way it is seen to be so."""

import json
from dataclasses import dataclass, replace

from core import moment, smtp
from core.aws import access_keys
from core.aws.access import Access
from core.aws.access_keys import NO_SUCH_KEY, LastUse
from core.aws.account import who_am_i
from core.aws.check import smtp_login
from core.aws.credentials import Credentials
from core.aws.talk import code_of
from core.connect import access
from core.connect.policy import key_care
from core.desk import Desk
from core.diagnosis import Context, explain, finding
from core.diagnosis.diagnosis import Diagnosis
from core.members.actor import Actor
from core.members.roles import require, require_sight
from core.rotation.kept import BY_HAND, BY_US, DISABLED, SWITCHED, another_user, at, old_user, opened
from core.store import audit, rotations
from core.store.tables import Connection, Rotation

REFUSED = ("permission-missing", "denied-explicitly", "denied-by-organisation")
OFF = ("unknown-key", "smtp-sign-in-refused")  # what is said of a key that is inactive or gone
OURS = ("sts", "iam", "N/A")  # what this walk itself asks with the old key


@dataclass(frozen=True, slots=True)
class Told:
    """What became of it. `off`: the old key is seen to be off; else `finding` says what to do."""

    off: bool
    finding: Diagnosis | None = None


def disable(desk: Desk, connection: Connection, actor: Actor, now: int, even_so: bool = False) -> Told:
    """Have the second key switch the first one off, and read back that it is. Admin only, audited.

    First it is looked whether something else uses the old key since the switch; `even_so` goes on nevertheless. Raises
    Conflict, Locked, and botocore's errors other than a refusal.
    """
    require(actor, "admin")
    require_sight(actor, connection.id or 0)
    row = at(desk, connection, SWITCHED)
    first = opened(desk, connection, row)
    named = first.access_key_id or first.smtp_username
    way = access.of(desk.store, desk.vault, desk.settings, connection)
    if named is None or ":root" in row.old_arn or not way.credentials.can_sign:
        return Told(False, finding("old-key-by-hand"))
    use = _use(way, first)
    if use is not None and not even_so and _elsewhere(use, row):
        return Told(
            False, finding("old-key-in-use", {"service": use.service, "region": use.region, "at": _when(use)})
        )
    user = old_user(row) or (use.user if use else "")
    try:
        access_keys.set_active(way, user, named, False)
    except Exception as error:
        if code_of(error) != NO_SUCH_KEY:  # else somebody deleted it: it is more than off
            said = explain(error, Context(region=way.region, service="iam", operation="UpdateAccessKey"))
            if said.reference not in REFUSED:
                raise
            return Told(False, _by_hand(said, connection, row))
        if not user and not refused(desk, connection, first):  # Amazon looked among the new key's user's own
            return Told(False, finding("old-key-by-hand"))
    if not (_listed_as_off(way, user, first) or refused(desk, connection, first)):
        return Told(False, finding("old-key-still-taken"))
    _note(desk, connection, BY_US, actor, now)
    return Told(True)


def done_by_hand(desk: Desk, connection: Connection, actor: Actor, now: int) -> Told:
    """Somebody says that it is off: ask Amazon with the old key, which must refuse it. Admin only, audited.

    Raises what the network does: then nothing is known.
    """
    require(actor, "admin")
    require_sight(actor, connection.id or 0)
    row = at(desk, connection, SWITCHED)
    if not refused(desk, connection, opened(desk, connection, row)):
        return Told(False, finding("old-key-still-taken"))
    _note(desk, connection, BY_HAND, actor, now)
    return Told(True)


def by_hand(row: Rotation) -> tuple[str, ...]:
    """How a person does it in Amazon's console, with the names of this very key."""
    where = f"Open the IAM console: Users, then “{old_user(row)}”, then Security credentials."
    if ":root" in row.old_arn:
        where = "Sign in as the account's owner. Open the account menu, then Security credentials."
    elif not old_user(row):
        where = "Open the IAM console: Users, then the user of the old key, then Security credentials."
    return (
        where,
        f"Find the access key that ends in {row.old_hint}.",
        "Choose Actions, then Deactivate, and confirm.",
    )


def refused(desk: Desk, connection: Connection, first: Credentials) -> bool:
    """Whether Amazon refuses a key as one that is off or gone. Raises what says neither yes nor no."""
    way = access.trial(desk.settings, access.endpoint_of(connection), first, demo=connection.demo)
    try:
        if first.can_sign:
            who_am_i(way)
        else:
            user, word = smtp_login(way)
            smtp.sign_in(way.smtp, way.smtp_port, user, word, way.trusted_pem)
        return False
    except Exception as error:
        about = Context(region=way.region, transport="api" if first.can_sign else "smtp", now=moment.now())
        if explain(error, about).reference not in OFF:
            raise
        return True


def _use(way: Access, first: Credentials) -> LastUse | None:
    """The last use of the old key; None where it may not be asked or is not known."""
    named = first.access_key_id or first.smtp_username
    try:
        return access_keys.last_use(way, named) if named else None
    except Exception as error:
        if code_of(error):
            return None
        raise


def _elsewhere(use: LastUse, row: Rotation) -> bool:
    return use.at is not None and use.at > row.changed_at and use.service not in OURS


def _when(use: LastUse) -> str:
    return moment.rfc3339(use.at or 0)


def _listed_as_off(way: Access, user: str, first: Credentials) -> bool:
    """Whether IAM lists the key as inactive or, of a user that is known, no longer; False also where it may not be asked."""
    named = first.access_key_id or first.smtp_username
    try:
        mine = [one for one in access_keys.held(way, user) if one.key_id == named]
    except Exception as error:
        if code_of(error):
            return False
        raise
    return bool(mine or user) and not any(one.active for one in mine)


def _by_hand(said: Diagnosis, connection: Connection, row: Rotation) -> Diagnosis:
    """What is missing: the statement for a user's own keys, or the one Amazon's refusal makes for another user's."""
    snippet = said.snippet
    if snippet and not another_user(row):
        statement = key_care(connection.account_id or "", connection.region)
        snippet = json.dumps(statement, indent=2)
    return replace(finding("old-key-by-hand", said.evidence), snippet=snippet)


def _note(desk: Desk, connection: Connection, how: str, actor: Actor, now: int) -> None:
    with desk.store.write() as conn:
        rotations.move(conn, connection.id or 0, (SWITCHED,), DISABLED, now, disabled_by=how)
        audit.append(conn, actor.name, "old-key-disabled", connection.name, {"how": how}, now)
