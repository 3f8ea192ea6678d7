"""A running receiver with one connection whose links can be pressed, for tests of unsubscribing."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from receiver.receiving import Answer, Desk, serve
from sns_signer import Signer

from core import moment
from core.links import Link, place_of
from core.receiver.asgi import Serving
from core.receiver.receiver import Receiver
from core.settings import Settings
from core.store import connections, departures, list_settings, suppressions
from core.store.engine import Store
from core.store.tables import Connection
from core.unsubscribe.chosen import Group, Look, groups_json
from core.unsubscribe.offer import offer

FORM = "application/x-www-form-urlencoded"
ONE_CLICK = b"List-Unsubscribe=One-Click"
ADA = "ada@example.com"


@dataclass
class Place:
    """One connection on a running receiver, and what may be done at its links."""

    desk: Desk
    settings: Settings
    connection: Connection

    @property
    def store(self) -> Store:
        return self.desk.store

    @property
    def number(self) -> int:
        return self.connection.id or 0

    def token(self, address: str = ADA, group: str = "") -> str:
        made = offer(
            self.store, self.settings, self.desk.receiver.unsubscribe.keys, self.connection, address, group
        )
        return made.headers["List-Unsubscribe"].rsplit("/", 1)[1].rstrip(">")

    def sealed_for(self, uuid: str, address: str = ADA) -> str:
        return self.desk.receiver.unsubscribe.keys.for_making().make(Link(place_of(uuid), address))

    def decide(self, *groups: str, **look: Any) -> None:
        with self.store.write() as conn:
            list_settings.change(
                conn, self.number, 1, page=Look(**look).as_json(),
                groups=groups_json(tuple(Group(key, key.title()) for key in groups)),
            )  # fmt: skip
        self.desk.receiver.unsubscribe._views._until = 0

    def get(self, token: str, query: str = "", method: str = "GET") -> Answer:
        return self.desk.call(method, f"/unsubscribe/{token}{query}")

    def post(self, token: str, body: bytes = ONE_CLICK, kind: str = FORM) -> Answer:
        return self.desk.call("POST", f"/unsubscribe/{token}", body, {"Content-Type": kind} if kind else {})

    def press(self, token: str, action: str = "leave", *groups: str) -> Answer:
        return self.post(
            token, urlencode([("action", action), *(("group", each) for each in groups)]).encode()
        )

    def reasons(self, address: str = ADA) -> list[str]:
        return list(suppressions.reasons(self.store, self.number, address))

    def left(self, address: str = ADA) -> list[str]:
        return sorted(departures.left(self.store, self.number, address))


def add_connection(store: Store, name: str = "shop") -> Connection:
    now = moment.now()
    row = Connection(uuid="", name=name, region="eu-west-1", created_at=now, updated_at=now)
    row.uuid = f"{name}-{now}"
    with store.write() as conn:
        return connections.add(conn, row)


@contextmanager
def place(store: Store, folder: Path, **more: Any) -> Iterator[Place]:
    """A receiver on this store, with keys of its own in `folder`."""
    given = {"data_dir": folder, "public_url": "https://mail.example.com", "link_keys": None, **more}
    settings = Settings(_env_file=None, **given)
    receiver = Receiver(store, settings)
    with serve(Serving(receiver)) as port:
        yield Place(Desk(store, receiver, port, Signer()), settings, add_connection(store))
