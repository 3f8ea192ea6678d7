"""The least an ASGI application can do with a message: read it and say yes. What HTTP itself costs."""

from typing import Any

HEAD = {
    "type": "http.response.start",
    "status": 200,
    "headers": [(b"content-type", b"text/plain"), (b"content-length", b"2")],
}


async def app(scope: Any, receive: Any, send: Any) -> None:
    """Everything is 200; nothing is stored."""
    if scope["type"] != "http":
        return
    while (await receive()).get("more_body"):
        pass
    await send(HEAD)
    await send({"type": "http.response.body", "body": b"ok"})
