"""The figures show what the numbers say, and never more."""

from datetime import date, timedelta

import pytest

from core.charts.frame import Total, frame, total
from core.charts.kind import BOUNCE, COMPLAINT
from core.charts.palette import DARK, LIGHT
from core.charts.providers import HeldUp, held_up, since, standing_out
from core.charts.rate import rate
from core.charts.rate_words import rate_alt
from core.charts.volume import volume, volume_alt

FIRST = date(2026, 1, 1)


def row(number, sent, permanent=0, complained=0, transient=0, unknown=None):
    key = (FIRST + timedelta(days=number)).isoformat()
    return Total(key, sent, max(0, (sent or 0) - permanent), permanent, transient, complained, 0, unknown)


def line(figure):
    """The markers: what is drawn per day."""
    return next(trace for trace in figure.data if trace.type == "scatter" and trace.mode == "markers")


@pytest.mark.parametrize("kind", [BOUNCE, COMPLAINT], ids=lambda one: one.name)
@pytest.mark.parametrize("look", [LIGHT, DARK], ids=lambda one: one.name)
def test_both_of_amazons_lines_are_in_view_however_small_the_rate(kind, look):
    figure = rate(frame([row(n, 10_000, 1, 0) for n in range(30)]), kind, look)
    low, high = figure.layout.yaxis.range
    drawn = [shape.y0 for shape in figure.layout.shapes if shape.line.dash == "dash"]
    assert drawn == [mark * 100 for mark in kind.marks]
    assert low == 0 and all(low < mark < high for mark in drawn)
    said = " ".join(note.text for note in figure.layout.annotations)
    assert all(f"{mark * 100:g} %" in said for mark in kind.marks)


def test_a_close_up_keeps_the_first_line_and_begins_at_zero():
    figure = rate(frame([row(n, 10_000, 20) for n in range(7)]), BOUNCE, LIGHT, close_up=True)
    assert figure.layout.yaxis.range[0] == 0 and 5 < figure.layout.yaxis.range[1] < 10
    assert [shape.y0 for shape in figure.layout.shapes] == [5]


def test_a_day_without_mail_is_a_gap_and_not_a_zero():
    figure = rate(frame([row(0, 1000, 10), row(1, 0), row(2, 1000, 0)]), BOUNCE, LIGHT)
    assert list(line(figure).y) == [1.0, None, 0.0]
    assert all(not trace.connectgaps for trace in figure.data if trace.type == "scatter")


def test_a_handful_of_mails_cannot_stretch_the_axis():
    figure = rate(frame([row(0, 10_000, 100), row(1, 3, 2)]), BOUNCE, LIGHT)
    top = figure.layout.yaxis.range[1]
    assert top < 12
    assert list(line(figure).y) == [1.0, top] and list(line(figure).marker.symbol) == [
        "circle",
        "triangle-up",
    ]
    assert "2 of 3 bounced permanently: <b>66.67" in line(figure).hovertext[1]
    assert "Too few to judge" in line(figure).hovertext[1]


def test_the_hover_gives_date_numerator_denominator_rate_and_range():
    said = line(rate(frame([row(4, 390, 8)]), BOUNCE, LIGHT)).hovertext[0]
    assert "Mon 5 Jan 2026" in said and "8 of 390" in said and "2.05" in said and "Plausible range" in said


def test_the_day_that_is_not_over_is_hatched_and_hollow():
    figure = rate(frame([row(0, 1000, 10), row(1, 1000, 10)], today="2026-01-02"), BOUNCE, LIGHT)
    bars = [trace for trace in figure.data if trace.type == "bar"]
    assert [list(bar.x) for bar in bars] == [["2026-01-02"]] and bars[0].marker.pattern.shape == "/"
    assert list(line(figure).marker.color) == [LIGHT.permanent, LIGHT.page]


def test_what_cannot_be_known_is_hatched_and_never_zero():
    table = frame([row(0, 1000, 10), row(1, None, 5, unknown="no_delivery_feed")])
    figure = volume(table, LIGHT)
    hatched = [trace for trace in figure.data if trace.type == "bar" and trace.marker.pattern.shape == "x"]
    assert [list(bar.x) for bar in hatched] == [["2026-01-02"]]
    sent = next(trace for trace in figure.data if trace.marker.color == LIGHT.sent_wide)
    assert list(sent.y) == [1000, None]
    assert line(rate(table, BOUNCE, LIGHT)).y[1] is None
    assert "1 days cannot be known" in volume_alt(table) or "cannot be known" in volume_alt(table)


def test_counts_begin_at_zero_and_every_axis_stands_alone():
    figure = volume(frame([row(n, 1000, 10, 0, 5) for n in range(30)]), LIGHT)
    assert figure.layout.yaxis.range[0] == 0 and figure.layout.yaxis2.range[0] == 0
    assert not figure.layout.yaxis2.overlaying, "no dual axis"


def test_a_figure_is_small_and_needs_no_legend():
    figure = volume(frame([row(n, 1000, 10) for n in range(90)]), LIGHT)
    assert len(figure.to_json()) < 60_000
    assert not figure.layout.showlegend


def test_the_alternative_text_tells_the_worst_day_and_the_lines():
    said = rate_alt(frame([row(0, 1000, 10), row(1, 2000, 300), row(2, 2, 1)]), BOUNCE)
    assert "Fri 2 Jan 2026" in said and "300 of 2,000" in said and "review" in said


def test_an_empty_period_still_draws():
    for kind in (BOUNCE, COMPLAINT):
        rate(frame([row(n, 0) for n in range(7)]), kind, LIGHT)
        assert "no day in this period" in rate_alt(frame([row(0, 0)]), kind)
    volume(frame([row(n, 0) for n in range(7)]), DARK)
    volume(frame([row(0, None, unknown="no_delivery_feed")]), DARK)


def test_a_total_keeps_one_base():
    part = total([row(0, 100, 5), row(1, None, 7, unknown="no_delivery_feed")])
    assert (part.sent, part.bounced_permanent, part.unknown) == (100, 5, "partial_delivery_feed")
    blind = total([row(0, None, 7, unknown="no_delivery_feed"), row(1, 0)])
    assert (blind.sent, blind.bounced_permanent, blind.bounce_rate, blind.unknown) == (
        None,
        7,
        None,
        "no_delivery_feed",
    )
    assert total([row(0, 0)]).bounce_rate is None


def test_the_provider_that_began_to_hold_mail_up_stands_out():
    days = [(FIRST + timedelta(days=n)).isoformat() for n in range(30)]
    calm = HeldUp("Gmail", (500,) * 30, (1,) * 30)
    slow = HeldUp("Yahoo", (200,) * 30, (0,) * 20 + (50,) * 10)
    assert standing_out([calm, slow]) is slow and since(slow, days) == days[20]
    assert standing_out([calm, HeldUp("Yahoo", (200,) * 30, (1,) * 30)]) is None
    assert since(calm, days) is None
    assert any("Yahoo" in note.text for note in held_up(days, [calm, slow], LIGHT).layout.annotations)
    held_up(days, [], LIGHT)
