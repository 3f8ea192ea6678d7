"""`python -m core.serve`: dashboard, receiver and background jobs in one process, behind the slow-header guard.

What cannot work says so in one sentence and ends with 1: a port in use, a data folder that cannot be written, a store
that is damaged or newer than this program.
"""

import argparse
import errno
import gc
import os
import signal
import socket
import sys
from collections.abc import Sequence

from core.errors import SesDeskError
from core.settings import PROJECT, Settings, settings

DRAIN = 10  # seconds an open request has to finish when the server is asked to stop


def main(words: Sequence[str] | None = None) -> int:
    """Start and serve until asked to stop; the exit code."""
    gc.disable()  # nothing that is loaded now becomes garbage; the lifespan turns it on again
    try:
        chosen = settings()
        asked = _asked(chosen, words)
        os.chdir(PROJECT)  # where .streamlit/config.toml is found
        sys.path.insert(0, str(PROJECT))
        listener = bound(asked.host, asked.port)
        return serve(
            listener, chosen.model_copy(update={"host": asked.host, "port": listener.getsockname()[1]})
        )
    except SesDeskError as refused:
        print(f"SES Desk cannot start: {refused}", file=sys.stderr)
        return 1


def _asked(chosen: Settings, words: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m core.serve", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--host", default=chosen.host, help="address to listen on (HOST=)")
    parser.add_argument(
        "--port", type=int, default=chosen.port, help="port to listen on (PORT=); 0 takes a free one"
    )
    return parser.parse_args(words)


def bound(host: str, port: int) -> socket.socket:
    """A socket on that address. Bound before anything heavy is loaded, so that a port in use is said at once.

    Made with its protocol named: asyncio turns off Nagle's delay only for sockets that say they are TCP.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except (OSError, OverflowError) as failed:
        listener.close()
        raise SesDeskError(_why(failed, host, port)) from failed
    return listener


def _why(failed: OSError | OverflowError, host: str, port: int) -> str:
    number = getattr(failed, "errno", None)
    if number == errno.EADDRINUSE:
        return f"port {port} is in use. Stop what listens there, or choose another: make run PORT={port + 1}"
    if number == errno.EACCES:
        return f"port {port} needs more rights than this user has. Choose one above 1023: make run PORT=8501"
    if isinstance(failed, OverflowError):
        return f"{port} is no port. Ports go from 1 to 65535."
    return f"this machine has no address {host}. Choose one it has: make run HOST=127.0.0.1"


def serve(listener: socket.socket, chosen: Settings) -> int:
    """Open the desk, say where it stands, and hand the socket to uvicorn."""
    import uvicorn

    from core import log
    from core.lifespan import desk, welcome
    from core.receiver.guard import GuardedProtocol

    log.set_up()
    opened = desk(chosen)
    config = uvicorn.Config(
        "app:app",
        http=GuardedProtocol,
        loop="core.receiver.door:Loop",
        ws="websockets-sansio",
        ws_max_size=20 * 1024 * 1024,
        ws_per_message_deflate=False,
        lifespan="on",
        log_config=None,
        log_level="warning",
        access_log=False,  # it would print whole paths, and a callback's path is its secret
        proxy_headers=False,  # core.asgi decides whose forwarded headers count
        server_header=False,
        backlog=4096,
        timeout_keep_alive=75,  # SNS keeps its connections; slow callers are the guard's business
        timeout_graceful_shutdown=DRAIN,
    )
    here = "127.0.0.1" if chosen.host in ("0.0.0.0", "::") else chosen.host  # noqa: S104
    print(f"SES Desk: http://{f'[{here}]' if ':' in here else here}:{chosen.port}", flush=True)
    welcome(opened)
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
