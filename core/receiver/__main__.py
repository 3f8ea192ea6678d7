"""`python -m core.receiver`: the public routes alone, in one process or several. Needs no vault key and calls no Amazon API."""

import argparse
import signal
import socket
import sys
import tempfile
from collections.abc import Sequence

import uvicorn
from uvicorn.supervisors import Multiprocess

from core import log
from core.errors import SesDeskError
from core.receiver.post import PostProtocol
from core.settings import hand_down_figures, settings
from core.store import store as open_settled_store

DRAIN = 10  # seconds an open request has to finish when the server is asked to stop


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
    shown = f"[{asked.host}]" if ":" in asked.host else asked.host
    print(f"SES Desk receiver: http://{shown}:{listener.getsockname()[1]}", flush=True)
    return _serve(listener, asked.workers, not asked.no_api)


def _bound(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(
        family, socket.SOCK_STREAM, socket.IPPROTO_TCP
    )  # named, so that Nagle's delay is off
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except (OSError, OverflowError) as failed:
        listener.close()
        why = getattr(failed, "strerror", None) or str(failed).rstrip(".")
        raise SesDeskError(f"{host} port {port}: {why}. Choose another with --host and --port.") from failed
    listener.set_inheritable(True)
    return listener


def _serve(listener: socket.socket, workers: int, api: bool) -> int:
    name = ("app" if workers == 1 else "worker") + ("" if api else "_without_api")
    config = uvicorn.Config(
        f"core.receiver.asgi:{name}",
        factory=True,
        http=PostProtocol,
        loop="core.receiver.door:Loop",
        ws="none",
        lifespan="on",
        workers=workers,
        log_config=None,
        log_level="warning",
        access_log=False,  # it would print whole paths, and a callback's path is its secret
        proxy_headers=False,
        server_header=False,
        backlog=4096,
        timeout_keep_alive=30,  # SNS keeps its connections; slow callers are the guard's business
        timeout_graceful_shutdown=DRAIN,
    )
    if workers > 1:
        with tempfile.TemporaryDirectory(prefix="ses-desk-figures-") as folder:
            hand_down_figures(folder)
            Multiprocess(config, sockets=[listener]).run()
        return 0
    for sign in (signal.SIGINT, signal.SIGTERM):
        signal.signal(sign, _stop)  # what uvicorn raises again once everything is finished
    server = uvicorn.Server(config)
    server.run(sockets=[listener])
    return 0 if server.started else 1


def _stop(*_: object) -> None:
    """Being asked to stop is no failure."""
    sys.exit(0)


if __name__ == "__main__":
    sys.exit(main())
