"""The power goes at any moment: everything acknowledged by then is there (F2)."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from outpost import Outpost
from power_cut import lost_by_cuts

CUTS, POSTS = 40, 25


def test_whenever_the_power_goes_everything_acknowledged_is_there(
    make_outpost: Callable[[], Outpost], tmp_path: Path
) -> None:
    compiler = shutil.which("cc") or shutil.which("gcc")
    if compiler is None:
        pytest.skip("No C compiler for the recording wrapper: apt-get install gcc")
    assert lost_by_cuts(make_outpost(), tmp_path, compiler, POSTS, CUTS) == []
