"""The verb that looks everything over: this machine first, then each connection's account at Amazon.

The only verb that calls Amazon, and the only one that loads boto3.
"""

from argparse import Namespace
from collections.abc import Iterable, Iterator
from dataclasses import asdict

from core.admin.clock import clock
from core.admin.machine import HERE, Line, machine
from core.admin.told import DONE, REFUSED, Told
from core.errors import SesDeskError, Unavailable
from core.settings import Settings
from core.store import callbacks, connections
from core.store.engine import Store
from core.store.start import is_damaged
from core.store.tables import Connection
from core.vault import Vault, open_vault

MARKS = {"ok": "✓", "warn": "!", "fail": "✗", "skip": "·"}


def doctor(asked: Namespace, chosen: Settings, store: Store, now: int) -> Told:
    """Look at everything; refused (exit 1) when something failed."""
    vault = open_vault(chosen, store)
    lines = [*machine(chosen, store, vault, now), *_file(store)]
    if not asked.offline:
        lines.append(clock(chosen, store, vault))
    for mine in connections.all(store):
        lines += _topics(store, mine)
        if not asked.offline:
            lines += amazon(chosen, store, vault, mine)
    return _told(lines)


def _file(store: Store) -> Iterator[Line]:
    """Read an SQLite file from end to end, which may take a while: a start does so for a small one only."""
    if store.dialect != "sqlite":
        return
    try:
        damaged = is_damaged(store)
    except Unavailable:
        damaged = True
    sentence = "It is damaged. Restore it from a backup." if damaged else "Every page of it is in order."
    yield Line(HERE, "Database file", "fail" if damaged else "ok", sentence)


def shut(error: SesDeskError) -> Told:
    """What can be said when the store does not open: a damaged file, a newer schema, an unfinished move."""
    return _told([Line(HERE, "Store", "fail", str(error))])


def _told(lines: Iterable[Line]) -> Told:
    lines = list(lines)
    failed = any(line.state == "fail" for line in lines)
    sentences = [f"{MARKS[line.state]} {line.about} · {line.label}: {line.sentence}" for line in lines]
    return Told(
        {"ok": not failed, "checks": [asdict(line) for line in lines]},
        tuple(sentences),
        REFUSED if failed else DONE,
    )


def _topics(store: Store, mine: Connection) -> list[Line]:
    pinned = [topic for topic in callbacks.topics(store, mine.id or 0) if topic.state == "pinned"]
    if not pinned:
        return [
            Line(
                mine.name,
                "Topics",
                "warn",
                "No topic is confirmed, so no events come in. Open Connect, step Listen.",
            )
        ]
    silent = [topic.arn for topic in pinned if topic.last_event_at is None]
    if silent:
        return [Line(mine.name, "Topics", "warn", f"Nothing has come from {', '.join(silent)} yet.")]
    return [Line(mine.name, "Topics", "ok", f"Events come in from {len(pinned)} of {len(pinned)} topics.")]


def amazon(chosen: Settings, store: Store, vault: Vault, mine: Connection) -> Iterator[Line]:
    """The same check as on screen, with the connection's own keys."""
    from core.connect import access, checks

    if mine.disabled:
        yield Line(mine.name, "Amazon", "skip", "This connection is disabled: nothing is asked.")
        return
    try:
        for line in checks.run(access.of(store, vault, chosen, mine)):
            if line.state != "running":
                yield Line(mine.name, line.label, line.state, line.sentence)
    except SesDeskError as error:
        yield Line(mine.name, "Amazon", "fail", str(error))
