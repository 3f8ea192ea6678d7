"""Where a set-up happens: the connection, what was chosen, our callback, and the conversation with Amazon."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

from core import moment
from core.aws.account import who_am_i
from core.aws.talk import PAUSE, Talk
from core.connect import access, listen
from core.connect.regions import partition
from core.desk import Desk
from core.setup.choices import Choices
from core.setup.names import Names
from core.setup.names import of as names_of
from core.store import callbacks, set_ups
from core.store.tables import Connection

T = TypeVar("T")


@dataclass
class Site:
    """Lives as long as one walk. `subjects`: step key -> ARN or URL that is known; `ours`: those that we made or changed.

    `endpoint` is the callback's whole URL, "" while there is no public one: it holds a secret and is never written down.
    """

    desk: Desk
    connection: Connection
    choices: Choices
    account: str
    talk: Talk = field(repr=False)
    names: Names
    callback_id: int
    endpoint: str = field(repr=False)
    certificate_pem: str | None = field(default=None, repr=False)  # the demo's own
    subjects: dict[str, str] = field(default_factory=dict)
    ours: set[tuple[str, str]] = field(default_factory=set)
    clock: Callable[[], int] = moment.now
    _read: dict[str, Any] = field(default_factory=dict, repr=False)

    @property
    def partition(self) -> str:
        """The first part of every ARN here."""
        return partition(self.connection.region)

    def once(self, name: str, ask: Callable[[], T]) -> T:
        """What was read a moment ago, else asked now. `forget` after every change."""
        if name not in self._read:
            self._read[name] = ask()
        found: T = self._read[name]
        return found

    def forget(self) -> None:
        """Read afresh from now on."""
        self._read.clear()

    def with_choices(self, choices: Choices) -> "Site":
        """The same place under other choices; what was read so far still holds."""
        self.choices = choices
        self.names = names_of(self.connection, self.account, choices)
        return self


def open_site(
    desk: Desk,
    connection: Connection,
    choices: Choices,
    clock: Callable[[], int] = moment.now,
    talk: Talk | None = None,
) -> Site:
    """Everything a walk needs. Raises Locked, NotFound, BadInput, and Amazon's error when asked who we are."""
    way = access.of(desk.store, desk.vault, desk.settings, connection)
    shown = listen.kept_callback(desk.store, desk.vault, desk.settings, connection)
    account = connection.account_id or who_am_i(way).account_id
    certificate = None
    if connection.demo:
        from core.demo import process

        certificate = process.ensure(desk.settings).certificate_pem
    site = Site(
        desk, connection, choices, account, talk or Talk(way, 0.0 if connection.demo else PAUSE),
        names_of(connection, account, choices), shown.callback_id if shown else 0,
        (shown.url if shown else None) or "", certificate, clock=clock,
    )  # fmt: skip
    for row in set_ups.standing(desk.store, connection.id or 0):
        if row.subject:
            site.ours.add((row.key, row.subject))
    return site


def pin(site: Site) -> None:
    """Take the topic as one that may speak at our callback, before anybody speaks there."""
    now = site.clock()
    with site.desk.store.write() as conn:
        callbacks.pin(
            conn, site.callback_id, site.names.topic_arn, now, site.certificate_pem, site.connection.demo
        )


def unpin(site: Site) -> None:
    """Expect no more from the topic. What was on its way still counts."""
    with site.desk.store.write() as conn:
        callbacks.left(conn, site.callback_id, site.names.topic_arn)
