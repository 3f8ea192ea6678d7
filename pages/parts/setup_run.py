"""A set-up at work: it runs beside the screen, so that leaving the page does not stop it half-way; the screen shows its ticks."""

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace

import streamlit as st

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
from pages.parts.plain import plain

Steps = Callable[[Desk], Iterator[StepLine]]
READ = "read-"  # before the keys of what is read back
LOOKS = ("offer", "plan", "made", "chain")  # what is read from Amazon, and is old news after a run


@dataclass
class Run:
    """One piece of work on a connection: its steps as they come, and how it ended."""

    title: str
    lines: dict[str, StepLine] = field(default_factory=dict)
    over: bool = False
    trouble: Diagnosis | str | None = None

    @property
    def stopped(self) -> bool:
        """Whether it ended before its end."""
        return self.trouble is not None or any(
            line.state in ("failed", "waiting") for line in self.lines.values()
        )


@st.cache_resource
def _runs() -> dict[int, Run]:
    """The runs of this process by connection, seen by every screen."""
    return {}


def at_hand() -> Desk:
    """The desk with the port this process really has: a demo Amazon calls us back there."""
    mine = desk()
    return replace(mine, settings=where_we_are(mine.settings))


def under_way(connection: Connection) -> bool:
    """Whether something runs for this connection, or its end was not looked at yet."""
    return (connection.id or 0) in _runs()


def start(connection: Connection, title: str, work: Steps, then: Steps | None = None) -> None:
    """Begin the work, and `then` the second part if the first went to its end. One run at a time and connection."""
    run = Run(title)
    if _runs().setdefault(connection.id or 0, run) is run:
        things = (run, at_hand(), connection, work, then)
        threading.Thread(target=_work, args=things, daemon=True, name="set-up").start()
    look_again(*LOOKS)


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
    run.over = True


@live(0.5, role="admin")
def progress(signed: SignedIn, connection: Connection) -> None:
    """The ticks of the run; when it is over the page is drawn anew, and shows what stands."""
    run = _runs().get(connection.id or 0)
    if run is None:
        st.rerun(scope="app")
        return
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
    _runs().pop(connection.id or 0, None)
    st.session_state[_said(connection)] = run
    look_again(*LOOKS)
    st.rerun(scope="app")


def last_said(connection: Connection) -> Run | None:
    """The run that ended last in this browser's session."""
    found: Run | None = st.session_state.get(_said(connection))
    return found


def forget(connection: Connection) -> None:
    """Its end was dealt with."""
    st.session_state.pop(_said(connection), None)


def trouble(connection: Connection) -> None:
    """What stopped the last run, when it was not one of its steps."""
    run = last_said(connection)
    if run is None or run.trouble is None:
        return
    if isinstance(run.trouble, str):
        st.error(plain(run.trouble), icon=":material/error:")
    else:
        finding(run.trouble)


def _said(connection: Connection) -> str:
    return f"setup-said-{connection.id}"
