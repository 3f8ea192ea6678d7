"""The demo account in one click: start the demo Amazon, connect it, set it up to report to us, load 90 days of sample mail.

It goes the way of every connection, through the same functions; only the hands are ours. What was left half-way by a
restart is taken up where it stopped.
"""

import shutil
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from core.aws.check import CheckLine
from core.aws.identities import identities
from core.connect import access, checks, keys, listen, walk
from core.connect.endpoint import recognise
from core.desk import Desk
from core.errors import NotFound, SesDeskError, Unavailable
from core.members.actor import Actor
from core.members.roles import require
from core.settings import Settings
from core.setup import saga
from core.setup.choices import Choices
from core.setup.plan import plan
from core.store import callbacks, connections, meta
from core.store.engine import Store
from core.store.tables import Connection
from core.vault import Vault
from core.watch import feed

NAME = "Demo"
REGION = "eu-west-1"
SENDER = "news@example.com"
FEATURES = ("review", "send", "senders", "listen", "setup")
LOADED = "demo-loaded"  # meta: the uuid of the connection whose sample mail is all there (numbers come again)
Progress = Callable[[float, str], None]


def open_demo(
    store: Store, vault: Vault, settings: Settings, actor: Actor, now: int, progress: Progress
) -> Connection:
    """Start and connect the demo account, with its sample mail. Doing so again returns the same. Admin only.

    `settings.port` is where this process listens: the demo Amazon posts back there. Raises SesDeskError.
    """
    require(actor, "admin")
    connection = current(store) or _connect(store, vault, settings, actor, now, progress)
    if not any(one.confirmed for one in listen.requests(store, connection)):
        _listen(Desk(store, vault, settings), connection, actor, now, progress)
    if meta.get(store, LOADED) != connection.uuid:
        _load(store, settings, connection, now, progress)
        meta.put(store, LOADED, connection.uuid)
    progress(1.0, "The demo account is ready.")
    return connections.by_id(store, connection.id or 0) or connection


def current(store: Store) -> Connection | None:
    """The demo connection, if there is one."""
    return next((one for one in connections.all(store) if one.demo), None)


def close_demo(store: Store, settings: Settings, actor: Actor, now: int) -> None:
    """Remove the demo connection with everything of it, and stop the demo Amazon. Admin only."""
    from core.demo import process

    require(actor, "admin")
    process.stop(settings)
    _forget(settings.folder / process.FOLDER)
    while connection := current(store):
        walk.remove(store, connection, actor, now)


def _forget(folder: Path) -> None:
    """Remove the demo's world; while it ends, the demo may write it down once more."""
    for _ in range(10):
        shutil.rmtree(folder, ignore_errors=True)
        time.sleep(0.1)


def _connect(
    store: Store, vault: Vault, settings: Settings, actor: Actor, now: int, progress: Progress
) -> Connection:
    """Endpoint, keys, check, sender: the walk."""
    from core.demo import process, sample

    progress(0.0, "Starting a small Amazon on this machine …")
    demo = process.ensure(settings)
    process.count(
        demo, sample.counts(now), REGION
    )  # so that the quota tells of today's mail from the first look
    endpoint = recognise(REGION)
    credentials = keys.clean(demo.access_key_id, demo.secret_access_key)
    way = access.trial(settings, endpoint, credentials, demo=True)
    lines: list[CheckLine] = []
    for line in checks.run(way, FEATURES):
        progress(0.03 + 0.01 * len(lines), f"Checking its keys: {line.label} …")
        if line.state != "running":
            lines.append(line)
    said = checks.summary(lines, now)
    if not said["ok"]:
        raise SesDeskError("The demo account did not pass its own check. Remove the demo, then try again.")
    name = NAME if connections.by_name(store, NAME) is None else f"{NAME} {now}"
    wanted = walk.Wanted(
        name, endpoint, credentials, SENDER, "Example Shop", said["account_id"], check=said, demo=True
    )
    return walk.save(store, vault, wanted, actor, now)


def _listen(desk: Desk, connection: Connection, actor: Actor, now: int, progress: Progress) -> None:
    """The set-up that every connection has, for every verified sender; one that stopped half-way is taken up again."""
    done, last = 0, None
    for line in saga.apply(desk, connection, _begun(desk, connection, actor, now), actor):
        done, last = done + (line.state != "running"), line
        progress(0.05 + 0.05 * min(1.0, done / 16), f"Listening: {line.label} …")
    if last is None or last.state == "waiting":
        raise Unavailable(
            "The demo could not reach this SES Desk on loopback. Start it with make run, then try again."
        )
    if last.state == "failed":
        raise SesDeskError(f"The demo account could not be listened to: {last.sentence}")


def _begun(desk: Desk, connection: Connection, actor: Actor, now: int) -> int:
    """The number of the set-up to go on with. Nothing in the demo's account is foreign."""
    shown = saga.current(desk.store, connection.id or 0)
    if shown is not None and shown.state in ("planned", "running", "stopped"):
        return shown.set_up_id
    way = access.of(desk.store, desk.vault, desk.settings, connection)
    senders = [one.name for one in identities(way) if one.verified]
    choices = Choices("identity", "https", senders[0], also=tuple(senders[1:]))
    planned = plan(desk, connection, choices, actor, now)
    agreed = replace(planned.choices, agreed=tuple(line.key for line in planned.to_agree))
    return saga.begin(desk, connection, replace(planned, choices=agreed), actor, now)


def _load(store: Store, settings: Settings, connection: Connection, now: int, progress: Progress) -> None:
    """Ninety days of mail."""
    from core.demo import process, sample

    def loaded(done: float) -> None:
        whole = 0.1 + 0.9 * done
        progress(whole, f"Loading 90 days of mail: {whole * 100:.0f} %")

    loaded(0.0)
    topic = next(one for one in callbacks.topics(store, connection.id or 0) if one.demo)
    process.count(process.ensure(settings), sample.counts(now), REGION)
    sample.load(store, connection, topic, now, loaded)
    feed.compare(store, connection, now)  # what seemed lost while it was loading has come
    if connections.by_id(store, connection.id or 0) is None:
        raise NotFound("The demo was removed while it was loading.")
