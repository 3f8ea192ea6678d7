"""The straight way for what Amazon nearly always sends: a plain, good Notification is put in the queue without a task of its own.

It only ever says yes, and only where everything it needs is at hand. Whatever is not so goes the usual way (`core.receiver.sns`),
which reads it again from its beginning and finds the words for what is wrong.
"""

from core.errors import Unavailable
from core.receiver.callbacks import Callbacks
from core.receiver.certificate import region_of
from core.receiver.certificates import Certificates
from core.receiver.envelope import agree
from core.receiver.intake import Intake
from core.receiver.refused import Refused
from core.receiver.signature import is_amazons
from core.receiver.told import told
from core.receiver.usual import Envelope, usual
from core.receiver.waiting import Asker
from core.store.callbacks import HeldTopic

Headers = list[tuple[bytes, bytes]]


class Straight:
    """The checks of `Sns` in the same order, for a topic that is confirmed and a certificate that is at hand."""

    def __init__(self, callbacks: Callbacks, certificates: Certificates, intake: Intake) -> None:
        self._callbacks, self._certificates, self._intake = callbacks, certificates, intake
        self.forget = intake.forget

    def take(self, token: str, headers: Headers, body: bytes, asker: Asker, now: int) -> bool:
        """Whether it waits for its transaction now, of which the asker is told. False: nothing was done; ask the usual way."""
        callback = None if self._intake.full else self._callbacks.held(token)
        envelope = usual(body) if callback else None
        if callback is None or envelope is None:
            return False
        topic = callback.topic(envelope.topic_arn)
        if topic is None or not _usual(topic, envelope):
            return False
        try:
            agree(envelope, headers)
            region = region_of(envelope.topic_arn)
            certificate = self._certificates.at_hand(envelope.certificate_url, region) if region else None
            if region is None or certificate is None or not is_amazons(envelope, certificate, region, now):
                return False
            self._intake.put(told(envelope, topic, now), asker)
        except (Refused, Unavailable):
            return False
        self._certificates.asked += 1
        return True


def _usual(topic: HeldTopic, envelope: Envelope) -> bool:
    """One of an account that exists, confirmed, and signed as it was before."""
    return (
        topic.state != "waiting" and not topic.demo and topic.signature_version == envelope.signature_version
    )
