"""`python -m core.serve`: dashboard, receiver and background jobs in one process, behind the slow-header guard.

What cannot work says so in one sentence and ends with 1: a port in use, a data folder that cannot be written, a store
that is damaged or newer than this program.
"""

import argparse
import errno
import gc
import os
import socket
import sys
from collections.abc import Sequence

from core.errors import SesDeskError
from core.receiver import listening
from core.settings import PROJECT, Settings, settings


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
    """A socket on that address. Bound before anything heavy is loaded, so that a port in use is said at once."""
    try:
        return listening.bound(host, port)
    except (OSError, OverflowError) as failed:
        raise SesDeskError(_why(failed, host, port)) from failed


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
    from core import log
    from core.lifespan import desk, welcome
    from core.receiver.guard import GuardedProtocol

    log.set_up()
    opened = desk(chosen)
    config = listening.configured(
        "app:app",
        GuardedProtocol,
        ws="websockets-sansio",
        ws_max_size=20 * 1024 * 1024,
        ws_per_message_deflate=False,
        timeout_keep_alive=75,  # SNS keeps its connections; slow callers are the guard's business
    )
    here = "127.0.0.1" if chosen.host in ("0.0.0.0", "::") else chosen.host  # noqa: S104
    print(f"SES Desk: {listening.url(here, chosen.port)}", flush=True)
    welcome(opened)
    return listening.serve(config, listener)


if __name__ == "__main__":
    sys.exit(main())
