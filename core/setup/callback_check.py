"""Can the callback be reached? Public https, resolves, valid chain, no login page, and it is this SES Desk that answers.

That says *reachable from here*. *Reachable from Amazon* is said only once Amazon's own SubscriptionConfirmation has come.
Source: "Fanout to HTTP/S endpoints" in the Amazon SNS developer guide.
"""

import time
from dataclasses import dataclass
from urllib.parse import urlsplit

from core.diagnosis import finding
from core.diagnosis.diagnosis import Diagnosis
from core.errors import SesDeskError
from core.receiver import hello
from core.settings import Settings
from core.setup import callback_wire
from core.setup.callback_wire import Place, Wire, Wrong
from core.store import callbacks
from core.store.engine import Store
from core.store.tables import Connection

PATIENCE = 10.0  # seconds, for everything together
PRIVATE = ("callback-localhost", "callback-private")
SAID = {
    "here": "Reachable from here: this SES Desk answers at its public address. Amazon has not been heard yet.",
    "amazon": "Reachable from Amazon: its subscription request came, and this SES Desk answers at its public address.",
    "demo": "The demo Amazon runs on this machine and reaches this SES Desk directly.",
    "none": "No public address is set, so Amazon cannot post here. A queue works without one.",
    "private": "This address cannot be reached from the internet. A queue works without one.",
    "no": "Nothing of ours answers at the public address.",
    "heard": "Amazon's subscription request came here before, but the public address does not answer from here just now.",
}


@dataclass(frozen=True, slots=True)
class CallbackCheck:
    """How it went. `state`: none (no public address), private, no, here, amazon, demo."""

    state: str
    sentence: str
    finding: Diagnosis | None = None
    reachable_from_here: bool = False
    seconds: float = 0.0

    @property
    def by_https(self) -> bool:
        """Whether a set-up over HTTPS has a chance; otherwise a queue is the way."""
        return self.state in ("here", "amazon", "demo")


def check(
    store: Store, public_url: str, connection: Connection, now: int, wire: Wire | None = None
) -> CallbackCheck:
    """Try the operator's own public address, at most 10 s. Never raises; never follows where it is sent."""
    if connection.demo:
        return CallbackCheck("demo", SAID["demo"], reachable_from_here=True)
    begun = time.monotonic()
    try:
        _ask(store, public_url, now, wire or Wire(), begun + PATIENCE)
    except Wrong as wrong:
        where = {"address": shown(public_url)} if public_url else {}
        found = finding(wrong.reference, {**where, **wrong.evidence}, connection.region)
        state = "private" if wrong.reference in PRIVATE else "none" if not public_url else "no"
        words = SAID["heard" if state == "no" and heard(store, connection) else state]
        return CallbackCheck(state, words, found, seconds=time.monotonic() - begun)
    state = "amazon" if heard(store, connection) else "here"
    return CallbackCheck(state, SAID[state], reachable_from_here=True, seconds=time.monotonic() - begun)


def why_no_answer(
    store: Store, settings: Settings, connection: Connection, now: int, wire: Wire | None = None
) -> Diagnosis | None:
    """Why nothing of ours answers where Amazon posts, the demo's way on this machine included; None when it does answer."""
    if not connection.demo:
        return check(store, settings.public_url, connection, now, wire).finding
    where = callback_wire.Place("127.0.0.1", settings.port, "", tls=False)
    try:
        _answers(store, now, where, [where.host], wire or Wire(), time.monotonic() + PATIENCE)
    except Wrong as wrong:
        address = f"http://{where.host}:{where.port}"
        return finding(wrong.reference, {"address": address, **wrong.evidence}, connection.region)
    return None


def heard(store: Store, connection: Connection) -> bool:
    """Whether a correctly signed SubscriptionConfirmation of Amazon ever came to this connection's callback."""
    return any(
        topic.confirm_token or topic.confirm_token_at or topic.confirmed_at
        for topic in callbacks.topics(store, connection.id or 0)
    )


def _ask(store: Store, public_url: str, now: int, wire: Wire, until: float) -> None:
    """Each condition in its order; the first that does not hold is raised as Wrong."""
    place = callback_wire.place(public_url)
    addresses = callback_wire.public_addresses(place, wire, until)
    _answers(store, now, place, addresses, wire, until)


def _answers(store: Store, now: int, place: Place, addresses: list[str], wire: Wire, until: float) -> None:
    """Put our own question and judge the answer."""
    try:
        asked = hello.ask(store, now)
        expected = hello.answer_to(store, asked)
    except SesDeskError as error:
        raise Wrong("callback-not-checked", {"reason": str(error)}) from error
    said = callback_wire.post(place, addresses, f"{place.path}/sns/hello/{asked}", wire, until)
    callback_wire.judge(said, expected)


def shown(url: str) -> str:
    """The address without a user name or password in it."""
    parts = urlsplit(url)
    return parts._replace(netloc=parts.netloc.rpartition("@")[2], query="", fragment="").geturl()
