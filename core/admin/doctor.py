"""The verb that looks everything over: this machine first, then each connection's account at Amazon.

The only verb that calls Amazon, and the only one that loads boto3.
"""

import shutil
from argparse import Namespace
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from urllib.parse import urlsplit

from core.admin.told import DONE, REFUSED, Told
from core.errors import SesDeskError
from core.members import first
from core.settings import Settings
from core.store import audit, callbacks, connections
from core.store.engine import Store
from core.store.tables import Connection
from core.vault import Vault, open_vault

LITTLE = 512 * 1024 * 1024  # bytes free
MARKS = {"ok": "✓", "warn": "!", "fail": "✗", "skip": "·"}


@dataclass(frozen=True)
class Line:
    """One thing that was looked at. `about` is a connection's name, or "this machine"."""

    about: str
    label: str
    state: str  # ok | warn | fail | skip
    sentence: str


def doctor(asked: Namespace, chosen: Settings, store: Store, now: int) -> Told:
    """Look at everything; refused (exit 1) when something failed."""
    vault = open_vault(chosen, store)
    lines = list(machine(chosen, store, vault))
    for mine in connections.all(store):
        lines += _topics(store, mine)
        if not asked.offline:
            lines += amazon(chosen, store, vault, mine)
    failed = any(line.state == "fail" for line in lines)
    sentences = [f"{MARKS[line.state]} {line.about} · {line.label}: {line.sentence}" for line in lines]
    return Told(
        {"ok": not failed, "checks": [asdict(line) for line in lines]},
        tuple(sentences),
        REFUSED if failed else DONE,
    )


def machine(chosen: Settings, store: Store, vault: Vault) -> Iterator[Line]:
    """What can be said without asking anybody."""
    here = "this machine"
    yield Line(here, "Store", "ok", store.guard)
    free = shutil.disk_usage(chosen.folder).free
    enough = "ok" if free >= LITTLE else "fail"
    yield Line(here, "Disk", enough, f"{free // (1024 * 1024)} MB are free in {chosen.folder}.")
    locked = vault.state == "locked"
    yield Line(here, "Vault", "fail" if locked else "ok", vault.why or "Open: sealed secrets can be read.")
    trail = audit.verify(store)
    whole = f"Whole, {trail.entries} entries." if trail.whole else "It was changed: run verify-audit."
    yield Line(here, "Audit trail", "ok" if trail.whole else "fail", whole)
    alone = first.needed(store)
    yield Line(
        here,
        "Members",
        "warn" if alone else "ok",
        "Nobody can sign in yet." if alone else "Somebody can sign in.",
    )
    yield _public(chosen)


def _public(chosen: Settings) -> Line:
    about, label, url = "this machine", "Public URL", chosen.public_url
    if not url:
        return Line(
            about, label, "warn", "SES_DESK_PUBLIC_URL is not set, so Amazon cannot deliver events by HTTPS."
        )
    if urlsplit(url).scheme != "https":
        return Line(about, label, "warn", f"{url} is not https: callbacks and sessions travel in the open.")
    return Line(about, label, "ok", url)


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
