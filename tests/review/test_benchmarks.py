"""The benchmarks measure what they say: a filled store adds up, and the results have the promised shape."""

import json

from core import moment
from core.charts.frame import total
from core.period import last_days
from core.store.rates import rates


def test_a_store_filled_in_bulk_adds_up(tmp_path):
    from benchmarks.bulk import fill

    opened, connection = fill(tmp_path, 9_000)
    period = last_days(90, moment.now())
    whole = total(rates(opened, [connection], period.first, period.last))
    with opened.read() as conn:
        told = dict(conn.exec_driver_sql("SELECT type, count(*) FROM events GROUP BY type").fetchall())
        outcomes = conn.exec_driver_sql("SELECT count(*) FROM outcomes").scalar()
    assert whole.unknown is None
    assert whole.sent == outcomes == told["Send"] == 4_500
    assert whole.delivered == told["Delivery"]
    assert whole.bounced_permanent + whole.bounced_transient == told["Bounce"] > 0
    assert whole.delayed == told["DeliveryDelay"] > 0
    for by in ("identity", "configuration_set", "mailbox_provider", "tag:campaign"):
        rows = rates(opened, [connection], period.first, period.last, by=by)
        assert sum(row.sent or 0 for row in rows) == whole.sent, by
    opened.close()


def test_results_have_the_promised_shape(tmp_path):
    from benchmarks.figure import could_not_run, figure, write

    made = figure("a", [1.0, 3.0, 2.0], "s", "peer", [1.0], "at most 1.5 times", most=1.5)
    assert made.ratio == 2.0 and not made.met and made.runs == 3
    write([made, could_not_run("b", "s", "", ValueError("no Chromium"))], True, tmp_path / "results.json")
    rows = json.loads((tmp_path / "results.json").read_text())
    promised = {
        "name",
        "commit",
        "value",
        "unit",
        "versus",
        "versus_value",
        "ratio",
        "target",
        "met",
        "runs",
        "note",
    }
    assert all(set(row) == promised for row in rows)
    assert rows[1]["met"] is False and "no Chromium" in rows[1]["note"] and len(rows[0]["commit"]) >= 40


def test_a_part_measured_again_takes_the_place_of_its_old_figures(tmp_path):
    from benchmarks.figure import figure, write

    path = tmp_path / "results.json"
    old, other, new = (
        figure(name, [at], "s", "peer", [1.0], "t", most=9)
        for name, at in (("a", 1.0), ("b", 2.0), ("a", 3.0))
    )
    write([old, other], True, path)
    write([new], False, path)
    assert [(row["name"], row["value"]) for row in json.loads(path.read_text())] == [("a", 3.0), ("b", 2.0)]
