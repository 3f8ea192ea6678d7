"""Test mail: to a person or to Amazon's mailbox simulator, by the connection's own transport, once.

The row is written before Amazon is asked, so that a lost answer leaves a trace: state `unknown`, never sent again by
itself. Source: "Using the mailbox simulator" in the SES developer guide.
"""

from dataclasses import dataclass

from core.members.actor import Actor
from core.settings import Settings
from core.store.engine import Store
from core.store.tables import Connection, SentTest
from core.vault import Vault

NOT_THERE = "Not there? Look in the spam folder."
NEVER_COUNTS = "Test mail to the simulator never changes your rates."


@dataclass(frozen=True, slots=True)
class Scenario:
    """One card: what it does, what should happen, and which event types should come back."""

    key: str  # person | success | bounce | complaint | ooto | suppressionlist
    title: str
    does: str
    expect: str
    events: tuple[
        str, ...
    ]  # types that should arrive when bounces, complaints and deliveries are listened to
    recipient: str = ""  # of the simulator; "" = the person's own address


SCENARIOS: dict[str, Scenario] = {}


def send_test(
    store: Store, vault: Vault, settings: Settings, connection: Connection, scenario: str, recipient: str,
    subject: str, body: str, member: Actor, now: int,
) -> SentTest:  # fmt: skip
    """Send one test and record what became of it. Operators and admins. BadInput before, never an exception after."""
    raise NotImplementedError


def recent(store: Store, connection_id: int, now: int, limit: int = 20) -> list[SentTest]:
    """Newest first. A send that was cut off by a restart reads as unknown after a minute."""
    raise NotImplementedError


@dataclass(frozen=True, slots=True)
class Hops:
    """How one test travelled; each is a time in ms or None. `types` are the event types that came in, in order."""

    sent_at: int | None
    published_at: int | None
    received_at: int | None
    counted_at: int | None
    types: tuple[str, ...] = ()


def hops(store: Store, sent: SentTest) -> Hops:
    """What came back for one test so far."""
    raise NotImplementedError
