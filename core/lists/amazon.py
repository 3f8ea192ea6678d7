"""Our list beside the SES account's own: reading Amazon's, and comparing the two.

Amazon's list knows bounces and complaints alone, so our unsubscribes and drills have no place on it. Amazon takes one
call a second, a page of 1,000 addresses with each.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass

from core.aws import suppression as there
from core.aws.talk import Talk
from core.connect import access
from core.desk import Desk
from core.diagnosis import Context, explain
from core.diagnosis.diagnosis import Diagnosis
from core.events.address import normalise
from core.members.actor import Actor
from core.members.roles import require, require_sight
from core.store import amazon_suppressed, audit, list_settings
from core.store.amazon_suppressed import Both
from core.store.engine import Store
from core.store.tables import Connection


@dataclass(frozen=True, slots=True)
class Reading:
    """How far reading Amazon's list came. `kept_for`: the reasons it adds by itself, None while that is not known."""

    addresses: int
    over: bool
    finding: Diagnosis | None = None
    kept_for: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class Compared:
    """The first of each column by address, and when Amazon's list was read (ms), None when it never was."""

    read_at: int | None
    last: Reading | None
    only_here: list[Both]
    only_there: list[Both]
    differ: list[Both]


def read(desk: Desk, connection: Connection, actor: Actor, now: int) -> Iterator[Reading]:
    """Read Amazon's list to its end and keep it, telling after each page how far it is. Operators and admins.

    What stops it is told as a finding; what was read before stays, marked as old.
    """
    require(actor, "operator")
    require_sight(actor, connection.id or 0)
    talk = talk_with(desk, connection)
    count, kept_for, found = 0, None, None
    try:
        kept_for = there.kept_for(talk)
        yield Reading(0, False, None, kept_for)
        for page in there.entries(talk):
            with desk.store.write() as conn:
                told = [(normalise(one.address), one.reason, one.updated_at, one.address) for one in page]
                amazon_suppressed.keep(conn, connection.id or 0, told, now)
            count += len(page)
            yield Reading(count, False, None, kept_for)
    except Exception as error:  # whatever Amazon or the network says is told in words
        found = explain(error, context_of(connection, "ListSuppressedDestinations"))
    last = Reading(count, True, found, kept_for)
    with desk.store.write() as conn:
        if found is None:
            amazon_suppressed.forget_before(conn, connection.id or 0, now)
        values = {"amazon_read": _written(last)} | ({} if found else {"amazon_read_at": now})
        list_settings.change(conn, connection.id or 0, now, **values)
        detail = {"addresses": count, "whole": found is None}
        audit.append(conn, actor.name, "amazon-suppressions-read", connection.name, detail, now)
    yield last


def compared(
    store: Store,
    connection: Connection,
    actor: Actor,
    limit: int = 100,
    after: tuple[str, str, str] = ("", "", ""),
) -> Compared:
    """The two lists side by side, from what was read last, each column from behind an address. Operators and admins."""
    require(actor, "operator")
    require_sight(actor, connection.id or 0)
    number = connection.id or 0
    with store.read() as conn:
        known = list_settings.get(conn, number)
        last = _read(known.amazon_read)
        if known.amazon_read_at is None:
            return Compared(None, last, [], [], [])
        return Compared(
            known.amazon_read_at,
            last,
            amazon_suppressed.only_here(conn, number, limit, after[0]),
            amazon_suppressed.only_there(conn, number, limit, after[1]),
            amazon_suppressed.differing(conn, number, limit, after[2]),
        )


def talk_with(desk: Desk, connection: Connection) -> Talk:
    """A conversation at Amazon's pace; the demo sets none."""
    way = access.of(desk.store, desk.vault, desk.settings, connection)
    return Talk(way, pause=0) if connection.demo else Talk(way)


def context_of(connection: Connection, operation: str) -> Context:
    """What was being asked of Amazon, for the words of a refusal."""
    return Context(region=connection.region, service="ses", operation=operation)


def _written(last: Reading) -> str:
    found = last.finding.as_json() if last.finding else None
    return json.dumps({"addresses": last.addresses, "finding": found, "kept_for": last.kept_for})


def _read(text: str) -> Reading | None:
    told = json.loads(text)
    if not told:
        return None
    kept_for = None if told["kept_for"] is None else tuple(told["kept_for"])
    return Reading(
        told["addresses"], True, Diagnosis.from_json(told["finding"]) if told["finding"] else None, kept_for
    )
