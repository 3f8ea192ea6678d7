"""The second key is tested before it takes over: the same checks as ever, and one mail that Amazon must accept."""

from collections.abc import Iterator, Sequence

from core.aws.access import Access
from core.aws.check import CheckLine, check
from core.connect import access, checks, tests
from core.connect.scenarios import SIMULATOR
from core.desk import Desk
from core.errors import BadInput
from core.members.actor import Actor
from core.members.roles import require, require_sight
from core.rotation.kept import ENTERED, TESTED, at, opened
from core.store import audit, rotations
from core.store.tables import Connection, SentTest

FEATURES = ("review", "send", "senders", "listen")
SUBJECT, BODY = (
    "A test of the second key",
    "SES Desk sends this with a new access key, before that key takes over.",
)
WORSE = "The second key may do less than the one in use. Give its user the same policy, then check again."


def check_second(desk: Desk, connection: Connection) -> Iterator[CheckLine]:
    """The live check, asked with the second key."""
    yield from check(_way(desk, connection), FEATURES)


def worse(connection: Connection, lines: Sequence[CheckLine]) -> list[CheckLine]:
    """What fails with the second key and did not with the one in use."""
    last = checks.last(connection)
    before = {line.key for line in last.lines if line.state == "fail"} if last else set()
    missing = {str(name) for line in (last.lines if last else ()) for name in line.facts.get("missing", ())}
    return [
        line
        for line in lines
        if (line.state == "fail" and line.key not in before)
        or set(map(str, line.facts.get("missing", ()))) - missing
    ]


def send(
    desk: Desk, connection: Connection, lines: Sequence[CheckLine], to: str, actor: Actor, now: int
) -> SentTest:
    """Send the test with the second key; accepted, the key may take over. `to` "": Amazon's simulator. Admin only, audited.

    Raises BadInput when the checks went worse than those of the key in use, Conflict when somebody has gone on meanwhile.
    """
    require(actor, "admin")
    require_sight(actor, connection.id or 0)
    at(desk, connection, ENTERED, TESTED)
    if not lines or worse(connection, lines):
        raise BadInput(WORSE)
    scenario = "person" if to.strip() else "success"
    sent = tests.send_test(
        desk.store, desk.vault, desk.settings, connection, scenario, to or f"success@{SIMULATOR}", SUBJECT, BODY, actor, now,
        keys=opened(desk, connection, at(desk, connection, ENTERED, TESTED)),
    )  # fmt: skip
    if sent.state == "accepted":
        with desk.store.write() as conn:
            rotations.move(conn, connection.id or 0, (ENTERED, TESTED), TESTED, now, test_id=sent.id)
            audit.append(
                conn, actor.name, "rotation-tested", connection.name, {"transport": sent.transport}, now
            )
    return sent


def _way(desk: Desk, connection: Connection) -> Access:
    second = opened(desk, connection, at(desk, connection, ENTERED, TESTED))
    return access.trial(desk.settings, access.endpoint_of(connection), second, demo=connection.demo)
