"""GET and POST /unsubscribe/{token}: a page with one button, and the one press that counts (RFC 8058).

A token that nobody made gets what a true one gets: the same page, the same answer to the same press, in about the same time.
A stranger's presses wait in a short line of their own, so that they never stand before Amazon's notifications; looks have
another, so that the page is there while the store takes no press.
"""

import asyncio
import functools
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace

from starlette.types import Receive, Scope

from core import moment
from core.errors import SesDeskError, Unavailable
from core.links import LinkKeys
from core.log import log
from core.receiver import hello
from core.receiver.answers import RETRY_AFTER, Answer, error, read_body, wrong_method
from core.receiver.refused import Refused
from core.receiver.shown import Shown, Views
from core.settings import Settings
from core.store.engine import Store
from core.unsubscribe import do, page, wish
from core.unsubscribe.page import Page
from core.unsubscribe.wish import Wish

THREADS, MOST_WAITING = 2, 200
PATIENCE = 5.0  # seconds in line; who waited longer is told to come again, as the store is not answering
HTML = b"text/html; charset=utf-8"
ASKED = b"hello="  # the question of our own Doctor, in the query of a link that it looks at
MARK = b"x-ses-desk"  # the answer to it


class Unsubscribe:
    """The public page and what it does; one per process."""

    def __init__(self, store: Store, settings: Settings) -> None:
        self._store = store
        self.keys = LinkKeys(store, settings)
        self._views = Views(store)
        self._pressing = ThreadPoolExecutor(THREADS, "unsubscribe")
        self._looking = ThreadPoolExecutor(1, "unsubscribe-look")
        self._waiting = {self._pressing: 0, self._looking: 0}

    async def answer(self, scope: Scope, receive: Receive, token: str) -> Answer:
        """Answer one request at a link."""
        method = scope["method"]
        if method in ("GET", "HEAD"):
            said = scope["query_string"].split(b"&")
            page = await self._in_line(self._looking, self._looked_at, token, b"again" in said)
            asked = [each[len(ASKED) :] for each in said if each.startswith(ASKED)]
            if not asked or page.type != HTML:
                return page
            mark = await asyncio.to_thread(self._mark, token, asked[0].decode("latin-1"))
            return replace(page, headers=(*page.headers, (MARK, mark))) if mark else page
        if method != "POST":
            return wrong_method("GET", "HEAD", "POST")
        kind = dict(scope["headers"]).get(b"content-type", b"").decode("latin-1")
        try:
            body = await read_body(scope, receive, wish.LIMIT)
        except Refused as refused:
            large = refused.status == 413
            return await self._in_line(self._looking, self._looked_at, token, False, 413 if large else 200)
        wanted = wish.read(kind, body)
        if wanted is None:
            return await self._in_line(self._looking, self._looked_at, token, False)
        return await self._in_line(self._pressing, self._pressed, token, wanted, time.monotonic() + PATIENCE)

    def close(self) -> None:
        """Finish the presses that were taken."""
        self._pressing.shutdown(wait=True)
        self._looking.shutdown(wait=True)

    def _looked_at(self, token: str, again: bool, status: int = 200) -> Answer:
        """The page. A store that is away does not matter for it: what was read last is shown."""
        shown = self._views.held(token)
        if not self._views.fresh:
            try:
                shown = self._views.read(token)
            except SesDeskError:
                self._views.rest()
        return _answer((page.ask_again if again else page.ask)(shown.chosen, shown.group), status)

    def _mark(self, token: str, asked: str) -> bytes:
        """What tells our own Doctor that the page is ours, and whether the link is known here. Empty for all others."""
        with suppress(SesDeskError):
            if hello.put_by_us(self._store, asked, moment.now()):
                return hello.of_link(self._store, asked, self._opens(token)).encode()
        return b""

    def _opens(self, token: str) -> bool:
        """Whether a press at this link would be written down for somebody."""
        with suppress(SesDeskError):
            link = self.keys.open(token)
            return link is not None and self._views.connection_id(link.connection) is not None
        return False

    def _pressed(self, token: str, wanted: Wish, until: float) -> Answer:
        """One press: written down, or said that it could not be."""
        shown = self._views.held(token)
        try:
            if time.monotonic() > until:
                raise Unavailable("The store did not answer those who came before.")
            shown = self._views.read(token)
            scope = wish.scope(wanted, shown.group, shown.chosen.keys)
            self._fulfil(token, shown, wanted.action, scope)
        except SesDeskError as trouble:
            log.warning("an unsubscribe press could not be written down", why=type(trouble).__name__)
            scope = wish.scope(wanted, shown.group, shown.chosen.keys)
            return _answer(page.not_now(shown.chosen, wanted.action, scope), 503)
        return _answer(page.done(shown.chosen, wanted.action, scope))

    def _fulfil(self, token: str, shown: Shown, action: str, scope: page.Scope) -> None:
        """Do it for a true token; for any other ask the store the same and change nothing."""
        link = self.keys.open(token)
        connection_id = self._views.connection_id(link.connection) if link else None
        address = link.address if link and connection_id is not None else ""
        do.fulfil(self._store, connection_id or 0, shown.chosen, address, action, scope, moment.now())

    async def _in_line(self, pool: ThreadPoolExecutor, work: Callable[..., Answer], *given: object) -> Answer:
        """In a thread of our own; 503 when the line is long."""
        if self._waiting[pool] >= MOST_WAITING:
            return error(503, "busy", "Too many ask at once. Try again in half a minute.")
        self._waiting[pool] += 1
        try:
            todo = functools.partial(work, *given)
            return await asyncio.get_running_loop().run_in_executor(pool, todo)
        finally:
            self._waiting[pool] -= 1


def _answer(shown: Page, status: int = 200) -> Answer:
    headers = ((b"content-security-policy", shown.policy), (b"x-robots-tag", b"noindex, nofollow"))
    return Answer(status, shown.html, (*headers, RETRY_AFTER) if status == 503 else headers, HTML)
