"""A person at the dashboard without a browser: a session over Streamlit's own WebSocket that asks for a page again and again.

The server does all it does for a browser; only the drawing is left out, which costs another machine's time in life.
"""

import threading
import time
from contextlib import suppress
from typing import Any
from urllib.parse import urlsplit

from websockets.sync.client import ClientConnection, connect

PATIENCE = 120  # seconds for one run of a page


class Visitor:
    """One session, signed in when a token is given. `ask` runs a page once; `keep_asking` does until `leave`."""

    def __init__(self, url: str, token: str | None = None) -> None:
        host = urlsplit(url).netloc
        headers = {"Cookie": f"ses_desk={token}"} if token else {}
        self._wire: ClientConnection = connect(
            f"ws://{host}/_stcore/stream",
            origin=f"http://{host}",  # type: ignore[arg-type]
            subprotocols=["streamlit"],  # type: ignore[list-item]
            additional_headers=headers,
            max_size=None,
            compression=None,
            open_timeout=PATIENCE,
            ping_interval=None,
        )
        self.runs: list[float] = []  # seconds each
        self.failed = ""
        self._leaving = threading.Event()
        self._thread: threading.Thread | None = None

    def ask(self, page: str, query: str = "") -> int:
        """Run the page of this name to its end; how many pieces it drew. RuntimeError when it did not come to its end."""
        from streamlit.proto.BackMsg_pb2 import BackMsg
        from streamlit.proto.ClientState_pb2 import ClientState
        from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

        begun, drawn = time.perf_counter(), 0
        self._wire.send(
            BackMsg(rerun_script=ClientState(page_name=page, query_string=query)).SerializeToString()
        )
        while True:
            told: Any = ForwardMsg()
            told.ParseFromString(self._wire.recv(PATIENCE))
            kind = told.WhichOneof("type")
            if kind in ("delta", "ref_hash"):
                if told.delta.new_element.HasField("exception"):
                    raise RuntimeError(f"the page failed: {told.delta.new_element.exception.message[:200]}")
                drawn += 1
            elif kind == "page_not_found":
                raise RuntimeError(f"there is no page {page!r}")
            elif kind == "script_finished":
                if told.script_finished == ForwardMsg.FINISHED_EARLY_FOR_RERUN:
                    continue  # the page asked for a second run by itself
                self.runs.append(time.perf_counter() - begun)
                return drawn

    def keep_asking(self, page: str, pause: float, query: str = "") -> None:
        """From now on, with so many seconds between the end of a run and the next question."""

        def run() -> None:
            try:
                while not self._leaving.wait(pause):
                    self.ask(page, query)
            except Exception as error:
                if not self._leaving.is_set():
                    self.failed = f"{type(error).__name__}: {error}"

        self._thread = threading.Thread(target=run, daemon=True)
        self._thread.start()

    def leave(self) -> None:
        """Ask nothing more and close."""
        self._leaving.set()
        if self._thread is not None:
            self._thread.join(PATIENCE)
        with suppress(Exception):
            self._wire.close()
