"""The README and docs/scale.md say what the files of figures say, and a sum never invents what was not measured."""

import pytest

from benchmarks import scale, table
from benchmarks.figure import RESULTS


def row(name, value=2.0, other=1.0, met=True, **more):
    told = {
        "name": name,
        "commit": "a" * 40,
        "value": value,
        "unit": "ms",
        "versus": "peer",
        "versus_value": other,
        "ratio": None if value is None else value / other,
        "target": "at most 3 ms",
        "met": met,
        "runs": 3,
        "note": "",
    }
    return told | more


def test_the_readme_says_what_the_files_of_figures_say():
    text = table.README.read_text()
    assert text == table.readme(text, table.read(RESULTS), table.read(table.TORTURE)), (
        "run: python -m benchmarks table"
    )


def test_the_page_on_scale_says_what_its_figures_come_to():
    text = table.SCALE.read_text()
    assert text == scale.page(text, table.read(RESULTS)), "run: python -m benchmarks table"


def test_every_figure_of_the_file_is_in_the_readme_or_feeds_a_sum():
    fed = {name for _, name in scale.MEASURED.values()}
    rows = table.read(RESULTS)
    told = table.figures_table(rows)
    for one in rows:
        if not one["name"].startswith("query: ") and one["name"] not in fed:
            assert table.LABELS.get(one["name"], (one["name"],))[0] in told


def test_a_missed_target_is_said():
    said = table.figures_table([row("new thing", met=False), row("query: Table by x", met=False)])
    assert said.count("**missed**") == 2
    assert "**missed**; no node" in table.figures_table([row("x", None, met=False, note="no node")])


def test_several_queries_share_a_line_with_least_and_most():
    said = table.figures_table([row("query: Home", 10.0), row("query: Review", 40.0, met=False)])
    assert "10.0–40.0 ms" in said and "**missed** by 1 of 2" in said


def test_markers_must_stand_once():
    with pytest.raises(KeyError):
        table.between("nothing", "bench", "x")
    assert (
        table.between("a\n<!-- b -->\nold\n<!-- /b -->\n", "b", "new") == "a\n<!-- b -->\nnew\n<!-- /b -->\n"
    )


def test_a_sum_of_what_was_not_measured_is_not_known():
    values = scale.known([])
    assert values["mean"] == pytest.approx(385.8, abs=0.1)
    assert "store" not in values and "hold" not in values
    assert "not known" in scale.table(scale.SUMS, values)


def test_sums_are_reckoned_from_the_figures():
    figures = [row(name, 100.0) for _, name in scale.MEASURED.values()]
    values = scale.known(figures)
    assert values["raws"] == pytest.approx(1e9 / 30 * 400 * 100 / 1e9)
    assert values["store"] == pytest.approx(values["raws"] + values["facts"])
    assert all(name in values for name, *_ in (*scale.SUMS, *scale.COSTS))
