"""A desk with a demo connection and its receiver on loopback; Ireland is empty but for one verified domain."""

import socket
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import uvicorn
from amazon import ALICE, credentials_of

from core import moment
from core.aws.access import Access
from core.connect import access, listen, walk
from core.connect.endpoint import recognise
from core.demo.beginning import verified
from core.demo.running import Running
from core.demo.world import Region
from core.desk import Desk
from core.receiver.asgi import Serving
from core.receiver.receiver import Receiver
from core.settings import Settings
from core.store import store as open_settled_store
from core.store.tables import Connection
from core.vault import open_vault

IDENTITY = "example.com"


@dataclass
class Ground:
    """Everything a set-up needs."""

    desk: Desk
    connection: Connection
    amazon: Running
    region: Region
    way: Access

    @property
    def callback(self) -> str:
        """The connection's callback URL."""
        shown = listen.callback(
            self.desk.store, self.desk.vault, self.desk.settings, self.connection, ALICE, moment.now()
        )
        assert shown.url
        return shown.url


@pytest.fixture
def ground(amazon: Running, tmp_path: Path) -> Iterator[Ground]:
    region = amazon.amazon.world.regions["eu-west-1"]
    for held in ("topics", "queues", "orphans", "configuration_sets", "deleted_queues"):
        getattr(region, held).clear()
    region.identities[IDENTITY] = verified(IDENTITY, moment.now())
    listener = socket.create_server(("127.0.0.1", 0))
    settings = Settings(data_dir=tmp_path / "own", PORT=int(listener.getsockname()[1]), _env_file=None)
    opened = open_settled_store(settings)
    desk = Desk(opened, open_vault(settings, opened), settings)
    app = Serving(Receiver(opened, settings))
    server = uvicorn.Server(uvicorn.Config(app, ws="none", log_config=None, access_log=False))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    while not server.started and thread.is_alive():
        time.sleep(0.01)
    wanted = walk.Wanted(
        "Demo", recognise("eu-west-1"), credentials_of(amazon), "news@example.com", "", "000000000000", demo=True
    )  # fmt: skip
    connection = walk.save(opened, desk.vault, wanted, ALICE, moment.now())
    yield Ground(desk, connection, amazon, region, access.of(opened, desk.vault, settings, connection))
    server.should_exit = True
    thread.join(15)
    opened.close()
