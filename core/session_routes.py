"""The two routes a sign-in ends in: swap a single-use ticket for the session cookie, and end a session.

Only a route can set an HttpOnly cookie. Both take a form post from our own origin (the edge refuses any other), read at
most 4 KB, and lead on to a local path only.
"""

from contextlib import suppress
from urllib.parse import parse_qs

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from core import moment
from core.asgi import ADDRESS, SCHEME
from core.cookies import NONCE, SESSION, cookie, read_cookie
from core.errors import NotAllowed
from core.lifespan import desk
from core.members import sessions

LONGEST = 4096  # bytes of a form


def local(path: str) -> str:
    """The path if it stays on this site, else the front page: never another host, never a trick with slashes or controls."""
    fine = (
        path.startswith("/")
        and not path.startswith(("//", "/\\"))
        and path.isprintable()
        and "\\" not in path
    )
    return path if fine and len(path) <= 2000 else "/"


async def _form(request: Request) -> dict[str, str] | None:
    """The posted fields, or None when it is no small urlencoded form."""
    if not request.headers.get("content-type", "").startswith("application/x-www-form-urlencoded"):
        return None
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > LONGEST:
            return None
    try:
        fields = parse_qs(body.decode("ascii"), max_num_fields=8)
    except ValueError:
        return None
    return {name: values[0] for name, values in fields.items()}


async def start(request: Request) -> Response:
    """Swap the ticket for a session of this browser. A ticket that is used, late or another browser's leads back to the form."""
    fields = await _form(request)
    if fields is None:
        return PlainTextResponse("This route takes the sign-in form only.", 400)
    scheme, landing = request.headers.get(SCHEME, "http"), local(fields.get("next", "/"))
    nonce = read_cookie(request.headers, NONCE, scheme)
    token = None
    if nonce and fields.get("ticket"):
        who = (request.headers.get(ADDRESS, ""), request.headers.get("user-agent", ""))
        with suppress(NotAllowed):
            token = await run_in_threadpool(
                sessions.redeem, desk().store, fields["ticket"], nonce, *who, moment.now()
            )
    if not token:
        return RedirectResponse("/?again=1", 303, headers={"Cache-Control": "no-store"})
    answer = RedirectResponse(landing, 303, headers={"Cache-Control": "no-store"})
    answer.headers.append("Set-Cookie", cookie(SESSION, token, scheme))
    answer.headers.append("Set-Cookie", cookie(NONCE, "", scheme, max_age=0))
    return answer


async def end(request: Request) -> Response:
    """End this browser's session in the store and take its cookie away. Without the cookie nothing changes."""
    scheme = request.headers.get(SCHEME, "http")
    token = read_cookie(request.headers, SESSION, scheme)
    answer = RedirectResponse("/", 303, headers={"Cache-Control": "no-store"})
    if token:
        await run_in_threadpool(sessions.sign_out, desk().store, token, moment.now())
        answer.headers.append("Set-Cookie", cookie(SESSION, "", scheme, max_age=0))
    return answer


def routes() -> list[BaseRoute]:
    """`/session/start` and `/session/end`: POST only, and nothing else below /session falls through to the dashboard."""

    async def other(request: Request) -> Response:
        return PlainTextResponse("Not found.", 404)

    return [
        Route("/session/start", start, methods=["POST"]),
        Route("/session/end", end, methods=["POST"]),
        Route(
            "/session/{rest:path}",
            other,
            methods=["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"],
        ),
    ]
