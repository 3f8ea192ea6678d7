"""Memory of the dashboard: what one more session at a heavy page costs, against a bare Streamlit page."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from benchmarks.figure import Figure, figure
from benchmarks.filled import filled
from benchmarks.page import session
from benchmarks.servers import Running, bare, desk
from benchmarks.serving import memory
from benchmarks.visitor import Visitor

SESSIONS, LOOKS = 40, 3
PAGE = "review"


def figures(quick: bool = False) -> Iterator[Figure]:
    """The whole process with one session, and what each of forty adds."""
    events, sessions = (20_000, 4) if quick else (200_000, SESSIONS)
    with tempfile.TemporaryDirectory(prefix="memory-bench-") as folder:
        data = Path(folder) / "data"
        shutil.copytree(filled(events), data)
        token = session(data)
        with desk(data) as running:
            first, each = _grown(running, PAGE, token, sessions)
        with bare() as running:
            bare_first, bare_each = _grown(running, "", None, sessions)
    versus, looks = (
        "bare Streamlit page with one Plotly chart",
        f"{LOOKS} looks at Review of {events:,} events",
    )
    yield figure(
        "memory of the dashboard per session", [each], "MB", versus, [bare_each], "reported",
        note=f"{sessions} sessions open at once, {looks} each; resident memory of the one process, less that with one session",
    )  # fmt: skip
    yield figure(
        "memory of the whole process, one session", [first], "MB", versus, [bare_first], "reported",
        note=f"dashboard, receiver and worker in one process, after {looks}",
    )  # fmt: skip


def _grown(server: Running, page: str, token: str | None, sessions: int) -> tuple[float, float]:
    """Resident MB with one session, and how many each further one adds."""
    people: list[Visitor] = []
    try:
        sizes = []
        for _ in range(sessions + 1):
            people.append(Visitor(server.url, token))
            for _ in range(LOOKS):
                people[-1].ask(page)
            sizes.append(memory(server.process.pid)[0])
        return sizes[0], (sizes[-1] - sizes[0]) / sessions
    finally:
        for one in people:
            one.leave()
