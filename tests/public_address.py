"""Public addresses for tests: real TLS servers on loopback, under names that seem to lead to the internet."""

import contextlib
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import trustme
import uvicorn

from core.receiver.asgi import Serving
from core.receiver.receiver import Receiver
from core.settings import Settings
from core.setup.callback_wire import Wire
from core.store.engine import Store

NAME = "mail.example.com"
ABROAD = "93.184.216.34"  # an address of the internet, where the tests' names lead; the line goes to loopback


def wire(port: int, ca: trustme.CA, *leads_to: str) -> Wire:
    """Names lead abroad, lines to this port of loopback, and only this authority is trusted."""
    trust = ssl.create_default_context()
    trust.load_verify_locations(cadata=ca.cert_pem.bytes().decode())
    return Wire(
        lambda host, number: list(leads_to or (ABROAD,)),
        lambda address, number, seconds: socket.create_connection(("127.0.0.1", port), seconds),
        trust,
    )


@contextmanager
def receiver_over_tls(store: Store, folder: Path, ca: trustme.CA) -> Iterator[int]:
    """The real receiver on this store, with a certificate for NAME; gives its port."""
    leaf = ca.issue_cert(NAME)
    leaf.private_key_pem.write_to_path(str(folder / "key.pem"))
    for number, blob in enumerate(leaf.cert_chain_pems):
        blob.write_to_path(str(folder / "chain.pem"), append=number > 0)
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    app: Any = Serving(Receiver(store, Settings(data_dir=folder, _env_file=None)))
    config = uvicorn.Config(
        app, ws="none", log_config=None, log_level="warning", access_log=False, timeout_graceful_shutdown=5,
        ssl_certfile=folder / "chain.pem", ssl_keyfile=folder / "key.pem",
    )  # fmt: skip
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    while not server.started and thread.is_alive():
        time.sleep(0.01)
    try:
        yield int(listener.getsockname()[1])
    finally:
        server.should_exit = True
        thread.join(15)
        listener.close()


@contextmanager
def tls_server(
    leaf: trustme.LeafCert | None, talk: Callable[[Any, bytes], None]
) -> Iterator[tuple[int, list[bytes]]]:
    """A server that takes a line, reads one request and lets `talk` answer. Without a leaf: no TLS. Port, and what came."""
    context = None
    if leaf is not None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        leaf.configure_cert(context)
    listener = socket.create_server(("127.0.0.1", 0))
    came: list[bytes] = []

    def one(line: Any) -> None:
        with contextlib.suppress(OSError), line:
            talking = context.wrap_socket(line, server_side=True) if context else line
            with talking:
                came.append(talking.recv(65_536))
                talk(talking, came[-1])

    def serve() -> None:
        with contextlib.suppress(OSError):
            while True:
                line, _ = listener.accept()
                line.settimeout(20)
                threading.Thread(target=one, args=(line,), daemon=True).start()

    threading.Thread(target=serve, daemon=True).start()
    try:
        yield listener.getsockname()[1], came
    finally:
        listener.close()


def saying(status: str, body: bytes = b"", *headers: str) -> Callable[[Any, bytes], None]:
    """A fixed answer."""
    head = "\r\n".join((f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", *headers))

    def talk(line: Any, request: bytes) -> None:
        line.sendall(head.encode() + b"\r\n\r\n" + body)

    return talk
