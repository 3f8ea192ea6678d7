"""A socket, and a server on it until it is asked to stop: the same for the receiver alone and beside the dashboard."""

import signal
import socket
import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:  # a port in use is said before anything heavy is loaded
    import uvicorn

DRAIN = 10  # seconds an open request has to finish when the server is asked to stop


def bound(host: str, port: int) -> socket.socket:
    """A socket on that address; port 0 takes a free one. Raises OSError, and OverflowError for what is no port.

    Made with its protocol named: asyncio turns off Nagle's delay only for sockets that say they are TCP.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except (OSError, OverflowError):
        listener.close()
        raise
    return listener


def url(host: str, port: int) -> str:
    """The address as a browser takes it."""
    return f"http://{f'[{host}]' if ':' in host else host}:{port}"


def configured(app: str, http: type[Any], **more: Any) -> "uvicorn.Config":
    """How every server of ours is set up, with what is special to one."""
    import uvicorn

    return uvicorn.Config(
        app,
        http=http,
        loop="core.receiver.door:Loop",
        lifespan="on",
        log_config=None,
        log_level="warning",
        access_log=False,  # it would print whole paths, and a callback's path is its secret
        proxy_headers=False,  # core.asgi decides whose forwarded headers count
        server_header=False,
        backlog=4096,
        timeout_graceful_shutdown=DRAIN,
        **more,
    )


def serve(config: "uvicorn.Config", listener: socket.socket) -> int:
    """Serve in this process until asked to stop; the exit code."""
    import uvicorn

    for sign in (signal.SIGINT, signal.SIGTERM):
        signal.signal(sign, _stop)  # what uvicorn raises again once everything is finished
    server = uvicorn.Server(config)
    server.run(sockets=[listener])
    return 0 if server.started else 1


def _stop(*_: object) -> None:
    """Being asked to stop is no failure."""
    sys.exit(0)
