"""The demo account in one click: it runs beside the screen, so that leaving the page does not stop it half-way."""

import threading
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

import streamlit as st

from core import moment
from core.connect import demo
from core.diagnosis import Context, explain
from core.diagnosis.diagnosis import Diagnosis
from core.errors import NotFound, SesDeskError
from core.log import log
from core.members.actor import SignedIn
from core.members.roles import covers
from core.settings import Settings
from pages.parts.choice import visible_connections
from pages.parts.desk import Desk, desk
from pages.parts.finding import finding
from pages.parts.live import live

READY = "demo-ready"  # when it was, in ms: said for a minute
LOOPBACK = ("127.0.0.1", "localhost", "::1")


@dataclass
class Run:
    """One start of the demo: how far it is, and how it ended."""

    fraction: float = 0.0
    words: str = "Starting the demo account …"
    over: bool = False
    trouble: Diagnosis | str | None = None

    def progress(self, fraction: float, words: str) -> None:
        """Called from the thread that works."""
        self.fraction, self.words = min(1.0, fraction), words


@st.cache_resource
def _runs() -> dict[str, Run]:
    """The one run of this process, shared by every screen."""
    return {}


def offer_demo(signed: SignedIn) -> None:
    """The way in for somebody without an account at hand; its progress while it runs. Nothing once there is a demo."""
    if not covers(signed.role, "admin"):
        return
    run = _runs().get("demo")
    there = any(one.demo for one in visible_connections(signed))
    if there and moment.now() - st.session_state.get(READY, 0) < 60_000:
        st.success(
            "The demo account is ready. Its mail holds two stories worth finding: open **Review**. Then send the five **Tests**.",
            icon=":material/check_circle:",
        )
    if run is not None and run.trouble is not None:
        _failed(signed, run)
    elif run is not None:
        _progress()
    elif not there:
        with st.container(border=True, key="offer-demo"):
            st.markdown(
                "**No account at hand?** A small make-believe Amazon on this machine, with 90 days of mail. One click removes it again."
            )
            if st.button("Explore with a demo account", icon=":material/science:"):
                _start(signed)
                st.rerun()


def _start(signed: SignedIn) -> None:
    mine, run = desk(), Run()
    if _runs().setdefault("demo", run) is run:
        chosen = where_we_are(mine.settings)
        work = (_runs(), run, replace(mine, settings=chosen), signed)
        threading.Thread(target=_work, args=work, daemon=True, name="demo").start()


def _work(runs: dict[str, Run], run: Run, mine: Desk, signed: SignedIn) -> None:
    """The thread: no screen calls in here."""
    try:
        demo.open_demo(mine.store, mine.vault, mine.settings, signed, moment.now(), run.progress)
    except NotFound:  # removed while it was loading
        runs.pop("demo", None)
    except SesDeskError as refused:
        run.trouble = str(refused)
    except Exception as error:
        log.error("the demo account could not be opened", exc_info=error)
        run.trouble = explain(error, Context())
    run.over = True


def where_we_are(settings: Settings) -> Settings:
    """The settings with the port this process really has, for the demo calls us back on loopback."""
    seen = urlsplit(st.context.url or "")
    here = seen.port if seen.hostname in LOOPBACK else None
    return settings.model_copy(update={"port": here or settings.port})


@live(0.5, role="admin")
def _progress(signed: SignedIn) -> None:
    run = _runs().get("demo")
    if run is None or run.trouble is not None:
        st.rerun(scope="app")
        return
    with st.container(border=True, key="demo-progress"):
        st.markdown("**The demo account**")
        if not run.over:
            st.progress(run.fraction, text=run.words)
            st.caption("About half a minute. You may leave this page; it goes on.")
            return
        _runs().pop("demo", None)
        st.session_state[READY] = moment.now()
        st.switch_page("home.py")


def _failed(signed: SignedIn, run: Run) -> None:
    """Why it could not be opened. Nothing moves any more, so nothing is looked at again."""
    with st.container(border=True, key="demo-failed"):
        st.markdown("**The demo account**")
        if isinstance(run.trouble, str):
            st.error(run.trouble, icon=":material/error:")
        elif run.trouble is not None:
            finding(run.trouble)
        if st.button("Try the demo again"):
            _runs().pop("demo", None)
            _start(signed)
            st.rerun()
