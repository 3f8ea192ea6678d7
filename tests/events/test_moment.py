"""Times as Amazon writes them."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import BadInput
from core.moment import DAY, day_of, parse_rfc3339, rfc3339
from core.period import Period, between, day_name, day_named, last_days

NEW_YEAR = 1_767_225_600_000  # 2026-01-01


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("2026-01-01T00:00:00.000Z", NEW_YEAR),
        ("2026-01-01T00:00:00Z", NEW_YEAR),
        ("2026-01-01T00:00:00", NEW_YEAR),
        ("2026-01-01t00:00:00z", NEW_YEAR),
        ("2026-01-01T00:00:00 +0000", NEW_YEAR),
        ("2025-12-31T17:00:00-07:00", NEW_YEAR),
        ("2026-01-01T05:30:00+0530", NEW_YEAR),
        ("2026-01-01T00:00:00.123456789Z", NEW_YEAR + 123),
        ("2026-01-01T00:00:00.5Z", NEW_YEAR + 500),
        ("2025-12-31T23:59:60Z", NEW_YEAR),
        (" 2026-01-01T00:00:00.000Z ", NEW_YEAR),
    ],
)
def test_every_spelling_amazon_uses_is_read(text: str, at: int) -> None:
    assert parse_rfc3339(text) == at


@pytest.mark.parametrize(
    "text",
    ["", "yesterday", "2026-01-01", "2026-13-01T00:00:00Z", "2026-02-30T00:00:00Z", "1969-12-31T23:59:59Z",
     "2026-01-01T24:00:00Z", "2026-01-01T00:61:00Z", "2026-01-01T00:00:00+24:00", "2026-01-01T00:00:00+00:75",
     "0000-01-01T00:00:00Z", "9999-12-31T23:59:59-01:00", "２０２６-01-01T00:00:00Z", "2026-01-01T00:00:00Z\nx"],
)  # fmt: skip
def test_what_is_no_time_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        parse_rfc3339(text)


@given(st.integers(0, 253_402_300_799_999))
def test_a_moment_survives_being_written_and_read(at: int) -> None:
    assert parse_rfc3339(rfc3339(at)) == at


@given(st.text(max_size=40))
def test_any_text_is_read_or_refused(text: str) -> None:
    with contextlib.suppress(ValueError):
        assert parse_rfc3339(text) >= 0


def test_days_are_utc_days() -> None:
    assert day_of(NEW_YEAR) == day_of(NEW_YEAR - 1) + 1
    assert day_name(day_of(NEW_YEAR)) == "2026-01-01"
    assert day_named("2026-01-01") == NEW_YEAR // DAY


@pytest.mark.parametrize(
    "text", ["2026-1-1", "2026-02-30", "26-01-01", "2026-01-01T00:00:00Z", "", "２０２６-01-01"]
)
def test_a_date_of_another_shape_is_refused_at_its_field(text: str) -> None:
    with pytest.raises(BadInput) as caught:
        day_named(text, "from")
    assert caught.value.field == "from"


def test_the_default_period_is_the_last_thirty_days_with_today() -> None:
    period = between(None, None, NEW_YEAR + 5)
    assert (len(period), period.last) == (30, NEW_YEAR // DAY)
    assert period == last_days(30, NEW_YEAR + 5)
    assert between("2026-01-01", "2026-01-01", 0) == Period(NEW_YEAR // DAY, NEW_YEAR // DAY + 1)


@pytest.mark.parametrize(("first", "last"), [("2026-01-02", "2026-01-01"), ("1999-01-01", "2026-01-01")])
def test_a_period_that_ends_before_it_begins_or_never_is_refused(first: str, last: str) -> None:
    with pytest.raises(BadInput):
        between(first, last, NEW_YEAR)
