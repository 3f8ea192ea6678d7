"""Verdicts: never green when unchecked, never red by chance."""

from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.metrics.verdict import Kind, Word, judge
from core.metrics.wilson import interval


@pytest.mark.parametrize(
    ("kind", "count", "sent", "word"),
    [
        ("bounce", 0, 10, "Too few to judge"),
        ("bounce", 1, 10, "Too few to judge"),
        ("bounce", 2, 3, "Too few to judge"),
        ("bounce", 3, 1000, "Healthy"),
        ("bounce", 60, 1000, "At risk"),
        ("bounce", 120, 1000, "In danger"),
        ("complaint", 0, 1000, "Too few to judge"),
        ("complaint", 1, 800, "Too few to judge"),
        ("complaint", 1, 20_000, "Healthy"),
        ("complaint", 30, 20_000, "At risk"),
        ("complaint", 200, 20_000, "In danger"),
        ("bounce", 0, 0, "Too few to judge"),
        ("bounce", None, None, "Not checked yet"),
        ("bounce", 5, None, "Cannot be known"),
    ],
)
def test_a_count_has_its_word(kind: Kind, count: int | None, sent: int | None, word: Word) -> None:
    assert judge(kind, count, sent).word == word


def test_identities_without_a_feed_make_it_unknowable_and_some_without_are_told() -> None:
    assert judge("bounce", 5, 100, "no_delivery_feed").word == "Cannot be known"
    partial = judge("bounce", 1, 1000, "partial_delivery_feed")
    assert partial.word == "Healthy"
    assert "left out" in partial.reason


@given(
    kind=st.sampled_from(["bounce", "complaint"]), count=st.integers(0, 2000), sent=st.integers(0, 200_000)
)
def test_healthy_is_never_said_above_the_line_and_every_word_is_one_of_six(
    kind: Kind, count: int, sent: int
) -> None:
    verdict = judge(kind, count, sent)
    assert verdict.word in get_args(Word)
    if verdict.word == "Healthy":
        assert verdict.rate is not None
        assert verdict.rate < {"bounce": 0.05, "complaint": 0.001}[kind]


@given(count=st.integers(0, 5000), sent=st.integers(1, 5000))
def test_the_interval_holds_the_rate_and_stays_a_fraction(count: int, sent: int) -> None:
    low, high = interval(min(count, sent), sent)
    assert 0 <= low <= min(count, sent) / sent + 1e-9
    assert min(count, sent) / sent - 1e-9 <= high <= 1


def test_the_interval_is_wilsons() -> None:
    low, high = interval(10, 100)
    assert (round(low, 4), round(high, 4)) == (0.0552, 0.1744)
