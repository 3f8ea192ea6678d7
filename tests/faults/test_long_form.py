"""The long form's bookkeeping: each row written as soon as it ends, beside those that end at the same moment."""

import json
import threading
from dataclasses import replace
from pathlib import Path

import pytest

from benchmarks.torture.__main__ import PARTS, trials
from benchmarks.torture.row import Row, kept, write


@pytest.mark.parametrize("quick", [True, False])
def test_every_row_has_a_key_and_a_name_of_its_own(quick: bool) -> None:
    every = trials([], quick)
    assert len({one.key for one in every}) == len({one.name for one in every}) == len(every)
    assert {one.key.split("-")[0] for one in every} == set(PARTS)


def test_a_part_a_row_and_a_wrong_key() -> None:
    assert [one.key for one in trials(["postgres-killed"], False)] == ["postgres-killed"]
    assert {one.key for one in trials(["soak", "power"], False)} == {
        "soak-sqlite",
        "soak-postgresql",
        "power",
    }
    with pytest.raises(SystemExit, match="No row nonsense"):
        trials(["nonsense"], False)


def test_rows_that_end_at_once_are_all_written_and_a_later_one_takes_the_place(tmp_path: Path) -> None:
    path, row = tmp_path / "torture.json", Row("row 0", 1, 1, 0, 0, True)
    writers = [
        threading.Thread(target=write, args=(replace(row, name=f"row {n}"), "abc", path)) for n in range(12)
    ]
    for each in writers:
        each.start()
    for each in writers:
        each.join()
    write(replace(row, met=False), "def", path)
    assert len(json.loads(path.read_text())) == 12
    assert (kept(path)["row 0"]["met"], kept(path)["row 0"]["commit"]) == (False, "def")
    assert (kept(path)["row 7"]["met"], kept(path)["row 7"]["commit"]) == (True, "abc")
