"""The public routes: what Amazon, mail clients and other systems may call. Nothing below these paths falls through."""

import asyncio
import time
from collections.abc import Sequence

from starlette.routing import BaseRoute, Match
from starlette.types import Receive, Scope, Send

from core import moment
from core.log import log
from core.receiver.answers import (
    NOT_FOUND,
    Answer,
    Gone,
    error,
    json_answer,
    read_body,
    refusal,
    send_answer,
    wrong_method,
)
from core.receiver.api import Api
from core.receiver.health import ALIVE
from core.receiver.hello import hello
from core.receiver.receiver import Receiver
from core.receiver.refused import Refused

OURS = ("sns", "unsubscribe", "api", "healthz", "readyz", "metrics")
READING = ("GET", "HEAD")
TAKEN = {word: json_answer({"status": word}) for word in ("stored", "duplicate", "waiting", "noted")}


class Public:
    """All public routes as one ASGI application. Without `api`, /api is answered 404."""

    def __init__(self, receiver: Receiver, api: bool = True) -> None:
        self.receiver = receiver
        self.api = Api(receiver.store, receiver.settings, receiver.unsubscribe.keys) if api else None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request. Whatever breaks is our side: 503, so that SNS comes again."""
        try:
            path: str = scope["path"]
            if path.startswith("/sns/"):
                answer = await self._sns(scope, receive, path[5:])
            else:
                answer = await self._other(scope, receive, path)
        except Gone:
            return
        except asyncio.CancelledError:  # asked to stop, and this one took longer than there is time
            answer = error(503, "stopping", "This server is being stopped. Try again.")
        except Exception:
            log.exception("a request failed", method=scope["method"], area=scope["path"].split("/")[1])
            answer = error(503, "internal", "Something of ours went wrong. Try again.")
        await send_answer(answer, send)

    async def _sns(self, scope: Scope, receive: Receive, token: str) -> Answer:
        if token.startswith("hello/"):
            return await hello(self.receiver.store, scope["method"], token[6:], moment.now())
        if not token or "/" in token:
            return NOT_FOUND
        if scope["method"] != "POST":
            return wrong_method("POST")
        begun = time.perf_counter()
        try:
            body = await read_body(scope, receive)
            begun = time.perf_counter()
            word = await self.receiver.sns.take(token, scope["headers"], body, moment.now())
            answer = TAKEN[word]
        except Refused as refused:
            word, answer = refused.code, refusal(refused)
        self.receiver.health.answered(answer.status, word, time.perf_counter() - begun)
        return answer

    async def _other(self, scope: Scope, receive: Receive, path: str) -> Answer:
        area, _, rest = path[1:].partition("/")
        method = scope["method"]
        if area == "api" and self.api is not None:
            return await self.api.answer(scope, receive, rest)
        if area == "unsubscribe" and rest and "/" not in rest:
            return await self.receiver.unsubscribe.answer(scope, receive, rest)
        if path not in ("/healthz", "/readyz", "/metrics"):
            return NOT_FOUND
        if method not in READING:
            return wrong_method(*READING)
        if area == "healthz":
            return ALIVE
        health = self.receiver.health
        return await (health.ready() if area == "readyz" else health.metrics(scope))


class PublicRoute(BaseRoute):
    """Takes every path that is one of ours or below one of ours, whatever the method, and no other."""

    path = ""  # not one path: Streamlit asks for it to find conflicts with its own

    def __init__(self, app: Public) -> None:
        self.app = app

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """Full or none: a wrong method is answered inside."""
        if scope["type"] == "http" and scope["path"][1:].partition("/")[0] in OURS:
            return Match.FULL, {"endpoint": self.app}
        return Match.NONE, {}

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer."""
        await self.app(scope, receive, send)


def routes(receiver: Receiver, api: bool = True) -> Sequence[BaseRoute]:
    """The public routes, to stand before a dashboard's own."""
    return [PublicRoute(Public(receiver, api))]
