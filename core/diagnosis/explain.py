"""Errors and findings into words, by the table words.toml."""

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from core.connect.regions import spoken
from core.diagnosis import signs as reading
from core.diagnosis.context import Context
from core.diagnosis.diagnosis import Diagnosis
from core.diagnosis.signs import Signs
from core.diagnosis.words import Row, When, rows
from core.errors import Locked, SesDeskError, Unavailable
from core.redaction import without_secrets
from core.safe_text import safe_text

_CANONICAL = re.compile(r"\s*The (?:Canonical String|String-to-Sign)\b.*", re.S)


def explain(error: BaseException, context: Context | None = None) -> Diagnosis:
    """The diagnosis of an error. Never raises; an error the table has no row for is `known=False`."""
    about = context or Context()
    seen = reading.read(error, about)
    row = next((each for each in rows().values() if any(_fits(when, seen) for when in each.when)), None)
    if row is not None:
        return _diagnosis(row, about, seen)
    if isinstance(error, SesDeskError):
        return _our_own(error)
    return Diagnosis(
        reference="unknown-error",
        title="Something we have no words for yet",
        meaning="The words below are all that is known. Nothing was changed.",
        whose_side="ours",
        steps=("Try again.", "If it comes back, report it with the text below."),
        evidence=_evidence(seen) or {"error": type(error).__name__},
        known=False,
    )


def finding(reference: str, evidence: Mapping[str, str] | None = None, region: str = "") -> Diagnosis:
    """The diagnosis of a standing finding, by its reference. A reference the table lacks is `known=False`."""
    kept = {name: safe_text(value, 300) for name, value in (evidence or {}).items()}
    row = rows().get(reference)
    if row is None:
        title = safe_text(reference.replace("-", " "), 80).capitalize()
        return Diagnosis(
            reference, title, "There are no words for this finding yet.", "ours", evidence=kept, known=False
        )
    said = _diagnosis(row, Context(region=region or kept.get("region", "")), None)
    return replace(said, evidence=kept)


def _fits(when: When, seen: Signs) -> bool:
    """Whether every field that is given fits."""
    given = (
        (when.codes, seen.code in when.codes),
        (when.exceptions, bool(when.exceptions & seen.names)),
        (when.smtp, seen.smtp in when.smtp),
        (when.says, bool(when.says and when.says.search(seen.message))),
        (when.hint, when.hint == seen.hint),
    )
    return any(field for field, _ in given) and all(fits for field, fits in given if field)


def _diagnosis(row: Row, context: Context, seen: Signs | None) -> Diagnosis:
    said = _Said(_filling(context, seen))
    return Diagnosis(
        reference=row.reference,
        title=row.title.format_map(said),
        meaning=row.meaning.format_map(said).strip(),
        whose_side=row.side,
        steps=tuple(step.format_map(said) for step in row.steps),
        link=row.link,
        snippet=seen.refused.statement() if seen and seen.refused and row.side != "admin" else "",
        evidence=_evidence(seen) if seen else {},
        engineers=row.engineers.format_map(said),
        sure=row.sure,
    )


class _Said(dict[str, str]):
    """A placeholder nobody filled reads as three dots: the words are edited by hand, and a slip must not raise."""

    def __missing__(self, name: str) -> str:
        return "…"


def _filling(context: Context, seen: Signs | None) -> dict[str, str]:
    refused = seen.refused if seen else None
    return {
        "region": context.region or "this region",
        "place": spoken(context.region) if context.region else "this region",
        "from_address": safe_text(context.from_address, 320) or "the sender",
        "to_address": safe_text(context.to_address, 320) or "the recipient",
        "host": safe_text(context.host, 120) or "Amazon",
        "action": safe_text(refused.action, 80) if refused else _action(context, seen),
        "resource": safe_text(refused.resource, 200) if refused else "*",
        "identities": safe_text(", ".join(seen.identities), 300)
        if seen and seen.identities
        else "the addresses",
        "clock": _clock(context, seen),
        "seen": scrub(seen.message) if seen else "",
    }


def _action(context: Context, seen: Signs | None) -> str:
    operation = seen.operation if seen else context.operation
    service = {"sesv2": "ses", "": ""}.get(context.service, context.service)
    return f"{service}:{operation}" if service and operation else operation or "this action"


def _clock(context: Context, seen: Signs | None) -> str:
    """Both clocks side by side, where Amazon's answer carried its own."""
    if context.now is None or not seen or not seen.server_date:
        return "This machine's clock and Amazon's differ by more than that."
    try:
        theirs = parsedate_to_datetime(seen.server_date)
    except ValueError:
        return ""
    ours = datetime.fromtimestamp(context.now / 1000, UTC)
    return f"This machine says {ours:%Y-%m-%d %H:%M:%S} UTC, Amazon says {theirs:%Y-%m-%d %H:%M:%S} UTC."


def _evidence(seen: Signs) -> dict[str, str]:
    """What was said, for whoever has to look closer. No secrets."""
    status = "" if seen.status is None else str(seen.status)
    reply = "" if seen.smtp is None else str(seen.smtp)
    said = {
        "code": seen.code, "reply": reply, "said": scrub(seen.message), "operation": seen.operation,
        "http": status, "request id": seen.request_id,
    }  # fmt: skip
    return {name: safe_text(value, 400) for name, value in said.items() if value}


def scrub(text: str) -> str:
    """Without key ids (the last four stay), secrets, tokens, and the signed text Amazon repeats."""
    return safe_text(without_secrets(_CANONICAL.sub("", text), "•••"), 400)


def _our_own(error: SesDeskError) -> Diagnosis:
    """Our own refusals are sentences already."""
    reference = (
        getattr(error, "reference", "") or re.sub(r"(?<=[a-z])(?=[A-Z])", "-", type(error).__name__).lower()
    )
    side = "ours" if isinstance(error, Unavailable | Locked) else "yours"
    return Diagnosis(reference, safe_text(str(error), 300), "", side)
