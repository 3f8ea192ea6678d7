"""The check as it is kept with a connection: what Home and the quota meter read. Never fresher than it says."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from core.aws.access import Access
from core.aws.account import Account
from core.aws.check import CheckLine, check
from core.diagnosis.diagnosis import Diagnosis
from core.errors import BadInput
from core.members.actor import Actor
from core.members.roles import require, require_sight
from core.store import connections, findings
from core.store.engine import Store
from core.store.tables import Connection

# The standing findings a check speaks for, by the line that tells when one is over: raised when found, resolved when that
# line has answered and says it no more. A line without an answer says nothing.
TOLD_BY = {
    "who": ("root-keys", "unknown-key", "secret-does-not-match", "token-expired", "clock-off"),
    "account": (
        "in-sandbox", "sending-disabled", "under-review", "shut-down", "quota-nearly-used", "region-not-enabled",
    ),
    "senders": ("no-verified-identity",),
    "permissions": ("permission-missing", "denied-explicitly", "denied-by-organisation"),
    "smtp": ("smtp-sign-in-refused",),
}  # fmt: skip
STANDING = frozenset(reference for told in TOLD_BY.values() for reference in told)


@dataclass(frozen=True, slots=True)
class LastCheck:
    """The last check of a connection. `account` is None when Amazon would not say."""

    at: int  # ms
    ok: bool  # no line failed
    account: Account | None
    account_id: str
    arn: str
    lines: tuple[CheckLine, ...]

    @property
    def findings(self) -> list[Diagnosis]:
        """What was found, failed lines first."""
        found = sorted((line for line in self.lines if line.finding), key=lambda line: line.state != "fail")
        return [line.finding for line in found if line.finding]


def run(access: Access, features: Sequence[str] = ("review",)) -> Iterator[CheckLine]:
    """The live check; the same as core.aws.check.check."""
    return check(access, features)


def summary(lines: Iterable[CheckLine], now: int) -> dict[str, Any]:
    """Finished lines as the plain values kept in `connections.check`."""
    kept = [line for line in lines if line.state != "running"]
    facts = {line.key: line.facts for line in kept}
    who = facts.get("who", {})
    return {
        "at": now,
        "ok": bool(kept) and all(line.state != "fail" for line in kept),
        "account_id": who.get("account_id", ""),
        "arn": who.get("arn", ""),
        "account": facts.get("account") or None,
        "lines": [as_plain(line) for line in kept],
    }


def as_plain(line: CheckLine) -> dict[str, Any]:
    """A line as plain values."""
    return {
        "key": line.key, "label": line.label, "state": line.state, "sentence": line.sentence,
        "seconds": line.seconds, "finding": line.finding.as_json() if line.finding else None, "facts": line.facts,
    }  # fmt: skip


def from_plain(said: Mapping[str, Any]) -> CheckLine:
    """What as_plain made."""
    found = said.get("finding")
    return CheckLine(
        said["key"], said["label"], said["state"], said.get("sentence", ""), float(said.get("seconds", 0)),
        Diagnosis.from_json(found) if found else None, dict(said.get("facts") or {}),
    )  # fmt: skip


def keep(
    store: Store, connection: Connection, lines: Iterable[CheckLine], actor: Actor, now: int
) -> Connection:
    """Write a check to its connection, and raise or resolve its findings. Operators and admins."""
    require(actor, "operator")
    require_sight(actor, connection.id or 0)
    with store.write() as conn:
        return note(conn, connection.id or 0, lines, now)


def note(conn: Any, connection_id: int, lines: Iterable[CheckLine], now: int) -> Connection:
    """The same inside a transaction, for whoever has asked already whether it is allowed (the Doctor's rounds)."""
    said = summary(lines, now)
    current = connections.by_id(conn, connection_id)
    if current is None:
        raise BadInput("This connection was removed in the meantime.")
    current.check, current.checked_at = json.dumps(said, ensure_ascii=True), now
    current.account_id = said["account_id"] or current.account_id
    current.updated_at = now
    kept = connections.save(conn, current, current.version)
    _stand(conn, connection_id, said, now)
    return kept


def last(connection: Connection) -> LastCheck | None:
    """The check that was kept, or None when this connection was never checked."""
    if not connection.check:
        return None
    said = json.loads(connection.check)
    return LastCheck(
        int(said["at"]), bool(said["ok"]), Account(**said["account"]) if said.get("account") else None,
        str(said.get("account_id", "")), str(said.get("arn", "")), tuple(from_plain(line) for line in said["lines"]),
    )  # fmt: skip


def _stand(conn: Any, connection_id: int, said: Mapping[str, Any], now: int) -> None:
    """Standing findings follow the check. What a line without an answer would have said stays as it was."""
    lines = [from_plain(line) for line in said["lines"]]
    found = {
        line.finding.reference: line.finding
        for line in lines
        if line.finding and line.finding.whose_side != "fine"
    }
    for reference, one in found.items():
        if reference in STANDING:
            findings.raise_(conn, connection_id, reference, "", {"meaning": one.meaning}, now)
    for key in _answered(lines):
        for reference in TOLD_BY[key]:
            if reference not in found:
                findings.resolve(conn, connection_id, reference, "", now)


def _answered(lines: Sequence[CheckLine]) -> Iterator[str]:
    """The lines whose silence means something. A permission is lacking no more once every line had all it needs."""
    told = {line.key for line in lines if line.state in ("ok", "warn")}
    yield from told & {"who", "account", "senders", "smtp"}
    if "who" in told and not any(line.key == "smtp" for line in lines):
        yield "smtp"  # nothing signs in there any more
    if {"who", "account", "senders"} <= told and any(
        line.key == "permissions" and line.state == "ok" for line in lines
    ):
        yield "permissions"
