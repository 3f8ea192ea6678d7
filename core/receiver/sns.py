"""POST /sns/{token}: from bytes to a durable notification. The first failing check decides, in the order of the contract."""

import asyncio
from collections.abc import Iterable
from typing import Any

from core import moment
from core.errors import SesDeskError
from core.log import log
from core.receiver.callbacks import Callbacks
from core.receiver.certificate import (
    SigningCertificate,
    file_of,
    read_certificate,
    region_of,
)
from core.receiver.certificates import Certificates
from core.receiver.envelope import NOTIFICATION, SUBSCRIPTION, agree, read_envelope, says_raw
from core.receiver.intake import Intake
from core.receiver.notes import Notes
from core.receiver.refused import Refused, forbidden, later
from core.receiver.regions import SnsRegion
from core.receiver.signature import is_amazons
from core.receiver.told import told
from core.receiver.usual import Envelope
from core.store import callbacks as kept
from core.store.callbacks import MOST_WAITING, CallbackWithTopics, HeldTopic
from core.store.engine import Store

DEMO_ACCOUNT = "000000000000"
UNAVAILABLE, REFUSED = "certificate-unavailable", "report-refused"
OF_THE_STORE = ("store", "topic-waiting")
Pairs = Iterable[tuple[bytes, bytes]]


