"""What a complaint rate is worth where part of the mail went to a provider that reports no complaints to Amazon.

Gmail gives Amazon SES no complaint data ("Gmail doesn't provide complaint data", SES developer guide, reputation FAQ):
0 % on a list that is mostly Gmail means that nobody knows, not that all is well.
"""

from dataclasses import replace

from core.metrics.verdict import Verdict, percent

SILENT_PROVIDER = "google"
MOSTLY, WORTH_SAYING = 0.5, 0.1  # of the mail


def heard(verdict: Verdict, sent: int | None, silent: int) -> Verdict:
    """The same verdict on complaints, with what could not be heard: `silent` of `sent` recipients are at Gmail."""
    if not sent or silent / sent < WORTH_SAYING:
        return verdict
    said = caveat(sent, silent)
    if verdict.word == "Healthy" and silent / sent >= MOSTLY:
        return replace(verdict, word="Cannot be known", reason=f"{said} {verdict.reason}")
    return replace(verdict, reason=f"{verdict.reason} {said}")


def caveat(sent: int | None, silent: int) -> str:
    """The sentence for a screen; empty where it is not worth saying."""
    if not sent or silent / sent < WORTH_SAYING:
        return ""
    return f"{silent:,} of {sent:,} ({percent(silent / sent)}) went to Gmail, which tells Amazon nothing about complaints."
