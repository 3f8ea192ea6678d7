"""A set-up at work: it runs beside the screen, so that leaving the page does not stop it half-way; the screen shows its ticks."""

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace

import streamlit as st

from core import moment
from core.connect.regions import spoken
from core.diagnosis import Context, explain
from core.diagnosis.diagnosis import Diagnosis
from core.errors import SesDeskError
from core.log import log
from core.members.actor import SignedIn
from core.setup.saga import StepLine
from core.store.tables import Connection
from pages.parts import setup_lines
from pages.parts.demo import where_we_are
from pages.parts.desk import Desk, desk
from pages.parts.finding import finding
from pages.parts.live import live
from pages.parts.looked import look_again
from pages.parts.outcome import SECOND_PRESS
from pages.parts.plain import plain

Steps = Callable[[Desk], Iterator[StepLine]]
READ = "read-"  # before the keys of what is read back
LOOKS = ("offer", "plan", "made", "chain")  # what is read from Amazon, and is old news after a run
KEPT = moment.HOUR  # for which the end of a run is told to whoever has not seen it
_TURN = threading.Lock()


@dataclass
class Run:
    """One piece of work on a connection: its steps as they come, and how it ended."""

    title: str
    lines: dict[str, StepLine] = field(default_factory=dict)
    begun: int = field(default_factory=moment.now)
    ended: int | None = None
    trouble: Diagnosis | str | None = None

    @property
    def over(self) -> bool:
        """Whether it ended."""
        return self.ended is not None

    @property
    def stopped(self) -> bool:
        """Whether it ended before its end."""
        return self.trouble is not None or any(
            line.state in ("failed", "waiting") for line in self.lines.values()
        )


@st.cache_resource
def _runs() -> dict[int, Run]:
    """The last run of each connection in this process: every screen sees how it goes, and once how it ended."""
    return {}


def _run(connection: Connection) -> Run | None:
    """The one at work, or the one that ended and is not old news yet."""
    run = _runs().get(connection.id or 0)
    return run if run is not None and _new(run) else None


def _new(run: Run) -> bool:
    return run.ended is None or moment.now() - run.ended < KEPT


def at_hand() -> Desk:
    """The desk with the port this process really has: a demo Amazon calls us back there."""
    mine = desk()
    return replace(mine, settings=where_we_are(mine.settings))


def under_way(connection: Connection) -> bool:
    """Whether something runs for this connection, or this browser's session has not seen its end yet."""
    run = _run(connection)
    return run is not None and (not run.over or st.session_state.get(_said(connection)) is not run)


def start(connection: Connection, title: str, work: Steps, then: Steps | None = None) -> bool:
    """Begin the work, and `then` the second part if the first went to its end. One run at a time and connection.

    False when another one is at work: this one is not begun, and the screen says so.
    """
    run, number = Run(title), connection.id or 0
    things = (run, at_hand(), connection, work, then)
    with _TURN:
        there = _runs().get(number)
        free = there is None or there.over
        if free:
            _runs()[number] = run
            threading.Thread(target=_work, args=things, daemon=True, name="set-up").start()
    if free:
        forget(connection)
    elif there is not None and not (
        there.title == title and run.begun - there.begun < SECOND_PRESS * moment.SECOND
    ):
        st.session_state[_in_the_way(connection)] = there
    look_again(*LOOKS)
    return free


def _work(run: Run, mine: Desk, connection: Connection, work: Steps, then: Steps | None) -> None:
    """The thread: no screen calls in here."""
    try:
        for line in work(mine):
            run.lines[line.key] = line
        if then is not None and not run.stopped:
            for line in then(mine):
                run.lines[READ + line.key] = line
    except SesDeskError as refused:
        run.trouble = str(refused)
    except Exception as error:
        said = explain(error, Context(region=connection.region))
        if not said.known:
            log.error("a set-up stopped", exc_info=error)
        run.trouble = said
    run.ended = moment.now()


@live(0.5, role="admin")
def progress(signed: SignedIn, connection: Connection) -> None:
    """The ticks of the run; when it is over the page is drawn anew, and shows what stands."""
    run = _run(connection)
    if run is None:
        st.rerun(scope="app")
        return
    _not_begun(connection)
    with st.container(border=True, key="setup-progress"):
        st.markdown(f"**{run.title}** · {spoken(connection.region)}")
        lines = list(run.lines.items())
        setup_lines.steps(line for key, line in lines if not key.startswith(READ))
        if back := [line for key, line in lines if key.startswith(READ)]:
            st.markdown("**Reading it back**")
            setup_lines.steps(back)
        if not run.over:
            st.caption("Amazon takes about one such call a second. You may leave this page; it goes on.")
            return
    st.session_state[_said(connection)] = run
    look_again(*LOOKS)
    st.rerun(scope="app")


def last_said(connection: Connection) -> Run | None:
    """The run whose end this browser's session saw last, until it is old news."""
    found: Run | None = st.session_state.get(_said(connection))
    return found if found is not None and _new(found) else None


def forget(connection: Connection) -> None:
    """Something new is begun: what was said of the run before is over."""
    st.session_state.pop(_said(connection), None)
    st.session_state.pop(_in_the_way(connection), None)


def trouble(connection: Connection) -> None:
    """What stopped the last run, when it was not one of its steps; and what was not begun because of it."""
    _not_begun(connection)
    run = last_said(connection)
    if run is None or run.trouble is None:
        return
    if isinstance(run.trouble, str):
        st.error(plain(run.trouble), icon=":material/error:")
    else:
        finding(run.trouble)


def _said(connection: Connection) -> str:
    return f"setup-said-{connection.id}"


def _not_begun(connection: Connection) -> None:
    there = st.session_state.get(_in_the_way(connection))
    if there is not None and there is _run(connection):
        st.warning(
            "Something else was at work on this connection, so what you pressed was not begun. "
            "Look at what stands when it is done, then press again.",
            icon=":material/sync:",
        )


def _in_the_way(connection: Connection) -> str:
    return f"setup-in-the-way-{connection.id}"
