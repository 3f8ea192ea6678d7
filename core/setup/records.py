"""What a step leaves in the store: its intent before the call, its result after it, and a line in the audit trail."""

import json
from collections.abc import Mapping
from typing import Any

from core.diagnosis.diagnosis import Diagnosis
from core.setup.site import Site
from core.setup.step import Seen, Step
from core.store import audit, set_ups
from core.store.tables import SetUpStep


def intend(site: Site, row: SetUpStep, step: Step, seen: Seen) -> None:
    """Written before the first call of a step: what was there, and what it shall be. The first look is the one that counts."""
    values: dict[str, Any] = {"state": "trying", "finding": None}
    if before_of(row) is None:
        row.before = json.dumps({"there": seen.there, "values": dict(seen.values)})
        values["before"] = row.before
    row.after = json.dumps(dict(step.wanted(site)))
    row.state = "trying"
    _note(site, row, {**values, "after": row.after})


def result(
    site: Site, row: SetUpStep, state: str, member: str, subject: str = "", found: Diagnosis | None = None
) -> None:
    """Written after it: the state, the ARN or name, and in the audit trail what was changed in the account."""
    row.state, row.subject = state, subject or row.subject
    row.finding = found.as_json() if found else None
    now = site.clock()
    with site.desk.store.write() as conn:
        values = {"state": state, "subject": row.subject, "finding": row.finding}
        set_ups.note(conn, row.id or 0, values, now)
        if state in ("made", "changed", "undone"):
            detail = {"step": row.key, "subject": row.subject}
            audit.append(conn, member, f"amazon-{state}", site.connection.name, detail, now)


def waiting(site: Site, row: SetUpStep) -> None:
    """Note that a step waits for something from outside."""
    row.state = "waiting"
    _note(site, row, {"state": "waiting"})


def before_of(row: SetUpStep) -> dict[str, Any] | None:
    """What was there before the step was first tried; None when it never was."""
    said: dict[str, Any] = json.loads(row.before or "{}")
    return said or None


def after_of(row: SetUpStep) -> dict[str, Any]:
    """What the step set."""
    said: dict[str, Any] = json.loads(row.after or "{}")
    return said


def _note(site: Site, row: SetUpStep, values: Mapping[str, Any]) -> None:
    with site.desk.store.write() as conn:
        set_ups.note(conn, row.id or 0, values, site.clock())
