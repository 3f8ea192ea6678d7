"""The power cut at random moments: what was synced by then holds everything acknowledged by then (F2)."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from outpost import Outpost
from power_cut import lost_by_cuts

from benchmarks.torture import scene
from benchmarks.torture.row import Row, could_not_run

CUTS, POSTS, QUICK = 1_000, 200, 10
NAME = "power cut, SQLite"


def rows(quick: bool) -> Iterator[Row]:
    """1,000 cuts within the writes of 200 posts."""
    cuts = QUICK if quick else CUTS
    compiler = shutil.which("cc") or shutil.which("gcc")
    if compiler is None:
        yield could_not_run(NAME, "no C compiler for the recording wrapper")
        return
    with tempfile.TemporaryDirectory(prefix="torture") as folder:
        try:
            with scene.ended(Outpost(Path(folder) / "post")) as outpost:
                wrong = lost_by_cuts(outpost, Path(folder), compiler, POSTS, cuts)
        except Exception as error:
            yield could_not_run(NAME, error)
            return
    yield Row(
        NAME,
        cuts,
        POSTS,
        len(wrong),
        0,
        not wrong,
        f"lost counts the cuts that lost something. {' '.join(wrong[:3])}",
    )
