"""A demo Amazon per test module, unchanged boto3 in front of it, and a loopback listener behind its topics."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import boto3
import pytest
from botocore.config import Config

from core.demo.beginning import verified
from core.demo.running import Running, running
from core.demo.world import AccessKey, Region

TEXT = {"Body": {"Text": {"Data": "Hello"}}, "Subject": {"Data": "Hello"}}


@dataclass
class Wire:
    """A running demo and clients to it."""

    running: Running
    made: dict[Any, Any] = field(default_factory=dict)

    def client(
        self, service: str, region: str = "eu-west-1", key: AccessKey | None = None, **more: Any
    ) -> Any:
        """An unchanged boto3 client. No retries, so that every error is seen."""
        key = key or next(iter(self.running.amazon.world.keys.values()))
        name = (service, region, key.id, key.secret, key.session_token)
        if name not in self.made or more:
            self.made[name] = boto3.client(
                service,
                region_name=region,
                endpoint_url=self.running.demo.endpoint_url,
                aws_access_key_id=key.id,
                aws_secret_access_key=key.secret,
                aws_session_token=key.session_token or None,
                config=Config(retries={"total_max_attempts": 1}, read_timeout=more.get("read_timeout", 20)),
            )
        return self.made[name]

    def press(self, method: str, path: str, wish: Any = None, headers: dict[str, str] | None = None) -> Any:
        """One of the demo's own buttons; returns the JSON answered, or the status when it refused."""
        connection = HTTPConnection("127.0.0.1", self.running.server.server_port, timeout=10)
        connection.request(
            method, f"/_demo/{path}", json.dumps(wish) if wish is not None else None, headers or {}
        )
        answer = connection.getresponse()
        body = answer.read()
        connection.close()
        return json.loads(body) if answer.status == 200 else answer.status

    def send(self, *to: str, source: str = "a@example.com", region: str = "eu-west-1", **more: Any) -> str:
        """Send a small mail; its message id."""
        content = more.pop("Content", {"Simple": TEXT})
        said = self.client("sesv2", region).send_email(
            FromEmailAddress=source, Destination={"ToAddresses": list(to)}, Content=content, **more
        )
        return str(said["MessageId"])


@dataclass
class Listener:
    """An endpoint on loopback. `statuses` are answered in turn, then 200."""

    url: str
    posts: list[tuple[dict[str, str], str]] = field(default_factory=list)
    statuses: list[int] = field(default_factory=list)

    def bodies(self) -> list[dict[str, Any]]:
        return [json.loads(body) for _, body in self.posts]

    def events(self) -> list[dict[str, Any]]:
        """What SES told, notices left out, in both forms."""
        found = []
        for body in self.bodies():
            message = body.get("Message", "")
            told = (
                json.loads(message) if body.get("Type") == "Notification" and message.startswith("{") else {}
            )
            if "mail" in told:
                found.append(told)
        return found

    def wait(self, ready: Callable[[], Any], seconds: float = 10.0) -> Any:
        """What `ready` says once it says something, within a few seconds."""
        ended = time.monotonic() + seconds
        while time.monotonic() < ended:
            if found := ready():
                return found
            time.sleep(0.02)
        raise AssertionError(f"did not come; so far: {self.posts}")

    def kinds(self, message_id: str, channel: str) -> list[str]:
        """The types told about one mail by one channel (eventType or notificationType)."""
        return [e[channel] for e in self.events() if channel in e and e["mail"]["messageId"] == message_id]


@pytest.fixture(scope="module")
def wire() -> Iterator[Wire]:
    with running() as here:
        here.amazon.world.tuning.event_delay = 0.05
        here.amazon.world.tuning.rate_limits = False
        yield Wire(here)


@pytest.fixture
def region(wire: Wire) -> Region:
    found = wire.running.amazon.region("eu-west-1")
    assert found is not None
    return found


@pytest.fixture(autouse=True)
def good_behaviour(request: pytest.FixtureRequest) -> Iterator[None]:
    """Faults and settings of one test do not outlive it."""
    yield
    if "wire" in request.fixturenames:
        amazon = request.getfixturevalue("wire").running.amazon
        amazon.faults.clear()
        amazon.drops.clear()
        amazon.world.tuning.clock_offset = 0
        amazon.world.tuning.duplicates = 0.0


@pytest.fixture
def listener() -> Iterator[Listener]:
    heard: Listener

    class Post(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            heard.posts.append(({k.lower(): v for k, v in self.headers.items()}, body))
            self.send_response(heard.statuses.pop(0) if heard.statuses else 200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Post)
    heard = Listener(f"http://127.0.0.1:{server.server_address[1]}/sns/token")
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield heard
    server.shutdown()
    server.server_close()


@pytest.fixture
def topic(wire: Wire, listener: Listener, request: pytest.FixtureRequest) -> str:
    """A topic of the test's own to which the listener has subscribed and said yes."""
    sns = wire.client("sns")
    arn = str(sns.create_topic(Name="t-" + str(abs(hash(request.node.nodeid))))["TopicArn"])
    sns.subscribe(TopicArn=arn, Protocol="http", Endpoint=listener.url)
    token = listener.wait(lambda: [body["Token"] for body in listener.bodies()])[0]
    sns.confirm_subscription(TopicArn=arn, Token=token)
    return arn


@pytest.fixture
def told(wire: Wire, topic: str, region: Region) -> str:
    """The topic, told of everything by both channels: example.com itself, and its configuration set `told`."""
    ses, v2 = wire.client("ses"), wire.client("sesv2")
    region.identities["example.com"] = verified("example.com", 0)
    region.configuration_sets.pop("told", None)
    v2.create_configuration_set(ConfigurationSetName="told")
    kinds = ["SEND", "REJECT", "BOUNCE", "COMPLAINT", "DELIVERY", "OPEN", "CLICK", "RENDERING_FAILURE", "DELIVERY_DELAY", "SUBSCRIPTION"]  # fmt: skip
    v2.create_configuration_set_event_destination(
        ConfigurationSetName="told",
        EventDestinationName="sns",
        EventDestination={
            "Enabled": True,
            "MatchingEventTypes": kinds,
            "SnsDestination": {"TopicArn": topic},
        },
    )
    for kind in ("Bounce", "Complaint", "Delivery"):
        ses.set_identity_notification_topic(Identity="example.com", NotificationType=kind, SnsTopic=topic)
    return topic
