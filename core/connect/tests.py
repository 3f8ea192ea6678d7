"""Test mail: to a person or to Amazon's mailbox simulator, by the connection's own transport, once.

The row is written before Amazon is asked, so that a lost answer leaves a trace: state `unknown`, never sent again by
itself. Tests to the simulator are drills: they stand in no rate.
"""

import time
from dataclasses import dataclass

from core import moment, smtp
from core.aws.access import Access
from core.aws.check import smtp_login
from core.aws.credentials import Credentials
from core.aws.hosts import api_host
from core.aws.send import send as send_over_http
from core.connect import access, checks, walk
from core.connect.endpoint import Endpoint
from core.connect.letter import Letter, mime, write
from core.connect.scenarios import SCENARIOS, SIMULATOR, Scenario
from core.connect.way_out import with_way_out
from core.diagnosis import Context, explain
from core.diagnosis.diagnosis import Diagnosis
from core.errors import BadInput
from core.lists.stop import stop
from core.members.actor import Actor
from core.members.roles import require, require_sight
from core.settings import Settings
from core.smtp import MaybeSent
from core.store import arrivals, audit, sent_tests
from core.store.engine import Store
from core.store.record import mark_drill
from core.store.tables import Connection, SentTest
from core.vault import Vault

__all__ = [
    "NEVER_COUNTS",
    "NOT_THERE",
    "SCENARIOS",
    "Hops",
    "JustSent",
    "Scenario",
    "hops",
    "recent",
    "send_test",
]

NOT_THERE = "Not there? Look in the spam folder."
NEVER_COUNTS = "Test mail to the simulator never changes your rates."
MOST_AN_HOUR = 60  # tests of one connection
SECOND_PRESS = 2_000  # ms within which the same test again is the second half of a double press
CUT_OFF = 60_000  # ms; a send that began earlier and was never answered is unknown


class JustSent(BadInput):
    """The same test was sent a moment ago by the same button."""


@dataclass(frozen=True, slots=True)
class Hops:
    """How one test travelled; each is a time in ms or None. `types` are the event types that came in, in order."""

    sent_at: int | None
    published_at: int | None
    received_at: int | None
    counted_at: int | None
    types: tuple[str, ...] = ()


def send_test(
    store: Store, vault: Vault, settings: Settings, connection: Connection, scenario: str, recipient: str,
    subject: str, body: str, member: Actor, now: int, over: Endpoint | None = None, keys: Credentials | None = None,
    pressed: bool = False,
) -> SentTest:  # fmt: skip
    """Send one test and record what became of it. Operators and admins. `over`: by another way than the connection's own.
    `keys`: with others than the connection's own. `pressed`: by a button, which sends nothing more when it is pressed twice
    (JustSent).

    What is wrong before the mail leaves (a field, a locked vault, a suppressed recipient) is raised; what Amazon says is
    in the row.
    """
    require(member, "operator")
    require_sight(member, connection.id or 0)
    if connection.disabled:
        raise BadInput("This connection is disabled, so it sends nothing. Enable it under Connections first.")
    letter = with_way_out(
        store, settings, connection, _letter(connection, scenario, recipient, subject, body)
    )
    if not letter.drill:
        stop(store, connection.id or 0, letter.recipient)
    there = over or access.endpoint_of(connection)
    if keys is None:
        way = access.by_way(store, vault, settings, connection, there)
    else:
        way = access.trial(settings, there, keys, demo=connection.demo)
    with store.write() as conn:
        before = sent_tests.recent(conn, [connection.id or 0], MOST_AN_HOUR)
        if pressed:
            _not_twice(before, scenario, letter.recipient, now)
        _not_too_many(before, now)
        test_id = sent_tests.begin(
            conn,
            connection.id or 0,
            scenario,
            letter.recipient,
            way.transport,
            member.name,
            now,
            letter.drill,
        )
        audit.append(conn, member.name, "test-sent", connection.name, {"scenario": scenario}, now)
    begun = time.monotonic()
    state, message_id, found = _send(way, letter, checks.last(connection))
    answered = now + int((time.monotonic() - begun) * 1000)
    with store.write() as conn:
        said = found.as_json() if found else None
        sent_tests.answered(conn, test_id, state, answered, message_id, said)
        if letter.drill and message_id:
            mark_drill(conn, connection.id or 0, message_id, letter.recipient, answered)
    if state == "accepted":
        walk.finish_step(store, connection, "test", member, answered)
    sent = sent_tests.by_id(store, test_id)
    assert sent is not None
    return sent


