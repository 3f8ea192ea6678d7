"""A review that is left open over midnight UTC goes on with the new day."""

from typing import Any

import pytest
from mailbag import connect

from core import moment
from pages.parts import review_filters


def test_a_span_that_ended_today_ends_with_the_new_today(
    screen: Any, own_desk: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = [(moment.day_of(moment.now()) + 1) * moment.DAY - 1]
    choose, chosen = review_filters.filters, []

    def filters(signed: Any, now: int) -> Any:
        chosen.append(choose(signed, now))
        clock[0] += 1  # midnight passes while the page is open
        return chosen[-1]

    connect(own_desk.store)
    monkeypatch.setattr(moment, "now", lambda: clock[0])
    monkeypatch.setattr(review_filters, "filters", filters)
    page = screen("review.py").run()
    assert not page.exception
    assert [one.period.last - chosen[0].period.last for one in chosen] == [0, 1]
