"""Waiting by the clock: lines as they come, the error as it was, and words when nothing came."""

import threading
from collections.abc import Iterator

import pytest

from core.diagnosis import explain
from core.in_time import Late, answer, ends, left, stream


def test_lines_come_as_they_are_made_and_late_is_said_when_the_next_does_not() -> None:
    silent = threading.Event()

    def lines() -> Iterator[str]:
        yield "first"
        silent.wait(60)

    told = stream(lines(), ends(0.2))
    assert next(told) == "first"
    with pytest.raises(Late) as late:
        next(told)
    silent.set()
    said = explain(late.value)
    assert said.known and said.reference == "check-too-long"


def test_what_goes_wrong_is_raised_as_it_is() -> None:
    with pytest.raises(ZeroDivisionError):
        answer(lambda: 1 // 0, ends(30))
    assert answer(lambda: None, ends(30)) is None
    assert list(stream([1, 2], ends(30))) == [1, 2]


def test_no_time_is_left_once_it_is_over() -> None:
    assert left(ends(-1)) == 0 < left(ends(60))