class Sns:
    """What Amazon's notifications meet. `now` in ms is passed to `take`; everything else it needs is here."""

    def __init__(
        self, store: Store, callbacks: Callbacks, certificates: Certificates, intake: Intake
    ) -> None:
        self._store, self._callbacks, self._certificates, self._intake = (
            store,
            callbacks,
            certificates,
            intake,
        )
        self._notes = Notes(store)

    async def take(self, token: str, headers: Pairs, body: bytes, now: int) -> str:
        """Take in one posted message; returns what became of it as a word. Raises Refused."""
        callback = self._callbacks.held(token) or await self._callbacks.find(token)
        envelope = await self._envelope(callback, headers, body, now)
        callback, topic = await self._topic(token, callback, envelope, now)
        try:
            return await self._checked(envelope, callback, topic, now)
        except Refused as refused:
            await self._trace(refused, envelope, callback.connection_id, topic, now)
            raise

    async def _checked(
        self, envelope: Envelope, callback: CallbackWithTopics, topic: HeldTopic | None, now: int
    ) -> str:
        """What comes from a topic that may speak here: its certificate, its signature, and what it is."""
        certificate, region = await self._certificate(envelope, topic)
        if not is_amazons(envelope, certificate, region, now):
            raise forbidden("signature", "The signature is not Amazon's for this message.", "Signature")
        if envelope.type == NOTIFICATION:
            return await self._notification(envelope, topic, now)
        if envelope.type == SUBSCRIPTION:
            return await self._subscription(envelope, callback, now)
        return await self._unsubscription(envelope, topic, now)

    async def _trace(
        self, refused: Refused, envelope: Envelope, connection_id: int, topic: HeldTopic | None, now: int
    ) -> None:
        """Leave word of a post that came from a topic of ours and was not taken. A full or busy store says so itself."""
        if refused.code == UNAVAILABLE:
            region = region_of(envelope.topic_arn)
            said = {"host": region.host if region else ""}
            await self._notes.refused(connection_id, UNAVAILABLE, "", said, envelope.message, now)
            return
        pinned = topic is not None and topic.state != "waiting"
        if (
            topic is not None
            and pinned
            and envelope.type == NOTIFICATION
            and refused.code not in OF_THE_STORE
        ):
            said = {"why": refused.message}
            await self._notes.refused(connection_id, REFUSED, topic.arn, said, envelope.message, now)

    async def _envelope(
        self, callback: CallbackWithTopics, headers: Pairs, body: bytes, now: int
    ) -> Envelope:
        try:
            if says_raw(headers):
                raise Refused(
                    400,
                    "raw-delivery-on",
                    "Raw message delivery is on: switch it off on the SNS subscription, so that messages come signed.",
                )
            envelope = read_envelope(body)
            agree(envelope, headers)
            return envelope
        except Refused as refused:
            if refused.code == "raw-delivery-on":
                await self._notes.found(callback.connection_id, "raw-delivery-on", "", {}, now)
            raise

    async def _topic(
        self, token: str, callback: CallbackWithTopics, envelope: Envelope, now: int
    ) -> tuple[CallbackWithTopics, HeldTopic | None]:
        """The topic that may say this here; None for a new one that asks at an open callback. What is refused is read afresh."""
        arn = envelope.topic_arn
        topic = callback.topic(arn)
        if topic is None or topic.state == "waiting":
            callback = await self._callbacks.find(token)
            topic = callback.topic(arn)
        if topic is not None and (topic.state != "waiting" or envelope.type in (NOTIFICATION, SUBSCRIPTION)):
            return callback, topic
        if envelope.type == SUBSCRIPTION and topic is None:
            waiting = sum(one.state == "waiting" for one in callback.topics)
            if callback.open and waiting < MOST_WAITING and region_of(arn):
                return callback, None
            subject = arn if region_of(arn) else ""
            await self._notes.found(
                callback.connection_id, "confirmation-rejected", subject, {"topic": subject}, now
            )
            if callback.open and waiting >= MOST_WAITING:
                raise forbidden(
                    "too-many-waiting",
                    "Ten topics are waiting here already: confirm or remove some.",
                    "TopicArn",
                )
        raise forbidden("unknown-topic", "This topic is not one that may report here.", "TopicArn")

    async def _certificate(
        self, envelope: Envelope, topic: HeldTopic | None
    ) -> tuple[SigningCertificate, SnsRegion]:
        region = region_of(envelope.topic_arn)
        if region is None:
            raise forbidden("unknown-topic", "The topic is in no region that exists.", "TopicArn")
        if topic is None or not topic.demo:
            return await self._certificates.find(envelope.certificate_url, region), region
        file_of(envelope.certificate_url, region)
        try:  # the demo's own certificate, for its own row alone: never cached, never for an account that exists
            if envelope.topic_arn.split(":")[4] != DEMO_ACCOUNT:
                raise ValueError("not the demo's account")
            return read_certificate(topic.certificate_pem or ""), region
        except ValueError:
            raise forbidden(
                "certificate", "The demo has no certificate for this topic.", "SigningCertURL"
            ) from None

    async def _notification(self, envelope: Envelope, topic: HeldTopic | None, now: int) -> str:
        if topic is None or topic.state == "waiting":
            raise later("topic-waiting", "This topic waits for an admin to confirm it in the dashboard.")
        try:
            new = await self._intake.take_in(told(envelope, topic, now))
        except SesDeskError as error:
            raise later("store", str(error)) from None
        if topic.signature_version != envelope.signature_version:
            await self._notes.signature_version(topic, envelope.signature_version, now)
        return "stored" if new else "duplicate"

    async def _subscription(self, envelope: Envelope, callback: CallbackWithTopics, now: int) -> str:
        def wait() -> bool:
            with self._store.write() as conn:
                return kept.wait(
                    conn,
                    callback.id,
                    envelope.topic_arn,
                    envelope.token or "",
                    min(now, envelope.published_at),
                )

        if not await self._written(wait):
            raise forbidden(
                "too-many-waiting", "Ten topics are waiting here already: confirm or remove some.", "TopicArn"
            )
        return "waiting"

    async def _unsubscription(self, envelope: Envelope, topic: HeldTopic | None, now: int) -> str:
        if topic is None:
            raise forbidden("unknown-topic", "This topic is not one that may report here.", "TopicArn")
        number, connection_id = topic.id, topic.connection_id
        evidence = {"published_at": moment.rfc3339(envelope.published_at)}

        def note() -> None:
            with self._store.write() as conn:
                if kept.unsubscribed(conn, number):
                    self._notes.raise_(
                        conn, connection_id, "unsubscribed-by-amazon", envelope.topic_arn, evidence, now
                    )

        await self._written(note)
        return "noted"

    async def _written(self, work: Any) -> Any:
        """A small write in a thread of its own; our trouble is 503."""
        try:
            return await asyncio.to_thread(work)
        except Exception as error:
            log.warning("a confirmation could not be stored", why=type(error).__name__)
            raise later("store", "The store cannot take it just now.") from error
