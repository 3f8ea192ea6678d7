"""A demo Amazon with its servers up: inside this process (tests) or as a process of its own (__main__)."""

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from core import moment
from core.demo import names
from core.demo.amazon import Amazon, wake
from core.demo.server import Server
from core.demo.smtp import SmtpServer
from core.dns.serving import NameServer


@dataclass(frozen=True)
class DemoAmazon:
    """What one needs to speak to a running demo Amazon."""

    endpoint_url: str
    smtp_host: str
    smtp_port: int
    access_key_id: str
    secret_access_key: str
    certificate_pem: str
    smtp_ca_pem: str
    dns_port: int = 0  # UDP and TCP, on 127.0.0.1

    def __repr__(self) -> str:
        return f"DemoAmazon({self.endpoint_url})"


@dataclass
class Running:
    """The servers and the Amazon behind them."""

    amazon: Amazon
    server: Server
    smtp: SmtpServer
    names: NameServer

    @property
    def demo(self) -> DemoAmazon:
        """How to reach it, with the first key of the account that works."""
        world = self.amazon.world
        every = list(world.keys.values())
        key = next((one for one in every if one.active and not one.session_token), every[0])
        return DemoAmazon(
            self.server.url,
            "127.0.0.1",
            self.smtp.port,
            key.id,
            key.secret,
            world.certificate,
            world.smtp_ca,
            self.names.port,
        )

    def stop(self) -> None:
        """Keep the world a last time, then close the servers: from then on the folder may be removed."""
        self.amazon.clockwork.stop()
        self.amazon.keep()
        self.amazon.folder = None
        self.server.shutdown()
        self.server.server_close()
        self.smtp.shutdown()
        self.smtp.server_close()
        self.names.stop()


def start(
    folder: Path | None = None, port: int = 0, clock: Callable[[], int] = moment.now, smtp_port: int = 0
) -> Running:
    """Bring the servers up. None as folder keeps nothing; port 0 takes a free one."""
    amazon = wake(folder, clock)
    door = NameServer(lambda name: _held(amazon, name))
    running = Running(amazon, Server(amazon, port), SmtpServer(amazon, smtp_port), door)
    for server in (running.server, running.smtp):
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.1}, daemon=True).start()
    return running


def _held(amazon: Amazon, name: str) -> Mapping[str, Sequence[str]] | None:
    with amazon.lock:
        return names.held(amazon.world, name)


@contextmanager
def running(folder: Path | None = None) -> Iterator[Running]:
    """A demo Amazon for the length of a `with`."""
    here = start(folder)
    try:
        yield here
    finally:
        here.stop()
