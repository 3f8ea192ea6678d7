"""The subscriptions of the topic: our callback, which has to confirm, and our queue, which needs not."""

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from core.aws import subscriptions, topics
from core.diagnosis import finding
from core.diagnosis.diagnosis import Diagnosis
from core.setup import policies
from core.setup.confirming import confirmed, token_of
from core.setup.site import Site, unpin
from core.setup.step import GONE, NotYet, Seen, Step

NAMES = {"raw": "RawMessageDelivery", "delivery": "DeliveryPolicy", "redrive": "RedrivePolicy"}


@dataclass(frozen=True)
class SubscriptionStep(Step):
    """A subscription with Amazon's own envelope, patient retries and a place for what could not be delivered."""

    kind: str = "subscription"
    label: str = "Subscription"
    action: str = "sns:Subscribe"
    queue: bool = False

    def _endpoint(self, site: Site) -> tuple[str, str]:
        if self.queue:
            return "sqs", site.names.events_arn
        return site.endpoint.split(":", 1)[0], site.endpoint

    def look(self, site: Site) -> Seen:
        arn = site.names.topic_arn
        listed = site.once("subscriptions", lambda: subscriptions.of_topic(site.talk, arn))
        wanted = self._endpoint(site)
        found = next((each for each in listed if (each.protocol, each.endpoint) == wanted), None)
        if found is None:
            return GONE
        own = found.arn or site.subjects.get(self.key, "")
        if not own:  # pending, and asked for before we could note its ARN: asking again tells it
            return Seen(True, {}, True)
        said = site.once(f"subscription {own}", lambda: subscriptions.attributes(site.talk, own))
        return Seen(True, {}, True) if said is None else Seen(True, _values(said), True, own)

    def subject(self, site: Site) -> str:
        return site.names.topic_arn

    def wanted(self, site: Site) -> Mapping[str, Any]:
        redrive = policies.redrive_policy(site.names.dead_letters_arn)
        if self.queue:
            return {"raw": "false", "redrive": redrive}
        return {"raw": "false", "delivery": policies.delivery_policy(), "redrive": redrive}

    def same(self, name: str, value: Any, wanted: Any) -> bool:
        """Amazon gives policies back with more in them than was set; what we set decides."""
        return _within(wanted, value)

    def make(self, site: Site, seen: Seen, lacking: Collection[str]) -> str:
        protocol, endpoint = self._endpoint(site)
        topic, wanted = site.names.topic_arn, self.wanted(site)
        if not seen.there:
            said = {NAMES[name]: _text(value) for name, value in wanted.items()}
            return subscriptions.subscribe(site.talk, topic, protocol, endpoint, said)
        arn = seen.subject
        if not arn:
            arn = subscriptions.subscribe(site.talk, topic, protocol, endpoint, {})
            now = _values(subscriptions.attributes(site.talk, arn) or {})
            lacking = [name for name, value in wanted.items() if not self.same(name, now.get(name), value)]
        for name in lacking:
            subscriptions.set_attribute(site.talk, arn, NAMES[name], _text(wanted[name]))
        return arn

    def remove(self, site: Site, seen: Seen) -> str:
        """One that is pending cannot be taken away: it is confirmed first, where the request has come."""
        arn = seen.subject or site.subjects.get(self.key, "")
        if not self.queue and (not arn or _pending(site, arn)):
            token = token_of(site)
            arn = topics.confirm_by(site.talk, site.names.topic_arn, token) if token else ""
        if not self.queue:
            unpin(site)  # before Amazon tells us that it is over: then that is no news
        if not arn:
            return "It was never confirmed, so Amazon forgets it by itself within three days."
        subscriptions.unsubscribe(site.talk, arn)
        return ""

    def restore(self, site: Site, seen: Seen, values: Mapping[str, Any]) -> None:
        for name, value in values.items():
            subscriptions.set_attribute(site.talk, seen.subject, NAMES[name], _text(value))

    def blocked(self, site: Site, seen: Seen) -> Diagnosis | None:
        """No public address to post to."""
        if self.queue or site.connection.demo:
            return None
        if not site.endpoint:
            return finding("callback-no-public-url")
        return None if site.endpoint.startswith("https://") else finding("callback-not-https")

    def sentence(self, site: Site, effect: str) -> str:
        where = "the queue" if self.queue else "this SES Desk's callback"
        if effect == "reuse":
            return f"The topic sends to {where} already."
        return f"{'Subscribe' if effect == 'make' else 'Set the subscription of'} {where}: signed envelopes, retried for an hour, then kept in the dead-letter queue."


@dataclass(frozen=True)
class ConfirmationStep(Step):
    """Amazon asks at the callback whether we want the topic; we say so by API, so that nobody else can unsubscribe us."""

    kind: str = "confirmation"
    label: str = "Confirmation"
    action: str = "sns:ConfirmSubscription"
    parent: str = "subscription"

    def look(self, site: Site) -> Seen:
        """Not there while the subscription is pending."""
        arn = CALLBACK.look(site).subject
        if not arn:
            return GONE
        said = site.once(f"subscription {arn}", lambda: subscriptions.attributes(site.talk, arn)) or {}
        return Seen(True, {}, True, arn) if said.get("PendingConfirmation") == "false" else GONE

    def subject(self, site: Site) -> str:
        return site.names.topic_arn

    def remove(self, site: Site, seen: Seen) -> str:
        unpin(site)
        subscriptions.unsubscribe(site.talk, seen.subject)
        return ""

    def make(self, site: Site, seen: Seen, lacking: Collection[str]) -> str:
        token = token_of(site)
        if token is None:
            raise NotYet
        return topics.confirm_by(site.talk, site.names.topic_arn, token)

    def settle(self, site: Site) -> None:
        confirmed(site, site.subjects.get(self.key, ""))

    def sentence(self, site: Site, effect: str) -> str:
        if effect == "reuse":
            return "The subscription is confirmed already."
        return "Confirm the subscription once Amazon has asked, so that only a signed call can end it."


def ask_again(site: Site) -> None:
    """Let Amazon post the request for confirmation once more."""
    subscriptions.subscribe(
        site.talk, site.names.topic_arn, site.endpoint.split(":", 1)[0], site.endpoint, {}
    )


def _pending(site: Site, arn: str) -> bool:
    said = subscriptions.attributes(site.talk, arn)
    return said is not None and said.get("PendingConfirmation") == "true"


def _values(said: Mapping[str, str]) -> dict[str, Any]:
    return {
        "raw": said.get("RawMessageDelivery") or "false",
        "delivery": _read(said.get("DeliveryPolicy")),
        "redrive": _read(said.get("RedrivePolicy")),
    }


def _read(text: str | None) -> Any:
    try:
        return json.loads(text) if text else {}
    except ValueError:
        return {}


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value or {})


def _within(wanted: Any, value: Any) -> bool:
    if isinstance(wanted, dict):
        return isinstance(value, dict) and all(_within(each, value.get(key)) for key, each in wanted.items())
    return bool(wanted == value)


CALLBACK = SubscriptionStep()
CONFIRMATION = ConfirmationStep()
QUEUE = SubscriptionStep(kind="queue-subscription", label="Queue's subscription", queue=True)
