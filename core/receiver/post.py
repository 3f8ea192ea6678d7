"""A post to /sns that is read and answered inside the server's protocol, where uvicorn would make a task and a dozen messages.

What is not plain HTTP, or not taken the straight way, becomes one of uvicorn's own requests with the body that was read.
"""

import time
from contextlib import suppress
from typing import Any

from uvicorn.protocols.http.httptools_impl import STATUS_LINE

from core import moment
from core.log import log
from core.receiver.answers import LIMIT, Answer, refusal
from core.receiver.guard import GuardedProtocol
from core.receiver.receiver import Receiver
from core.receiver.refused import later
from core.receiver.routes import TAKEN

PATH = b"/sns/"
DIGITS = 6  # of a Content-Length: more are too much, or zeros that nobody writes
PECULIAR = (b"content-encoding", b"transfer-encoding", b"expect", b"upgrade", b"x-amz-sns-rawdelivery")
NEW, KNOWN = "stored", "duplicate"


class _Nobody:
    """uvicorn wakes the task of a request; here is none."""

    def set(self) -> None:
        """Nobody wakes."""


class Post:
    """One post on its way. For uvicorn it is the request that is being answered, for the intake it is who asks."""

    message_event = _Nobody()

    def __init__(self, protocol: "PostProtocol") -> None:
        self.body = bytearray()
        self.response_complete = self.disconnected = False
        self.keep_alive = True
        self.begun = 0.0
        self._protocol = protocol
        self.get_loop = protocol.get_loop

    def done(self) -> bool:
        """Whether it waits no more."""
        return self.response_complete

    def set_result(self, new: bool) -> None:
        """It is durable."""
        word = NEW if new else KNOWN
        self._protocol.answer(self, word, TAKEN[word])

    def set_exception(self, trouble: BaseException) -> None:
        """Our side could not store it."""
        refused = later("store", str(trouble))
        self._protocol.answer(self, refused.code, refusal(refused))


class PostProtocol(GuardedProtocol):
    """The guarded protocol with the straight way in it. It serves an application that has a `receiver`, else as any other."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._receiver: Receiver | None = getattr(self.app, "receiver", None)
        self._post: Post | None = None  # whose body is being read
        self._before: Any = None  # what was answered before it

    def get_loop(self) -> Any:
        """Where it lives."""
        return self.loop

    def on_headers_complete(self) -> None:
        """A plain post is kept here until it is whole."""
        if self._receiver is None or not self._plain():
            super().on_headers_complete()
            return
        self._before, self._post = self.cycle, Post(self)
        self.cycle = self._post  # type: ignore[assignment]
        self._body_begins()

    def on_body(self, body: bytes) -> None:
        """A piece of the body; Content-Length bounds it."""
        if self._post is None:
            super().on_body(body)
        else:
            self._told = True
            self._post.body += body

    def on_message_complete(self) -> None:
        """The post is whole: the straight way, or the usual one from the beginning."""
        post, before = self._post, self._before
        self._post = self._before = None
        if post is None:
            super().on_message_complete()
        elif self._taken(post):
            post.body.clear()
            self._request_is_whole()
        else:
            post.response_complete = True  # whatever went wrong, it answers no more
            self.cycle = before
            super().on_headers_complete()
            self.cycle.keep_alive = self.cycle.keep_alive and post.keep_alive
            super().on_body(bytes(post.body))
            super().on_message_complete()

    def connection_lost(self, exc: Exception | None) -> None:
        """Let go of the post, which knows this protocol: what is in a ring waits for the collector, which comes seldom."""
        super().connection_lost(exc)
        self._post = self._before = None
        if isinstance(self.cycle, Post):
            self.cycle = None

    def answer(self, post: Post, word: str, answer: Answer) -> None:
        """Put the answer on the wire, when somebody is still there. Never raises: others of the batch wait behind it."""
        post.response_complete = True
        try:
            assert self._receiver is not None
            self._receiver.straight.forget(post)
            self._receiver.health.answered(answer.status, word, time.perf_counter() - post.begun)
            if not post.disconnected:
                self.transport.write(self._on_the_wire(answer, post.keep_alive))
                if not post.keep_alive:
                    self.transport.close()
            self.on_response_complete()
        except Exception:  # without memory even these may fail
            with suppress(Exception):
                self.transport.abort()
            with suppress(Exception):
                log.exception("an answer could not be given", area="sns")

    def _on_the_wire(self, answer: Answer, keep_alive: bool) -> bytes:
        lines = [STATUS_LINE[answer.status]]
        for name, value in (*self.server_state.default_headers, *answer.all_headers):
            lines += (name, b": ", value, b"\r\n")
        if not keep_alive:
            lines.append(b"connection: close\r\n")
        return b"".join((*lines, b"\r\n", answer.body))

    def _taken(self, post: Post) -> bool:
        assert self._receiver is not None
        post.begun = time.perf_counter()
        try:
            token = self.url[len(PATH) :].decode("ascii")
            return self._receiver.straight.take(token, self.headers, bytes(post.body), post, moment.now())
        except Exception:
            self._receiver.straight.forget(post)
            with suppress(Exception):
                log.exception("the straight way failed; the usual one is taken", area="sns")
            return False

    def _plain(self) -> bool:
        """Whether it is the kind of request that SNS makes: HTTP/1.1, a length that is allowed, nothing out of the ordinary."""
        parser = self.parser
        if (
            not self.url.startswith(PATH)
            or parser.get_method() != b"POST"
            or parser.get_http_version() != "1.1"
            or parser.should_upgrade()
            or not parser.should_keep_alive()
            or self.flow.write_paused
            or self.limit_concurrency is not None
            or (self.cycle is not None and not self.cycle.response_complete)
        ):
            return False
        length = b""
        for name, value in self.headers:
            if name == b"content-length":
                length = value
            elif name in PECULIAR:
                return False
        return length.isdigit() and len(length) <= DIGITS and 0 < int(length) <= LIMIT
