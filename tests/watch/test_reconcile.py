"""Amazon's counts beside ours: the difference is named, and what explains it."""

import pytest

from core.moment import DAY, HOUR
from core.reports.difference import Circumstances, Triple
from core.reports.why_differs import differ

TODAY = 20_000
NINE = TODAY * 24 + 9


def hours(**numbers: tuple[int, int, int]) -> dict[int, Triple]:
    """h9=(sent, bounces, complaints) …"""
    return {TODAY * 24 + int(name[1:]): Triple(*three) for name, three in numbers.items()}


def test_equal_counts_say_nothing() -> None:
    same = hours(h9=(100, 3, 1))
    for metric in ("sent", "bounces", "complaints"):
        found = differ(metric, same, same, -1, Circumstances(since=0))
        assert found.sentence == "" and not found.unexplained


def test_what_came_before_the_first_report_is_told_with_its_number() -> None:
    amazon, ours = hours(h8=(400, 3, 0), h12=(600, 9, 0)), hours(h12=(600, 9, 0))
    since = TODAY * DAY + 12 * HOUR
    found = differ("bounces", amazon, ours, -1, Circumstances(since=since))
    assert found.sentence == (
        "Amazon counted 12 bounces, we hold 9: 3 came before the first report here (12:00 UTC)."
    )
    assert not found.unexplained and found.left == 0


def test_the_hour_of_the_first_report_is_shared() -> None:
    amazon, ours = hours(h12=(600, 12, 0)), hours(h12=(500, 9, 0))
    found = differ("bounces", amazon, ours, -1, Circumstances(since=TODAY * DAY + 12 * HOUR + 20 * 60_000))
    assert "3 came before the first report here (12:20 UTC)" in found.sentence and not found.unexplained


def test_hours_in_which_nothing_came_in_are_named() -> None:
    amazon = hours(h9=(100, 1, 0), h14=(70, 1, 0), h15=(50, 1, 0), h20=(100, 0, 0))
    ours = hours(h9=(100, 1, 0), h20=(100, 0, 0))
    found = differ("sent", amazon, ours, -1, Circumstances(since=0))
    assert "120 fell in a time when nothing came in, from 14:00 to 16:00 (UTC)" in found.sentence
    assert not found.unexplained and [one.lost for one in found.reasons] == [True]
    paused = Circumstances(since=0, pauses=((TODAY * DAY + 14 * HOUR + 5 * 60_000, TODAY * DAY + 16 * HOUR),))
    assert "SES Desk was not running from 14:05 to 16:00" in differ("sent", amazon, ours, -1, paused).sentence


def test_what_nothing_explains_is_said_to_be_unexplained() -> None:
    amazon, ours = hours(h9=(100, 4, 0)), hours(h9=(100, 1, 0))
    found = differ("bounces", amazon, ours, -1, Circumstances(since=0))
    assert found.unexplained and found.left == 3
    assert found.sentence == (
        "Amazon counted 4 bounces, we hold 1: 3 cannot be explained, missing from 09:00 to 10:00 (UTC)."
    )


def test_a_part_that_is_explained_leaves_the_rest_unexplained() -> None:
    amazon, ours = hours(h9=(100, 4, 0)), hours(h9=(100, 1, 0))
    found = differ("bounces", amazon, ours, -1, Circumstances(since=0, untried=Triple(1, 1, 0)))
    assert found.left == 2 and found.unexplained
    assert "1 to addresses on Amazon's suppression list" in found.sentence
    assert "of the rest, 2 cannot be explained" in found.sentence


@pytest.mark.parametrize("known", [{"blind": ("shop.example",)}, {"unheard": ("old.example",)}])
def test_mail_that_does_not_report_here_may_be_any_number(known: dict[str, tuple[str, ...]]) -> None:
    amazon, ours = hours(h9=(500, 0, 0)), hours(h9=(100, 0, 0))
    found = differ("sent", amazon, ours, -1, Circumstances(since=0, **known))  # type: ignore[arg-type]
    assert not found.unexplained and next(iter(known.values()))[0] in found.sentence


def test_a_bounce_that_came_the_day_after_is_no_difference_when_the_days_of_sending_fit() -> None:
    amazon, ours = hours(h23=(100, 5, 0)), hours(h23=(100, 3, 0))
    assert differ("bounces", amazon, ours, 5, Circumstances(since=0)).difference == 0
    assert differ("bounces", amazon, ours, 4, Circumstances(since=0)).difference == 2


def test_a_few_mails_of_many_are_left_to_the_clock() -> None:
    found = differ("sent", hours(h9=(1_000, 0, 0)), hours(h9=(995, 0, 0)), -1, Circumstances(since=0))
    assert not found.unexplained and "may be the clock" in found.sentence


def test_a_day_that_is_not_over_is_never_called_unexplained() -> None:
    part = (TODAY * DAY, TODAY * DAY + 14 * HOUR)
    found = differ(
        "bounces", hours(h13=(10, 2, 0)), hours(h13=(10, 1, 0)), -1, Circumstances(part=part, since=0)
    )
    assert not found.unexplained and "only from 00:00 to 14:00 (UTC) is compared" in found.sentence


def test_one_notice_that_names_several_people_explains_more_of_ours() -> None:
    found = differ(
        "bounces",
        hours(h9=(9, 1, 0)),
        hours(h9=(9, 3, 0)),
        -1,
        Circumstances(since=0, notices=Triple(0, 1, 0)),
    )
    assert not found.unexplained and "one notice may name several people" in found.sentence
