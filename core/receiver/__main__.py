"""`python -m core.receiver`: the public routes alone, in one process or several. Needs no vault key and calls no Amazon API."""

import argparse
import socket
import sys
import tempfile
from collections.abc import Sequence

from uvicorn.supervisors import Multiprocess

from core import log
from core.errors import SesDeskError
from core.receiver import listening
from core.receiver.post import PostProtocol
from core.settings import hand_down_figures, settings
from core.store import store as open_settled_store


def main(words: Sequence[str] | None = None) -> int:
    """Serve until asked to stop; the exit code. What cannot work is said in one sentence."""
    parser = argparse.ArgumentParser(
        prog="python -m core.receiver", description=(__doc__ or "").splitlines()[0]
    )
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on")
    parser.add_argument("--port", type=int, default=8502, help="port to listen on; 0 takes a free one")
    parser.add_argument("--workers", type=int, default=1, help="processes; one per core")
    parser.add_argument("--no-api", action="store_true", help="leave /api out")
    asked = parser.parse_args(words)
    if asked.workers < 1:
        parser.error("--workers must be 1 or more")
    log.set_up()
    try:
        open_settled_store(settings()).close()  # one process migrates, before any other starts
        listener = _bound(asked.host, asked.port)
    except SesDeskError as refused:
        print(f"The receiver cannot start: {refused}", file=sys.stderr)
        return 1
    print(f"SES Desk receiver: {listening.url(asked.host, listener.getsockname()[1])}", flush=True)
    return _serve(listener, asked.workers, not asked.no_api)


def _bound(host: str, port: int) -> socket.socket:
    try:
        listener = listening.bound(host, port)
    except (OSError, OverflowError) as failed:
        why = getattr(failed, "strerror", None) or str(failed).rstrip(".")
        raise SesDeskError(f"{host} port {port}: {why}. Choose another with --host and --port.") from failed
    listener.set_inheritable(True)
    return listener


def _serve(listener: socket.socket, workers: int, api: bool) -> int:
    name = ("app" if workers == 1 else "worker") + ("" if api else "_without_api")
    config = listening.configured(
        f"core.receiver.asgi:{name}",
        PostProtocol,
        factory=True,
        ws="none",
        workers=workers,
        timeout_keep_alive=30,  # SNS keeps its connections; slow callers are the guard's business
    )
    if workers == 1:
        return listening.serve(config, listener)
    with tempfile.TemporaryDirectory(prefix="ses-desk-figures-") as folder:
        hand_down_figures(folder)
        Multiprocess(config, sockets=[listener]).run()
    return 0


if __name__ == "__main__":
    sys.exit(main())
