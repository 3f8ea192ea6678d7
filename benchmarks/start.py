"""From the start of the process to the first healthy answer, on a data folder that is in use, against bare Streamlit."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

from benchmarks.figure import Figure, figure
from benchmarks.servers import bare, desk

NAME, TARGET = "start to first healthy answer", "at most 1.5 times bare Streamlit"


def figures(quick: bool) -> Iterator[Figure]:
    """Alternate the two, so that a busy moment of the machine hits both; the first pair only warms the disk."""
    runs = 2 if quick else 7
    ours: list[float] = []
    theirs: list[float] = []
    with tempfile.TemporaryDirectory() as folder:
        for turn in range(runs + 1):
            with desk(Path(folder)) as running:
                seconds = running.seconds
            with bare() as peer:
                other = peer.seconds
            if turn:
                ours.append(seconds)
                theirs.append(other)
    yield figure(NAME, ours, "s", "streamlit run of a page with one Plotly chart", theirs, TARGET, most=1.5)
