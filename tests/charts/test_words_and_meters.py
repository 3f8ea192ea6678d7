"""Numbers carry their base, and a meter never shows nothing for something unknown."""

import pytest

from core.charts.meter import Meter, bounce_meter, complaint_meter, draw, quota_meter
from core.charts.palette import LIGHT
from core.charts.words import of, percent, points


@pytest.mark.parametrize(
    ("rate", "said"),
    [
        (0, "0 %"),
        (0.0205128, "2.05 %"),
        (0.00041, "0.041 %"),
        (1, "100.0 %"),
        (None, "–"),
        (0.0999, "9.99 %"),
    ],
)
def test_a_rate_has_as_many_digits_as_it_needs(rate, said):
    assert percent(rate).replace("\xa0", " ") == said


def test_a_number_carries_its_base():
    assert of(8, 390).replace("\xa0", " ") == "8 of 390 (2.05 %)"
    assert of(3, None) == "3 of an unknown number"


def test_a_difference_is_in_points_with_its_sign():
    assert points(0.0123) == "+1.23 points" and points(-0.0005) == "-0.050 points"


def test_the_unknown_is_hatched_and_said():
    said = draw(bounce_meter(None, "Cannot be known", (0.05, 0.1)), LIGHT)
    assert "repeating-linear-gradient" in said and "Cannot be known" in said and "width:0" not in said


def test_the_marks_are_drawn_and_read_out():
    said = draw(complaint_meter(0.0004, "5 of 12,345 (0.041 %)", (0.001, 0.005)), LIGHT)
    assert "0.1\xa0% review" in said and "0.5\xa0% pause" in said
    assert 'aria-label="Complaint rate: 5 of 12,345 (0.041 %). Marks at' in said


def test_a_value_beyond_the_scale_fills_it():
    assert "width:100.00%" in draw(bounce_meter(0.9, "9 of 10 (90 %)", (0.05, 0.1)), LIGHT)


def test_a_quota_without_a_limit_says_so():
    assert "no daily limit" in quota_meter(1200, -1, "").said
    assert quota_meter(0, 0, "").value is None


def test_words_from_outside_cannot_become_markup():
    assert "<script>" not in draw(Meter("<script>", 0.1, "<b>", 1.0), LIGHT)
