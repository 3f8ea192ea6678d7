"""The demo Amazon and the real receiver on one wire: what it signs is taken for its own topic, and for nothing else."""

import socket
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import sqlalchemy as sa
import uvicorn

from core import moment
from core.demo.beginning import verified
from core.receiver.asgi import Serving
from core.receiver.guard import GuardedProtocol
from core.receiver.receiver import Receiver
from core.settings import Settings
from core.store import callbacks, connections
from core.store import store as open_settled_store
from core.store.engine import Store
from core.store.tables import Connection, Topic

SIMULATOR = "simulator.amazonses.com"


@dataclass
class Desk:
    store: Store
    port: int
    connection: Connection
    callback: int
    url: str
    fetched: list[str] = field(default_factory=list)

    def topics(self) -> list[Topic]:
        return callbacks.topics(self.store, self.connection.id or 0)

    def events(self) -> list[tuple[str, str]]:
        with self.store.read() as conn:
            return [
                (row[0], row[1])
                for row in conn.execute(sa.text("SELECT type, recipient FROM events ORDER BY id"))
            ]


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """A receiver with one connection and one open callback; what it would download is noted and never comes."""
    store = open_settled_store(Settings(data_dir=tmp_path))
    now, fetched = moment.now(), []

    async def fetch(url: str) -> str:
        fetched.append(url)
        raise OSError("no such host")

    with store.write() as conn:
        row = Connection(
            uuid=str(uuid4()), name="Demo", region="eu-west-1", demo=True, created_at=now, updated_at=now
        )
        made = connections.add(conn, row)
        callback = callbacks.add(conn, made.id or 0, "t" * 43, True, None, now)
    listener = socket.create_server(("127.0.0.1", 0))
    port = int(listener.getsockname()[1])
    app = Serving(Receiver(store, Settings(data_dir=tmp_path), fetch))
    server = uvicorn.Server(
        uvicorn.Config(app, http=GuardedProtocol, ws="none", log_config=None, access_log=False)
    )
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    until(lambda: server.started)
    yield Desk(store, port, made, callback, f"http://127.0.0.1:{port}/sns/{'t' * 43}", fetched)
    server.should_exit = True
    thread.join(15)
    store.close()


def until(ready: Any, seconds: float = 15.0) -> Any:
    ended = time.monotonic() + seconds
    while time.monotonic() < ended:
        if found := ready():
            return found
        time.sleep(0.02)
    raise AssertionError("did not come in time")


def listened_to(wire: Any, desk: Desk, name: str) -> str:
    """What an admin does: make the topic, vouch for the demo's certificate on its row, subscribe, confirm."""
    sns, now = wire.client("sns"), moment.now()
    arn = str(sns.create_topic(Name=name, Attributes={"SignatureVersion": "2"})["TopicArn"])
    with desk.store.write() as conn:
        callbacks.wait(conn, desk.callback, arn, "", now, wire.running.demo.certificate_pem, demo=True)
    sns.subscribe(TopicArn=arn, Protocol="http", Endpoint=desk.url)
    token = until(
        lambda: next((t.confirm_token for t in desk.topics() if t.arn == arn and t.confirm_token), None)
    )
    with desk.store.write() as conn:
        callbacks.pin(conn, desk.callback, arn, now)
    sns.confirm_subscription(TopicArn=arn, Token=token, AuthenticateOnUnsubscribe="true")
    return arn


def test_the_five_simulator_tests_come_back_as_events(wire: Any, desk: Desk) -> None:
    arn = listened_to(wire, desk, "five")
    wire.running.amazon.world.regions["eu-west-1"].identities["example.com"] = verified("example.com", 0)
    for kind in ("Bounce", "Complaint", "Delivery"):
        wire.client("ses").set_identity_notification_topic(
            Identity="example.com", NotificationType=kind, SnsTopic=arn
        )
    for name in ("success", "bounce", "complaint", "ooto", "suppressionlist"):
        wire.send(f"{name}@{SIMULATOR}")
    expected = {
        ("Delivery", "success"), ("Bounce", "bounce"), ("Delivery", "complaint"), ("Complaint", "complaint"),
        ("Delivery", "ooto"), ("Bounce", "suppressionlist"),
    }  # fmt: skip
    until(lambda: len(desk.events()) >= len(expected))
    assert set(desk.events()) == {(kind, f"{name}@{SIMULATOR}") for kind, name in expected}
    assert desk.fetched == []


def test_duplicates_and_disorder_change_nothing(wire: Any, desk: Desk) -> None:
    arn = listened_to(wire, desk, "twice")
    wire.running.amazon.world.regions["eu-west-1"].identities["example.com"] = verified("example.com", 0)
    wire.client("ses").set_identity_notification_topic(
        Identity="example.com", NotificationType="Bounce", SnsTopic=arn
    )
    wire.press("POST", "tuning", {"duplicates": 1.0, "disorder": True})
    wire.press("DELETE", "calls")
    for _ in range(3):
        wire.send(f"bounce@{SIMULATOR}")
    until(lambda: sum(row["status"] == 200 for row in wire.press("GET", "deliveries")) >= 6)
    assert len(desk.events()) == 3


def test_nothing_the_demo_signs_is_taken_for_a_topic_it_was_not_vouched_for(wire: Any, desk: Desk) -> None:
    listened_to(wire, desk, "own")
    sns, now = wire.client("sns"), moment.now()
    other = str(sns.create_topic(Name="other")["TopicArn"])
    with desk.store.write() as conn:
        callbacks.pin(
            conn, desk.callback, other, now
        )  # pinned as a customer's own: no certificate on its row
    wire.press("DELETE", "calls")
    wire.running.amazon.world.tuning.retry_delay = 0.001
    sns.subscribe(TopicArn=other, Protocol="http", Endpoint=desk.url)
    statuses = until(
        lambda: [row["status"] for row in wire.press("GET", "deliveries") if row["topic"] == other]
    )
    assert set(statuses) <= {403, 503}
    assert next(t for t in desk.topics() if t.arn == other).confirm_token is None
    assert desk.events() == []
