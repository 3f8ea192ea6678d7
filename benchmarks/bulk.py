"""A store with very many events, made fast: the same rows and sums that recording would leave, without the JSON.

Outcomes go through the product's own contributions and rollups; only reading notifications is skipped. Every index is
filled row by row as the mail comes, so that its pages are as full as in a store in use. Deterministic.
"""

import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from core import moment
from core.events import outcome as known
from core.events.contribution import contributions
from core.events.outcome import FIELDS, Outcome
from core.events.providers import provider_of
from core.moment import DAY, day_of
from core.settings import Settings
from core.store import Store, connections, store
from core.store.bulk import write_rows
from core.store.rollup import Difference
from core.store.rows import table
from core.store.tables import Connection, OutcomeRow, RawNotification, StoredEvent
from core.worker.summing_up import sum_up

DAYS = 90
DOMAINS, BIG = 20_000, ("gmail.com", "outlook.com", "yahoo.com", "icloud.com", "web.de", "t-online.de")
IDENTITIES = tuple(f"mail{number}.example.com" for number in range(8))
SETS = ("newsletter", "transactional", "reminders")
EVENT = (
    "connection_id", "message_id", "recipient", "type", "detail", "occurred_at", "sent_at", "received_at", "identity",
    "configuration_set", "tags", "mailbox_provider", "bounce_type", "bounce_subtype", "diagnostic_code", "candidates",
    "flags", "raw_id",
)  # fmt: skip
RAW = (
    "connection_id",
    "published_at",
    "sns_message_id",
    "message",
    "received_at",
    "signature_version",
    "state",
    "flags",
)


@dataclass(frozen=True, slots=True)
class Mail:
    """One message to one recipient, and what became of it."""

    at: int
    message_id: str
    recipient: str
    identity: str
    configuration_set: str
    tags: str
    fate: str  # delivered | permanent | transient | delayed | complaint


def fill(folder: Path, events: int, name: str = "Benchmark") -> tuple[Store, int]:
    """Make a store in the folder with about so many events over 90 days; returns it and the connection's number."""
    opened, now = store(Settings(data_dir=folder)), moment.now()
    with opened.write() as conn:
        connection = connections.add(
            conn, Connection(uuid="", name=name, region="eu-west-1", created_at=now, updated_at=now)
        )
    begin, mails = (day_of(now) - DAYS + 1) * DAY, events // 2 // DAYS
    step = (now - begin) / (DAYS * mails)  # up to this moment, so that what comes in now comes last
    for day in range(DAYS):
        with opened.write() as conn:
            _day(conn, connection.id or 0, _mails(begin, step, day, mails))
    with opened.write() as conn:
        conn.exec_driver_sql("PRAGMA analysis_limit=2000")  # a look at each index, not all of it
        conn.exec_driver_sql("ANALYZE")
    for _ in range(2):  # as the worker has done by then, some minutes after midnight
        sum_up(opened, connection.id or 0, now, share=0)
    return opened, connection.id or 0


def _day(conn: Any, connection_id: int, mails: Iterable[Mail]) -> None:
    """About one day of mail in one transaction."""
    told: list[tuple[Any, ...]] = []
    raws: list[tuple[Any, ...]] = []
    outcomes: list[tuple[Any, ...]] = []
    difference = Difference()
    for mail in mails:
        outcome = Outcome(*[None] * len(FIELDS))
        outcome.flags, outcome.sent_at, outcome.seen_at = known.SENT, mail.at, mail.at
        outcome.identity, outcome.identity_rank = mail.identity, mail.at
        outcome.configuration_set, outcome.configuration_set_at, outcome.tags = (
            mail.configuration_set,
            mail.at,
            mail.tags,
        )
        for kind, at, extra in _happened(mail, outcome):
            raw = len(raws)
            raws.append(
                (connection_id, at, f"{mail.message_id[:25]}-{raw}", "{}", at + 400, "2", "parsed", 0)
            )
            told.append(
                (connection_id, mail.message_id, mail.recipient, kind, extra[0] or "", at, mail.at, at + 400, mail.identity,
                 mail.configuration_set, mail.tags, provider_of(mail.recipient.partition("@")[2]), *extra,
                 1 if kind == "Complaint" else None, 0, raw)
            )  # fmt: skip
        outcomes.append((connection_id, mail.message_id, mail.recipient, *outcome.values()))
        for recipient, contribution in contributions({mail.recipient: outcome}).items():
            difference.add(connection_id, recipient, contribution, 1)
        difference.feed(connection_id, mail.identity, 1)
    write_rows(conn, table(RawNotification), RAW, raws, "")
    write_rows(conn, table(StoredEvent), EVENT, told, "")
    write_rows(conn, table(OutcomeRow), ("connection_id", "message_id", "recipient", *FIELDS), outcomes, "")
    difference.write(conn, 0)


def _mails(begin: int, step: float, number: int, mails: int) -> Iterator[Mail]:
    """The day's mail in the order of its time. Numbers that look random, and are the same in every run."""
    for index in range(mails):
        dice = ((number * mails + index) * 2_654_435_761 + 97) % 4_294_967_296
        at = begin + int((number * mails + index) * step)
        domain = BIG[dice % len(BIG)] if dice % 10 < 7 else f"d{(dice >> 8) % DOMAINS}.example"
        fate = dice % 10_000
        yield Mail(
            at, f"{at:016x}-{index:08x}-4c2a-9d7e-0123456789ab-000000", f"r{(dice >> 5) % 3_000_000}@{domain}",
            IDENTITIES[(dice >> 3) % len(IDENTITIES)], SETS[(dice >> 6) % len(SETS)], f'{{"campaign": ["c{(dice >> 9) % 20}"]}}',
            "permanent" if fate < 110 else "transient" if fate < 280 else "delayed" if fate < 480 else "complaint" if fate < 485 else "delivered",
        )  # fmt: skip


def _happened(
    mail: Mail, outcome: Outcome
) -> Iterator[tuple[str, int, tuple[str | None, str | None, str | None]]]:
    """The events of a mail, folded into its outcome on the way."""
    nothing = (None, None, None)
    yield "Send", mail.at, nothing
    if mail.fate in ("permanent", "transient"):
        at, reason = (
            mail.at + 2_000,
            "General" if mail.at % 3 else "MailboxFull" if mail.fate == "transient" else "NoEmail",
        )
        if mail.fate == "permanent":
            outcome.flags, outcome.permanent_at, outcome.permanent_reason = (
                outcome.flags | known.PERMANENT,
                at,
                reason,
            )
        else:
            outcome.flags, outcome.transient_at, outcome.transient_reason = (
                outcome.flags | known.TRANSIENT,
                at,
                reason,
            )
        yield "Bounce", at, (mail.fate.capitalize(), reason, "smtp; 550 5.1.1 no such user here")
        return
    if mail.fate == "delayed":
        outcome.flags, outcome.delayed_at = outcome.flags | known.DELAYED, mail.at + 60_000
        yield "DeliveryDelay", mail.at + 60_000, nothing
    outcome.flags, outcome.delivered_at = outcome.flags | known.DELIVERED, mail.at + 3_000
    yield "Delivery", mail.at + 3_000, nothing
    if mail.fate == "complaint":
        outcome.flags, outcome.complained_at = outcome.flags | known.COMPLAINT, mail.at + DAY // 3
        yield "Complaint", mail.at + DAY // 3, nothing


if __name__ == "__main__":
    fill(Path(sys.argv[1]), int(sys.argv[2]))[0].close()
