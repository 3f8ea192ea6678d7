"""One word for a connection, and the reasons for it in sentences. Unknown is never healthy."""

from collections.abc import Sequence
from dataclasses import dataclass

from core.metrics.verdict import Verdict

WORDS = (
    "In danger",
    "At risk",
    "Not checked yet",
    "Cannot be known",
    "Too few to judge",
    "Healthy",
)  # worst first
STALE = 7 * 86_400_000  # ms: an older check says nothing about today


@dataclass(frozen=True, slots=True)
class Reason:
    """One thing that speaks for a word."""

    word: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Health:
    """The worst word of all reasons, and the reasons, worst first."""

    word: str
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Account:
    """What the last check learnt from Amazon. `max_24h` is None where there is no limit."""

    checked_at: int
    failed: str = ""  # the check's own words, when it learnt nothing of the account
    trouble: str = ""  # what else the check found wrong
    production: bool = True
    sending_enabled: bool = True
    enforcement: str = "HEALTHY"
    max_24h: float | None = None
    sent_24h: float = 0.0


def health(rates: Sequence[tuple[str, Verdict]], account: Account | None, now: int) -> Health:
    """Judge a connection by its rates (name and verdict, in the order to tell them) and its last check."""
    reasons = [
        Reason(verdict.word, _rate_words(name, verdict)) for name, verdict in rates
    ] + _account_reasons(account, now)
    reasons.sort(key=lambda reason: WORDS.index(reason.word))
    return Health(reasons[0].word, tuple(reasons))


def _rate_words(name: str, verdict: Verdict) -> str:
    return verdict.reason or f"{name}: {verdict.word.lower()}."


def _account_reasons(account: Account | None, now: int) -> list[Reason]:
    """What Amazon said of the account, worst first. Always at least one reason."""
    if account is None:
        return [Reason("Not checked yet", "Nobody has asked Amazon about this account yet.")]
    if account.failed:
        return [Reason("Not checked yet", f"The last check did not go through: {account.failed}")]
    said: list[Reason] = (
        [Reason("At risk", f"The last check found: {account.trouble}")] if account.trouble else []
    )
    if account.enforcement == "SHUTDOWN":
        said.append(
            Reason(
                "In danger", "Amazon has stopped this account from sending (enforcement status: shutdown)."
            )
        )
    elif account.enforcement == "PROBATION":
        said.append(Reason("In danger", "Amazon is reviewing this account (enforcement status: probation)."))
    elif account.enforcement != "HEALTHY":
        said.append(
            Reason("Not checked yet", "Amazon gave this account a status that SES Desk does not know.")
        )
    if not account.sending_enabled and account.enforcement != "SHUTDOWN":
        said.append(Reason("In danger", "Sending is switched off for this account, so no mail leaves."))
    if not account.production:
        said.append(
            Reason("At risk", "The account is in Amazon's sandbox: it reaches verified addresses only.")
        )
    if account.max_24h and account.sent_24h >= 0.8 * account.max_24h:
        share = account.sent_24h / account.max_24h
        said.append(Reason("At risk", f"{share:.0%} of the daily quota was used when last checked."))
    if now - account.checked_at > STALE:
        said.append(
            Reason(
                "Not checked yet", f"The last check is {(now - account.checked_at) // 86_400_000} days old."
            )
        )
    return said or [Reason("Healthy", "Amazon lets this account send, and finds nothing wrong with it.")]
