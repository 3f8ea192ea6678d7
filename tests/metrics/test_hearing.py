"""A silence of Gmail's is never read as good news."""

from core.metrics.hearing import caveat, heard
from core.metrics.verdict import judge

FINE = judge("complaint", 1, 20_000)


def test_mostly_gmail_makes_a_fine_complaint_rate_unknowable() -> None:
    said = heard(FINE, 20_000, 15_000)
    assert (FINE.word, said.word) == ("Healthy", "Cannot be known")
    assert "15,000 of 20,000 (75 %) went to Gmail" in said.reason


def test_some_gmail_is_said_and_little_is_not() -> None:
    assert heard(FINE, 20_000, 5_000).word == "Healthy"
    assert "Gmail" in heard(FINE, 20_000, 5_000).reason
    assert heard(FINE, 20_000, 100) == FINE
    assert caveat(0, 0) == caveat(None, 0) == ""


def test_what_is_bad_stays_bad() -> None:
    assert heard(judge("complaint", 200, 20_000), 20_000, 19_000).word == "In danger"
