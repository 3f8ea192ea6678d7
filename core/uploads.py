"""Files come in from members alone: Streamlit itself takes one from every open page, the sign-in's too, into memory."""

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from core import moment
from core.asgi import SCHEME
from core.cookies import SESSION, read_cookie
from core.errors import Unavailable
from core.members import sessions

PATH = "/_stcore/upload_file/"
READING = ("GET", "HEAD", "OPTIONS")


class MembersUploads:
    """The middleware, inside the edge, which says over which scheme the caller came."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Refuse a file that nobody who is signed in sends, before its first byte is read."""
        upload = scope["type"] == "http" and scope["path"].startswith(PATH) and scope["method"] not in READING
        if upload and not await run_in_threadpool(_signed_in, Headers(scope=scope)):
            await PlainTextResponse("Sign in before you send a file.", 403)(scope, receive, send)
        else:
            await self.app(scope, receive, send)


def _signed_in(headers: Headers) -> bool:
    from core.lifespan import desk

    token = read_cookie(headers, SESSION, headers.get(SCHEME, "http"))
    try:
        return sessions.current(desk().store, token, moment.now(), touch=False) is not None
    except Unavailable:
        return False