def recent(store: Store, connection_id: int, now: int, limit: int = 20) -> list[SentTest]:
    """Newest first. A send that was cut off by a restart reads as unknown after a minute."""
    found = sent_tests.recent(store, [connection_id], limit)
    for one in found:
        if one.state == "sending" and now - one.started_at > CUT_OFF:
            one.state = "unknown"
    return found


def hops(store: Store, sent: SentTest) -> Hops:
    """What came back for one test so far. Received and counted are one moment: both are durable before we say so."""
    sent_at = sent.answered_at if sent.state == "accepted" else None
    if not sent.message_id:
        return Hops(sent_at, None, None, None)
    came = arrivals.of_message(store, sent.connection_id, sent.message_id)
    wanted = SCENARIOS[sent.scenario].events if sent.scenario in SCENARIOS else ()
    shown = next((one for one in came if one.type in wanted), came[0] if came else None)
    if shown is None:
        return Hops(sent_at, None, None, None)
    return Hops(
        sent_at,
        shown.published_at,
        shown.received_at,
        shown.received_at,
        tuple(dict.fromkeys(one.type for one in came)),
    )


def _letter(connection: Connection, scenario: str, recipient: str, subject: str, body: str) -> Letter:
    """The letter of a card. A simulator card goes to the simulator, whatever was typed."""
    card = SCENARIOS.get(scenario)
    if card is None:
        raise BadInput("There is no such test.", "scenario")
    if not connection.from_address:
        raise BadInput(
            "This connection has no From address yet. Choose one under Connections.", "from_address"
        )
    to = card.recipient or recipient
    simulated = to.strip().lower().endswith(f"@{SIMULATOR}")
    return write(connection.from_address, connection.display_name, to, subject, body, drill=simulated)


def _send(
    way: Access, letter: Letter, last: checks.LastCheck | None
) -> tuple[str, str | None, Diagnosis | None]:
    """Hand the letter over, once, and say what became of it."""
    over_smtp = way.transport == "smtp"
    try:
        if over_smtp:
            user, word = smtp_login(way)
            message_id = smtp.send(
                way.smtp,
                way.smtp_port,
                user,
                word,
                letter.sender,
                letter.recipient,
                mime(letter),
                way.trusted_pem,
            )
        else:
            message_id = send_over_http(way, letter)
        return "accepted", message_id, None
    except Exception as error:  # whatever it was, it is explained in the row; nothing is tried again
        context = Context(
            region=way.region,
            service="ses",
            operation="SendRawEmail" if over_smtp else "SendEmail",
            from_address=letter.sender,
            to_address=letter.recipient,
            transport=way.transport,
            host=way.smtp if over_smtp else (way.ses_host or api_host(way.region)),
            sandbox=None if last is None or last.account is None else not last.account.production,
            now=moment.now(),
        )
        return "unknown" if isinstance(error, MaybeSent) else "refused", None, explain(error, context)


def _not_twice(sent: list[SentTest], scenario: str, recipient: str, now: int) -> None:
    for one in sent:
        if one.state == "refused":  # nothing was sent: the next press is meant
            continue
        if (one.scenario, one.recipient) == (scenario, recipient) and now - one.started_at < SECOND_PRESS:
            raise JustSent("This test was sent a moment ago, so it was not sent twice.")


def _not_too_many(sent: list[SentTest], now: int) -> None:
    within = [one for one in sent if now - one.started_at < 3_600_000]
    if len(within) >= MOST_AN_HOUR:
        raise BadInput(f"{MOST_AN_HOUR} tests were sent within the hour. Wait a little before the next one.")
