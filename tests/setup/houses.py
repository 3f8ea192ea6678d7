"""A house to set up in: the demo Amazon, a real receiver for it to post to, and one connection in a fresh account."""

import copy
import json
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import uvicorn
from amazon import ALICE, credentials_of
from stores import fresh_database

from core import moment
from core.connect import walk
from core.connect.endpoint import recognise
from core.demo.beginning import verified
from core.demo.running import Running
from core.demo.topic_attributes import default_policy
from core.demo.world import Region
from core.desk import Desk
from core.receiver.asgi import Serving
from core.receiver.guard import GuardedProtocol
from core.receiver.receiver import Receiver
from core.settings import Settings
from core.setup import saga
from core.setup.choices import Choices
from core.setup.lines import StepLine
from core.setup.plan import plan
from core.store.engine import Store, open_store
from core.store.migrate import migrate
from core.store.tables import Connection
from core.vault import open_vault

HOME = "eu-west-1"
IDENTITY = "example.com"


@dataclass
class House:
    """A desk, a connection of it, and the region of the demo Amazon behind it."""

    desk: Desk
    connection: Connection
    amazon: Running
    store: Store

    @property
    def region(self) -> Region:
        return self.amazon.amazon.world.regions[HOME]

    def plan(self, **chosen: Any) -> Any:
        choices = Choices(**{"identity": IDENTITY, **chosen})
        return plan(self.desk, self.connection, choices, ALICE, moment.now())

    def begin(self, **chosen: Any) -> int:
        return saga.begin(self.desk, self.connection, self.plan(**chosen), ALICE, moment.now())

    def apply(self, number: int) -> list[StepLine]:
        return list(saga.apply(self.desk, self.connection, number, ALICE))

    def undo(self, number: int, keys: Any = None) -> list[StepLine]:
        return list(saga.undo(self.desk, self.connection, number, ALICE, keys))

    def made(self) -> list[saga.Made]:
        return saga.made(self.desk, self.connection, moment.now())

    def world(self) -> dict[str, Any]:
        """What the region holds, as far as a set-up can touch it; without what has gone."""
        with self.amazon.amazon.lock:
            region = self.region
            return {
                "topics": {arn: _topic(topic) for arn, topic in region.topics.items()},
                "queues": {
                    name: (_read(queue.attributes), queue.tags) for name, queue in region.queues.items()
                },
                "sets": {
                    name: ({d: asdict(each) for d, each in found.destinations.items()}, found.tags)
                    for name, found in region.configuration_sets.items()
                },
                "identities": {
                    name: (found.topics, {k for k, on in found.headers.items() if on}, found.forwarding, found.configuration_set)
                    for name, found in region.identities.items()
                },
            }  # fmt: skip

    def calls(self) -> list[str]:
        return [f"{call.service}:{call.action}" for call in self.amazon.amazon.calls]


def _topic(topic: Any) -> Any:
    listeners = sorted(
        (each.protocol, each.endpoint.rpartition("/")[0], each.confirmed, each.signed_leave, sorted(_read(each.attributes).items(), key=str))
        for each in topic.present
    )  # fmt: skip
    said = _read(topic.attributes)
    if said.get("SignatureVersion") == "1":  # Amazon's default, set or not
        del said["SignatureVersion"]
    if said.get("Policy") == json.loads(default_policy(topic.arn)):
        del said["Policy"]
    return said, topic.tags, str(listeners)


def _read(attributes: dict[str, str]) -> dict[str, Any]:
    """Attributes with their JSON opened; an empty one is none."""
    said = {}
    for name, value in attributes.items():
        opened = json.loads(value) if value.startswith("{") else value
        if opened not in ("", {}):
            said[name] = opened
    return said


@pytest.fixture(scope="module")
def module_store(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """On SQLite; on PostgreSQL where a test asks for it."""
    with ExitStack() as ending:
        url = f"sqlite:///{tmp_path_factory.mktemp('setup') / 'store.db'}"
        if getattr(request, "param", "sqlite") == "postgresql":
            url = ending.enter_context(fresh_database(request.getfixturevalue("pg_server")))
        store = open_store(url)
        migrate(store)
        yield store
        store.close()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data folder of the desk: its vault's key outlives each test."""
    return tmp_path_factory.mktemp("desk")


@pytest.fixture(scope="module")
def port(module_store: Store, tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """A receiver on this store, on a port of loopback."""
    app = Serving(Receiver(module_store, Settings(data_dir=tmp_path_factory.mktemp("receiver"))))
    yield from _serve(app)


def _serve(app: Any) -> Iterator[int]:
    listener = socket.create_server(("127.0.0.1", 0))
    config = uvicorn.Config(app, http=GuardedProtocol, ws="none", log_config=None, access_log=False)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    until = time.monotonic() + 15
    while not server.started and time.monotonic() < until:
        time.sleep(0.01)
    yield int(listener.getsockname()[1])
    server.should_exit = True
    thread.join(15)


@pytest.fixture
def house(
    amazon: Running, module_store: Store, port: int, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[House]:
    """A fresh connection; the demo's region is put back afterwards."""
    monkeypatch.setenv("PORT", str(port))
    settings = Settings(data_dir=folder)
    desk = Desk(module_store, open_vault(settings, module_store), settings)
    regions = amazon.amazon.world.regions
    before = copy.deepcopy(regions[HOME])
    regions[HOME].identities.setdefault(IDENTITY, verified(IDENTITY, 0))
    wanted = walk.Wanted(
        f"Shop {uuid4().hex[:6]}", recognise(HOME), credentials_of(amazon), f"news@{IDENTITY}",
        account_id="000000000000", demo=True,
    )  # fmt: skip
    connection = walk.save(module_store, desk.vault, wanted, ALICE, moment.now())
    amazon.amazon.calls.clear()
    yield House(desk, connection, amazon, module_store)
    regions[HOME] = before
