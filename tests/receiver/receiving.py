"""A running receiver for tests: a real store, a real server on loopback, Amazon's part played by sns_signer."""

import asyncio
import http.client
import itertools
import json
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from sns_signer import ACCOUNT, REGION, Signer

from core import moment
from core.receiver.asgi import Serving
from core.receiver.post import PostProtocol
from core.receiver.receiver import Receiver
from core.settings import Settings
from core.store import callbacks, connections, findings
from core.store.engine import Store
from core.store.tables import Connection

_numbers = itertools.count(1)
on_both = pytest.mark.parametrize(
    "office_store",
    ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)],
    indirect=True,
    scope="module",
)


@dataclass
class Answer:
    status: int
    body: bytes
    headers: dict[str, str]

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def code(self) -> str:
        return str(self.json["error"]["code"])

    @property
    def field(self) -> str | None:
        found = self.json["error"]["field"]
        return None if found is None else str(found)


@dataclass
class Line:
    """One callback of one connection, closed and pinned to its own topic unless told otherwise."""

    connection_id: int
    callback_id: int
    token: str
    arn: str
    name: str

    @property
    def path(self) -> str:
        return f"/sns/{self.token}"


@dataclass
class Desk:
    """The receiver under test. `fetched` lists every certificate URL it wanted to download."""

    store: Store
    receiver: Receiver
    port: int
    signer: Signer
    fetched: list[str] = field(default_factory=list)
    served: dict[str, str] = field(default_factory=dict)  # certificate URL -> PEM its host would give

    def line(
        self, *, open: bool = False, pinned: bool = True, region: str = REGION, demo: bool = False
    ) -> Line:
        number = next(_numbers)
        now = moment.now()
        account = "000000000000" if demo else ACCOUNT
        arn = f"arn:aws:sns:{region}:{account}:ses-{number}"
        token = f"token-{number}-" + "x" * 32
        row = Connection(
            uuid=f"u{number}-{now}",
            name=f"c{number}",
            region=region,
            demo=demo,
            created_at=now,
            updated_at=now,
        )
        with self.store.write() as conn:
            made = connections.add(conn, row)
            assert made.id is not None
            callback_id = callbacks.add(conn, made.id, token, open, None, now)
            if pinned:
                pem = self.signer.pem if demo else None
                callbacks.pin(conn, callback_id, arn, now, pem, demo)
        return Line(made.id, callback_id, token, arn, f"c{number}")

    def call(
        self,
        method: str,
        path: str,
        body: bytes | None = None,
        headers: dict[str, str] | None = None,
        **how: Any,
    ) -> Answer:
        wire = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        try:
            wire.request(method, path, body=body, headers=headers or {}, **how)
            answer = wire.getresponse()
            return Answer(answer.status, answer.read(), {k.lower(): v for k, v in answer.getheaders()})
        finally:
            wire.close()

    def post(self, line: Line, message: dict[str, Any], **headers: str) -> Answer:
        """Post a signed message as SNS does."""
        sent = {**self.signer.headers(message), **{k.replace("_", "-"): v for k, v in headers.items()}}
        return self.call("POST", line.path, self.signer.body(message), sent)

    def post_bytes(self, line: Line, body: bytes, headers: dict[str, str] | None = None) -> Answer:
        return self.call("POST", line.path, body, headers)

    def count(self, table: str, line: Line | None = None) -> int:
        where = "" if line is None else f" WHERE connection_id = {line.connection_id}"
        with self.store.read() as conn:
            return int(conn.exec_driver_sql(f"SELECT count(*) FROM {table}{where}").scalar() or 0)

    def rows(self, table: str, line: Line) -> list[dict[str, Any]]:
        with self.store.read() as conn:
            found = conn.exec_driver_sql(
                f"SELECT * FROM {table} WHERE connection_id = {line.connection_id} ORDER BY 1"
            )
            return [dict(row._mapping) for row in found]

    def findings(self, line: Line) -> set[str]:
        return {row.reference for row in findings.standing(self.store, [line.connection_id])}


@contextmanager
def nobody_else_writes(store: Store) -> Iterator[None]:
    """Whoever wants to store a notification has to wait until the block has ended."""
    with store.write() as conn:
        if store.dialect == "postgresql":
            conn.exec_driver_sql("LOCK TABLE notifications IN EXCLUSIVE MODE")
        yield


@contextmanager
def serve(app: Any) -> Iterator[int]:
    """The app under uvicorn with the guard, on a free port of loopback, in a thread."""
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.bind(("127.0.0.1", 0))
    config = uvicorn.Config(
        app, http=PostProtocol, loop="core.receiver.door:Loop", ws="none", lifespan="on", log_config=None, log_level="warning",
        access_log=False, proxy_headers=False, server_header=False, timeout_graceful_shutdown=5,
    )  # fmt: skip
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    for _ in range(500):
        if server.started:
            break
        time.sleep(0.01)
    assert server.started
    try:
        yield int(listener.getsockname()[1])
    finally:
        server.should_exit = True
        thread.join(15)
        listener.close()


@contextmanager
def desk(store: Store, folder: Path | None, signer: Signer | None = None) -> Iterator[Desk]:
    """A receiver on this store; certificates come from `folder`, and "downloads" from `desk.served`."""
    fetched: list[str] = []
    served: dict[str, str] = {}

    async def fetch(url: str) -> str:
        fetched.append(url)
        await asyncio.sleep(0)
        if url not in served:
            raise OSError("no such host")
        return served[url]

    receiver = Receiver(store, Settings(certificate_dir=folder), fetch)
    with serve(Serving(receiver)) as port:
        yield Desk(store, receiver, port, signer or Signer(), fetched, served)
