"""What the receiver notices beside the mail: findings for the admin, written at most once a minute for the same thing."""

import asyncio
import time
from collections.abc import Mapping
from typing import Any

from core.errors import SesDeskError
from core.log import log
from core.store import callbacks, findings, refusals
from core.store.callbacks import HeldTopic
from core.store.engine import Store

PAUSE = 60.0  # seconds between two notes of the same thing
MOST = 20  # notes a minute about posts of one topic that were not taken


class Notes:
    """Findings that come from requests. A note that cannot be written never changes the answer."""

    raise_ = staticmethod(findings.raise_)

    def __init__(self, store: Store) -> None:
        self._store = store
        self._last: dict[tuple[object, ...], float] = {}
        self._refused: dict[tuple[object, ...], tuple[float, int]] = {}

    async def found(
        self, connection_id: int, reference: str, subject: str, evidence: Mapping[str, Any], now: int
    ) -> None:
        """Raise a finding, unless the same kind was raised for this connection within the last minute."""

        def write() -> None:
            with self._store.write() as conn:
                findings.raise_(conn, connection_id, reference, subject, evidence, now)

        await self._once((connection_id, reference), write)

    async def refused(
        self,
        connection_id: int,
        reference: str,
        subject: str,
        evidence: Mapping[str, str],
        message: str,
        now: int,
    ) -> None:
        """Raise a finding about a post that was not taken, with the mails it was about: twenty notes a minute at most,
        the latest twenty mails kept. The message is not proved to be Amazon's, so only the id in it is read."""
        key, at = (connection_id, reference, subject), time.monotonic()
        begun, many = self._refused.get(key, (at, 0))
        begun, many = (at, 0) if at - begun >= PAUSE else (begun, many)
        if many >= MOST:
            return
        if len(self._refused) >= 1024:
            self._refused.clear()
        self._refused[key] = (begun, many + 1)

        def write() -> None:
            with self._store.write() as conn:
                refusals.note(conn, connection_id, reference, subject, evidence, message, now)

        try:
            await asyncio.to_thread(write)
        except SesDeskError as error:
            log.warning("a finding could not be noted", reference=reference, why=str(error))

    async def signature_version(self, topic: HeldTopic, version: str, now: int) -> None:
        """Note with which version a topic signs; version 1 is a finding, version 2 ends it."""

        def write() -> None:
            with self._store.write() as conn:
                callbacks.seen_version(conn, topic.id, version)
                if version == "1":
                    findings.raise_(conn, topic.connection_id, "signature-version-1", topic.arn, {}, now)
                else:
                    findings.resolve(conn, topic.connection_id, "signature-version-1", topic.arn, now)

        await self._once(("version", topic.id, version), write)

    async def _once(self, key: tuple[object, ...], write: Any) -> None:
        now = time.monotonic()
        if now - self._last.get(key, -PAUSE) < PAUSE:
            return
        if len(self._last) >= 1024:
            self._last.clear()
        self._last[key] = now
        try:
            await asyncio.to_thread(write)
        except SesDeskError as error:
            self._last.pop(key, None)
            log.warning("a finding could not be noted", reference=str(key[1]), why=str(error))
