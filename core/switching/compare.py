"""The same test both ways, side by side: accepted, how long, what came back, and which headers Amazon saw."""

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import dataclass

from core.connect import tests
from core.connect.endpoint import Endpoint
from core.desk import Desk
from core.diagnosis.diagnosis import Diagnosis
from core.members.actor import Actor
from core.store import arrivals, sent_tests
from core.store.engine import Store
from core.store.tables import Connection, SentTest
from core.switching.ways import SPOKEN, ways

SCENARIO = "success"
HEAD_START = 1.1  # seconds
SUBJECT, BODY = (
    "The same test, both ways",
    "SES Desk sends this once over SMTP and once over HTTP, and compares.",
)
# Headers that are another in every mail.
OWN = frozenset({"date", "message-id", "content-type", "x-ses-outgoing", "feedback-id", "received"})


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two tests. `came_back` are event types; `headers` None until Amazon has told them."""

    way: str  # HTTP | SMTP
    state: str  # accepted | refused | unknown | sending
    seconds: float | None
    message_id: str
    came_back: tuple[str, ...]
    finding: Diagnosis | None
    headers: dict[str, str] | None


def compare(desk: Desk, connection: Connection, actor: Actor, now: int) -> Iterator[SentTest]:
    """Send the test by the way of now, then by the other; in that order. Operators and admins.

    The second waits for the first a second at most, so that one that is silent takes no time from it. Less would be too
    many a second for a sandbox.
    """
    both = ways(desk, connection)
    with ThreadPoolExecutor(2, "both-ways") as pool:
        first = pool.submit(_send, desk, connection, both.now, actor, now)
        wait([first], HEAD_START)
        second = pool.submit(_send, desk, connection, both.then, actor, now)
        yield first.result()
        yield second.result()


def _send(desk: Desk, connection: Connection, endpoint: Endpoint, actor: Actor, now: int) -> SentTest:
    return tests.send_test(
        desk.store, desk.vault, desk.settings, connection, SCENARIO, "", SUBJECT, BODY, actor, now, endpoint
    )


def side(store: Store, test_id: int) -> Side | None:
    """What is known of one of the tests by now."""
    sent = sent_tests.by_id(store, test_id)
    if sent is None:
        return None
    answered = sent.answered_at
    seconds = None if answered is None else (answered - sent.started_at) / 1000
    return Side(
        SPOKEN.get(sent.transport, sent.transport),
        sent.state,
        seconds,
        sent.message_id or "",
        tests.hops(store, sent).types,
        Diagnosis.from_json(sent.finding) if sent.finding else None,
        _headers(store, sent),
    )


def differences(one: Side, other: Side) -> list[tuple[str, str, str]]:
    """Headers that are not the same both ways: name, here, there; "" where it is missing. Each mail's own are left out."""
    if one.headers is None or other.headers is None:
        return []
    names = sorted({*one.headers, *other.headers} - OWN, key=str.lower)
    return [
        (name, one.headers.get(name, ""), other.headers.get(name, ""))
        for name in names
        if one.headers.get(name) != other.headers.get(name)
    ]


def _headers(store: Store, sent: SentTest) -> dict[str, str] | None:
    """The headers as Amazon reports them with an event; lower case, the last of each name."""
    if not sent.message_id:
        return None
    for text in arrivals.messages_of(store, sent.connection_id, sent.message_id):
        try:
            told = json.loads(text)["mail"]["headers"]
            return {str(each["name"]).lower(): str(each["value"]) for each in told}
        except (ValueError, KeyError, TypeError):
            continue
    return None
