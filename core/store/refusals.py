"""Posts of our topics that came and were not taken: kept in their finding, so that a drill can tell them from what never came."""

import json
import re
from collections.abc import Mapping

import sqlalchemy as sa

from core.store import findings
from core.store.rows import Source, many, table
from core.store.tables import FindingRow

_findings = table(FindingRow)
REFUSED = "report-refused"
REFERENCES = (REFUSED, "certificate-unavailable")
MAILS, KEPT = "mails", 20
_ID = re.compile(r"[A-Za-z0-9._-]{1,100}")


def note(
    conn: sa.Connection,
    connection_id: int,
    reference: str,
    subject: str,
    evidence: Mapping[str, str],
    message: str,
    now: int,
) -> None:
    """Raise the finding, with the mail that the message is about added to those before. What is about no mail is no report."""
    number = _number(message)
    if not number and reference == REFUSED:
        return
    before = [
        row for row in _rows(conn, connection_id) if (row.reference, row.subject) == (reference, subject)
    ]
    mails = _mails(before[0]) if before else {}
    if number:
        mails.pop(number, None)
        mails[number] = now
    kept = list(mails.items())[-KEPT:]
    told = {MAILS: " ".join(f"{name}@{at}" for name, at in kept)} if kept else {}
    findings.raise_(conn, connection_id, reference, subject, {**evidence, **told}, now)


def of_mail(source: Source, connection_id: int, message_id: str) -> int | None:
    """When (ms) a post about this mail came and was not taken; None when none did, or it is forgotten."""
    times = [_mails(row).get(message_id) for row in _rows(source, connection_id)]
    return max((at for at in times if at is not None), default=None)


def _rows(source: Source, connection_id: int) -> list[FindingRow]:
    where = (_findings.c.connection_id == connection_id, _findings.c.reference.in_(REFERENCES))
    return many(source, FindingRow, sa.select(_findings).where(*where))


def _mails(row: FindingRow) -> dict[str, int]:
    pairs = (each.partition("@") for each in str(json.loads(row.evidence).get(MAILS, "")).split())
    return {name: int(at) for name, _, at in pairs}


def _number(message: str) -> str:
    """The mail's id in an SES event, "" where there is none."""
    try:
        number = json.loads(message)["mail"]["messageId"]
    except (ValueError, KeyError, TypeError, RecursionError):
        return ""
    return number if isinstance(number, str) and _ID.fullmatch(number) else ""
