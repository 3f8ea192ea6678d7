"""One round of the Doctor: all checks of a connection side by side, line by line as they end, kept at the end.

The keys are asked first, because without them every other answer would only repeat theirs. Nothing is sent, nothing
changed. No line waits longer than LIMIT: what has not answered by then is "Couldn't check".
"""

from collections.abc import Collection, Iterator

from core import moment
from core.aws.access import Access
from core.aws.credentials import Credentials
from core.connect import access
from core.connect import checks as connection_checks
from core.desk import Desk
from core.diagnosis import explain
from core.doctor import history, standing
from core.doctor.asked import checked
from core.doctor.checks import CHECKS, NEEDS_KEY, RIGHTS
from core.doctor.groups import GROUPS
from core.doctor.line import Line
from core.doctor.patient import Patient
from core.doctor.side_by_side import side_by_side
from core.errors import NotFound, SesDeskError
from core.in_time import LIMIT
from core.members.actor import Actor
from core.members.roles import require, require_sight
from core.store import doctor_runs
from core.store.tables import Connection

__all__ = ["CHECKS", "GROUPS", "LIMIT", "by_itself", "round"]


def round(
    desk: Desk, connection: Connection, actor: Actor, now: int, only: Collection[str] = ()
) -> Iterator[Line]:
    """A round, live. `only`: groups ("dns") or lines ("dns/spf"); the others stay as the last round left them.

    Operators and admins. Each line comes with since when it is so. Raises NotAllowed, NotFound.
    """
    require(actor, "operator")
    require_sight(actor, connection.id or 0)
    return _round(desk, connection, actor.name, now, only)


def by_itself(desk: Desk, connection: Connection, now: int) -> list[Line]:
    """The worker's own round."""
    return [line for line in _round(desk, connection, "", now, ()) if line.ended]


def _round(
    desk: Desk, connection: Connection, member: str, now: int, only: Collection[str]
) -> Iterator[Line]:
    wanted = {name.partition("/")[0] for name in only} or set(GROUPS)
    unknown = wanted - set(GROUPS)
    if unknown:
        raise NotFound(f"The Doctor knows no group “{min(unknown)}”. It knows: {', '.join(GROUPS)}.")
    last = history.last(desk.store, connection.id or 0)
    before = {line.name: line for line in history.known(desk.store, connection.id or 0)}
    found: list[Line] = []
    for line in _asked(desk, connection, now, [name for name in GROUPS if name in wanted]):
        if only and line.name not in only and line.group not in only:
            continue
        if line.ended:
            [line] = history.since([line], before, now)
            found.append(line)
        yield line
    _keep(desk, connection, member, now, found, last, only)


def _asked(desk: Desk, connection: Connection, now: int, wanted: list[str]) -> Iterator[Line]:
    """The lines of the wanted groups, those that need the keys only while the keys work."""
    checks = {name: CHECKS[name] for name in wanted if name in CHECKS}
    silent = "Not asked: the keys have to work first."
    try:
        way = access.of(desk.store, desk.vault, desk.settings, connection).within(LIMIT)
        mute = frozenset() if way.credentials.can_sign else NEEDS_KEY
        if mute:
            silent = "Not asked: this takes an access key."
    except SesDeskError as error:  # locked, no keys, disabled: that is the answer of the keys
        shut = explain(error)
        yield Line("keys", "who", "Amazon knows the key", "fail", shut.title, shut)
        way, mute = Access(Credentials("keys"), connection.region), RIGHTS
        checks.pop("keys", None)
    for name in [name for name in checks if name in mute]:
        del checks[name]
        yield Line(name, "group", GROUPS[name], "skipped", silent)
    yield from side_by_side(Patient(desk, connection, way, now), checks, RIGHTS)


def _keep(
    desk: Desk, connection: Connection, member: str, now: int, found: list[Line],
    last: history.Round | None, only: Collection[str],
) -> None:  # fmt: skip
    """Keep the round; one of a few lines takes the others over as they were."""
    asked = {line.name for line in found}
    old = last.lines if last else ()
    stay = [
        line for line in old
        if only and line.name not in asked and line.name not in only and line.group not in only
    ]  # fmt: skip
    order = list(GROUPS)
    lines = sorted([*stay, *found], key=lambda line: order.index(line.group))
    with desk.store.write() as conn:
        doctor_runs.keep(conn, history.row(connection.id or 0, lines, member, now, moment.now()))
        standing.stand(conn, connection, found, old, now)
        if seen := checked(found):  # Home and the quota meter read the check
            connection_checks.note(conn, connection.id or 0, seen, now)
