"""The power cut at random moments: what was synced by then holds everything acknowledged by then (F2)."""

import shutil
import tempfile
from functools import partial
from pathlib import Path

from outpost import Outpost
from power_cut import lost_by_cuts

from benchmarks.torture import scene
from benchmarks.torture.row import Row, Trial, could_not_run

CUTS, POSTS, QUICK = 1_000, 200, 10
NAME = "power cut, SQLite"


def trials(quick: bool) -> list[Trial]:
    """1,000 cuts within the writes of 200 posts."""
    return [Trial("power", NAME, partial(_cut, QUICK if quick else CUTS))]


def _cut(cuts: int) -> Row:
    compiler = shutil.which("cc") or shutil.which("gcc")
    if compiler is None:
        return could_not_run(NAME, "no C compiler for the recording wrapper")
    with (
        tempfile.TemporaryDirectory(prefix="torture") as folder,
        scene.ended(Outpost(Path(folder) / "post")) as outpost,
    ):
        wrong = lost_by_cuts(outpost, Path(folder), compiler, POSTS, cuts)
    return Row(
        NAME,
        cuts,
        POSTS,
        len(wrong),
        0,
        not wrong,
        f"lost counts the cuts that lost something. {' '.join(wrong[:3])}",
    )
