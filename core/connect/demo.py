"""The demo account in one click: start the demo Amazon, connect it, wire its topics to us, load 90 days of sample mail.

It goes the way of every connection, through the same functions; only the hands are ours. What was left half-way by a
restart is taken up where it stopped.
"""

import shutil
import time
from collections.abc import Callable
from pathlib import Path

from core.aws import wiring
from core.aws.access import Access
from core.aws.check import CheckLine
from core.aws.identities import identities
from core.connect import access, checks, keys, listen, walk
from core.connect.endpoint import recognise
from core.errors import NotFound, SesDeskError, Unavailable
from core.members.actor import Actor
from core.members.roles import require
from core.settings import Settings
from core.store import callbacks, connections, meta
from core.store.engine import Store
from core.store.tables import Connection
from core.vault import Vault

NAME = "Demo"
REGION = "eu-west-1"
SENDER = "news@example.com"
FEATURES = ("review", "send", "senders", "listen")
LOADED = "demo-loaded"  # meta: the uuid of the connection whose sample mail is all there (numbers come again)
PATIENCE = 15.0  # seconds until the demo's subscription request must have come
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
        _listen(store, vault, settings, connection, actor, now, progress)
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
    from core.demo import process

    progress(0.0, "Starting a small Amazon on this machine …")
    demo = process.ensure(settings)
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


def _listen(
    store: Store,
    vault: Vault,
    settings: Settings,
    connection: Connection,
    actor: Actor,
    now: int,
    progress: Progress,
) -> None:
    """Topic, subscription, identity notifications; then the request is confirmed as an admin would do it."""
    from core.demo import process

    progress(0.08, "Listening: topic, subscription, notifications …")
    demo = process.ensure(settings)
    way = access.of(store, vault, settings, connection)
    shown = listen.callback(store, vault, settings, connection, actor, now)
    arn = wiring.topic(way, "ses-desk")
    with store.write() as conn:  # the demo's own certificate, good for this one topic
        callbacks.wait(conn, shown.callback_id, arn, "", now, demo.certificate_pem, demo=True)
    wiring.subscribe(way, arn, shown.url or "")
    _report_every_sender(way, arn)
    done = listen.confirm(store, vault, settings, connection, _asked(store, connection, arn), actor, now)
    if done.finding is not None:
        raise SesDeskError(f"The demo account could not be listened to: {done.finding.title}.")


def _report_every_sender(way: Access, arn: str) -> None:
    for identity in identities(way):
        if identity.verified:
            wiring.report(way, identity.name, arn)


def _asked(store: Store, connection: Connection, arn: str) -> int:
    """The topic's number, once its subscription request has come in through the receiver."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        for topic in callbacks.topics(store, connection.id or 0):
            if topic.arn == arn and topic.confirm_token:
                return topic.id or 0
        time.sleep(0.05)
    raise Unavailable(
        "The demo could not reach this SES Desk on loopback. Start it with make run, then try again."
    )


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
    if connections.by_id(store, connection.id or 0) is None:
        raise NotFound("The demo was removed while it was loading.")
