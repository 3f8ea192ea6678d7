"""A look at the records of every verified sender, once a day and a few at a time, so that drift is seen when nobody looks.

The Doctor's round sees the domain of the From address alone.
"""

import time
from collections.abc import Iterator

import structlog

from core.aws import identity
from core.aws.access import Access
from core.aws.identities import identities
from core.connect import access
from core.desk import Desk
from core.dns.way import Until
from core.identities import names, remembered
from core.identities.look import look
from core.in_time import answer, ends
from core.moment import HOUR
from core.store import connections
from core.store.tables import Connection

log = structlog.get_logger("records")
EVERY = 24 * HOUR
MOST = 50  # senders of a connection, domains first
EACH = 10.0  # seconds for one sender, Amazon and name servers together
ENOUGH = 30.0  # seconds after which no further one is begun in this turn; the job's lease is 60


def go_round(desk: Desk, now: int) -> int:
    """The job: the senders that were not looked at for a day. What is not reached in this turn is so in the next."""
    until, done = time.monotonic() + ENOUGH, 0
    for connection in connections.all(desk.store):
        if connection.disabled or time.monotonic() > until:
            continue
        try:
            for name, way in _due(desk, connection, now):
                if time.monotonic() > until:
                    break
                _look(desk, connection, way, name, now)
                done += 1
        except (
            Exception
        ) as error:  # Amazon silent, keys refused, vault locked: the Doctor says it; others are looked at
            log.info("records-not-looked-at", connection=connection.name, why=type(error).__name__)
    return done


def _due(desk: Desk, connection: Connection, now: int) -> Iterator[tuple[str, Access]]:
    """Names of senders to look at, the longest unseen first. Amazon is asked for its list only once in EVERY has passed."""
    kept = remembered.read(desk.store, connection)
    if now - remembered.whole_at(desk.store, connection) < EVERY:
        return
    way = access.of(desk.store, desk.vault, desk.settings, connection).within(EACH)
    if not way.credentials.can_sign:
        return
    verified = [one for one in answer(lambda: identities(way), way.end) if one.verified]
    chosen = sorted(verified, key=lambda one: not one.is_domain)[:MOST]
    seen_at = {one.name: int(kept.get(one.name, {}).get("at", 0)) for one in chosen}
    for name in sorted(seen_at, key=lambda name: seen_at[name]):
        if now - seen_at[name] >= EVERY:
            yield name, way.within(EACH)
    remembered.whole(desk.store, connection, now)


def _look(desk: Desk, connection: Connection, way: Access, name: str, now: int) -> None:
    end = ends(EACH)
    try:
        details = answer(lambda: identity.read(way, name), end)
    except Exception:  # its turn is over until tomorrow, so that it keeps no other from theirs
        remembered.note(desk.store, connection, name, (), now)
        raise
    rows = look(details, connection.region, names.way_of(desk.settings, connection), Until(end))
    remembered.note(desk.store, connection, name, rows, now)
