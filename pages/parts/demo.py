"""The demo account in one click: it runs beside the screen, so that leaving the page does not stop it half-way."""

import threading
from dataclasses import dataclass
from urllib.parse import urlsplit

import streamlit as st

from core import moment
from core.connect import demo
from core.diagnosis import Context, explain
from core.diagnosis.diagnosis import Diagnosis
from core.errors import SesDeskError
from core.log import log
from core.members.actor import SignedIn
from core.members.roles import covers
from core.settings import Settings
from pages.parts.choice import visible_connections
from pages.parts.desk import desk
from pages.parts.finding import finding
from pages.parts.live import live

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
    if run is not None:
        _progress()
    elif not any(one.demo for one in visible_connections(signed)):
        with st.container(border=True, key="offer-demo"):
            st.markdown("**No account at hand?** A small make-believe Amazon on this machine, with 90 days of mail. One click removes it again.")
            if st.button("Explore with a demo account", icon=":material/science:"):
                _start(signed)
                st.rerun()


def _start(signed: SignedIn) -> None:
    mine, run = desk(), Run()
    if _runs().setdefault("demo", run) is run:
        chosen = _where_we_are(mine.settings)
        threading.Thread(target=_work, args=(run, mine.store, mine.vault, chosen, signed), daemon=True, name="demo").start()


def _work(run: Run, *mine: object) -> None:
    """The thread: no screen calls in here."""
    store, vault, settings, signed = mine
    try:
        demo.open_demo(store, vault, settings, signed, moment.now(), run.progress)  # type: ignore[arg-type]
    except SesDeskError as refused:
        run.trouble = str(refused)
    except Exception as error:
        log.error("the demo account could not be opened", exc_info=error)
        run.trouble = explain(error, Context())
    run.over = True


def _where_we_are(settings: Settings) -> Settings:
    """The settings with the port this process really has, for the demo calls us back on loopback."""
    seen = urlsplit(st.context.url or "")
    here = seen.port if seen.hostname in LOOPBACK else None
    return settings.model_copy(update={"port": here or settings.port})


@live(0.5, role="admin")
def _progress(signed: SignedIn) -> None:
    run = _runs().get("demo")
    if run is None:
        st.rerun(scope="app")
        return
    with st.container(border=True, key="demo-progress"):
        st.markdown("**The demo account**")
        if not run.over:
            st.progress(run.fraction, text=run.words)
            st.caption("About half a minute. You may leave this page; it goes on.")
            return
        if run.trouble is None:
            _runs().pop("demo", None)
            st.switch_page("home.py")
        elif isinstance(run.trouble, str):
            st.error(run.trouble, icon=":material/error:")
        else:
            finding(run.trouble)
        if st.button("Try the demo again"):
            _runs().pop("demo", None)
            _start(signed)
            st.rerun(scope="app")
