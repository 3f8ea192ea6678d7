"""Posting SNS messages to HTTP endpoints: headers, time limit, retries, duplicates on request, dead letters.

Only loopback is ever posted to. 2xx is done, 4xx is given up at once, everything else is tried again by the delivery
policy (default: three more times, 20 s apart). Source: SNS developer guide, "Amazon SNS message delivery retries".
"""

import base64
import http.client
import ipaddress
import json
import random
import ssl
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from core.demo import queueing
from core.demo.amazon import Amazon
from core.demo.retries import pauses_of
from core.demo.world import Region, Subscription, Topic

TIMEOUT = 15.0


@dataclass
class Parcel:
    """One message on its way to one endpoint."""

    amazon: Amazon
    region: Region
    topic: Topic
    subscription: Subscription
    kind: str
    message_id: str
    body: str
    raw: bool
    pauses: list[float]

    def attempt(self, number: int = 0) -> None:
        """Post it once; on failure ask for the next attempt, after the last put it into the dead-letter queue."""
        status = self._post()
        note(self.amazon, self.topic, self.kind, self.message_id, number + 1, status)
        if 200 <= status < 300:
            return
        if (status < 300 or status >= 500) and number < len(self.pauses):
            pause = self.pauses[number] * self.amazon.world.tuning.retry_delay
            self.amazon.clockwork.after(pause, lambda: self.attempt(number + 1))
            return
        self._give_up()

    def _post(self) -> int:
        """The status answered, 0 when none came."""
        url = urlsplit(self.subscription.endpoint)
        if not is_loopback(url.hostname or ""):
            return 0
        try:
            status, challenge = self._request(None)
            if status == 401 and challenge.lower().startswith("basic") and url.username is not None:
                pair = f"{unquote(url.username)}:{unquote(url.password or '')}"
                status, _ = self._request("Basic " + base64.b64encode(pair.encode()).decode())
            return status
        except (OSError, http.client.HTTPException):
            return 0

    def _request(self, authorization: str | None) -> tuple[int, str]:
        url = urlsplit(self.subscription.endpoint)
        host = url.hostname or ""
        connection: http.client.HTTPConnection
        if url.scheme == "https":
            connection = http.client.HTTPSConnection(
                host, url.port, timeout=TIMEOUT, context=ssl.create_default_context()
            )
        else:
            connection = http.client.HTTPConnection(host, url.port, timeout=TIMEOUT)
        try:
            path = (url.path or "/") + (f"?{url.query}" if url.query else "")
            connection.request("POST", path, self.body.encode(), self._headers(authorization))
            answer = connection.getresponse()
            answer.read(65_536)
            return answer.status, answer.headers.get("WWW-Authenticate", "")
        finally:
            connection.close()

    def _headers(self, authorization: str | None) -> dict[str, str]:
        headers = {
            "x-amz-sns-message-type": self.kind,
            "x-amz-sns-message-id": self.message_id,
            "x-amz-sns-topic-arn": self.topic.arn,
            "Content-Type": "text/plain; charset=UTF-8",
            "User-Agent": "Amazon Simple Notification Service Agent",
            "Accept-Encoding": "gzip,deflate",
        }
        if self.kind != "SubscriptionConfirmation":
            headers["x-amz-sns-subscription-arn"] = self.subscription.arn
        if self.raw:
            headers["x-amz-sns-rawdelivery"] = "true"
        if authorization:
            headers["Authorization"] = authorization
        return headers

    def _give_up(self) -> None:
        if self.kind == "Notification":
            with self.amazon.lock:
                give_up(self.amazon, self.topic, self.subscription, self.body)


def note(
    amazon: Amazon, topic: Topic, kind: str, message_id: str, attempt: int, status: int, dropped: bool = False
) -> None:
    """Remember an attempt for `/_demo/deliveries`."""
    row = {"at": amazon.now(), "message_id": message_id, "type": kind, "attempt": attempt, "status": status}
    amazon.deliveries.append({**row, "topic": topic.arn, "dropped": dropped})


def give_up(amazon: Amazon, topic: Topic, subscription: Subscription, body: str) -> None:
    """A message that could not be delivered: into the subscription's dead-letter queue, where there is one that takes it."""
    redrive = subscription.attributes.get("RedrivePolicy", "")
    if redrive:
        queueing.from_topic(amazon, topic, str(json.loads(redrive)["deadLetterTargetArn"]), body)


def deliver(
    amazon: Amazon,
    region: Region,
    topic: Topic,
    subscription: Subscription,
    kind: str,
    message_id: str,
    body: str,
    raw: bool = False,
) -> None:
    """Send a message on its way; on request it travels twice, as SNS may do at any time."""
    parcel = Parcel(
        amazon, region, topic, subscription, kind, message_id, body, raw, pauses_of(topic, subscription)
    )
    again = 1 + (random.random() < amazon.world.tuning.duplicates)  # noqa: S311 - no secret
    for _ in range(again):
        amazon.clockwork.after(0.0, parcel.attempt)


def is_loopback(host: str) -> bool:
    """Whether a host is this machine: the only place the demo ever calls."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host.lower() == "localhost"
