"""A desk with its receiver on loopback, a demo Amazon, and a chain between them that a test makes and then breaks."""

import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

import uvicorn
from amazon import ALICE, BOB, credentials_of

from core import moment
from core.aws import mending
from core.aws.access import Access
from core.chain import fix as mend
from core.chain import ours, subscribing
from core.connect import walk
from core.connect.endpoint import recognise
from core.demo.beginning import verified
from core.demo.running import Running
from core.demo.world import Region
from core.desk import Desk
from core.drill import drill, hops, progress, stuck
from core.drill.progress import Progress
from core.drill.stuck import Cause
from core.receiver.asgi import Serving
from core.receiver.guard import GuardedProtocol
from core.receiver.receiver import Receiver
from core.settings import Settings
from core.setup import policies
from core.store import drills
from core.store.tables import Connection, Drill
from core.vault import open_vault

SENDER, IDENTITY, SET = "news@example.com", "example.com", "drilled"
IRELAND = "eu-west-1"


def until(ready: Callable[[], Any], seconds: float = 20.0) -> Any:
    """What `ready` gives once it is true."""
    ended = time.monotonic() + seconds
    while time.monotonic() < ended:
        if found := ready():
            return found
        time.sleep(0.02)
    raise AssertionError("did not come in time")


@dataclass
class Yard:
    """Everything a drill needs, and what a test does with it."""

    desk: Desk
    connection: Connection
    amazon: Running
    way: Access
    close_the_door: Callable[[], None]  # our receiver hears nothing from then on
    arn: str = ""

    @property
    def region(self) -> Region:
        return self.amazon.amazon.world.regions[IRELAND]

    @property
    def number(self) -> int:
        return self.connection.id or 0

    def client(self, service: str, region: str = IRELAND) -> Any:
        """An unchanged boto3 client to the demo Amazon."""
        return self.way.client(service, region=region)

    def listen(self, how: str, region: str = IRELAND) -> str:
        """Make the chain: a topic, our subscription to it (confirmed), and who publishes there. Returns the topic's ARN."""
        sns = self.client("sns", region)
        self.arn = sns.create_topic(Name=f"drilled-{uuid4().hex[:8]}")["TopicArn"]
        source = f"arn:aws:ses:{region}:000000000000:*"
        statement = {
            "Sid": "by-hand", "Effect": "Allow", "Principal": {"Service": "ses.amazonaws.com"}, "Action": "SNS:Publish",
            "Resource": self.arn, "Condition": {"ArnLike": {"AWS:SourceArn": source}},
        }  # fmt: skip
        mending.topic_policy(self.way, self.arn, policies.with_statement("", statement))
        self.subscribe()
        if region == IRELAND:
            self.publish_by(how)
        return self.arn

    def subscribe(self) -> None:
        wanted = ours.expected(self.desk, self.connection)
        subscribing.subscribe(self.desk, self.connection, self.way, self.arn, wanted, ALICE, moment.now())

    def publish_by(self, how: str) -> None:
        if how == "identity":
            mending.notifications(self.way, IDENTITY, self.arn, ("Bounce", "Complaint", "Delivery"))
            return
        ses = self.client("sesv2")
        ses.create_configuration_set(ConfigurationSetName=SET)
        mending.destination(self.way, SET, "ses-desk", self.arn, TYPES, new=True)
        mending.default_set(self.way, IDENTITY, SET)

    def subscription(self) -> str:
        """The ARN of our subscription."""
        listed = self.client("sns").list_subscriptions_by_topic(TopicArn=self.arn)["Subscriptions"]
        return str(listed[0]["SubscriptionArn"])

    def start(self, kind: str = "mail", actor: Any = BOB) -> Drill:
        return drill.start(self.desk, self.connection, kind, actor, moment.now())

    def look(self, begun: Drill) -> Progress:
        return progress.progress(self.desk.store, begun.id or 0, moment.now())

    def passes(self, kind: str = "mail") -> Progress:
        """Run a drill to its end and see it pass."""
        begun = self.start(kind)
        until(lambda: self.look(begun).over or self.look(begun).stuck)
        shown = self.look(begun)
        assert shown.passed, [(one.title, one.hops) for one in shown.pieces]
        return shown

    def passes_again(self, kind: str = "mail") -> Progress:
        """End the drill that is stuck, as the next one would do, and see a new one pass."""
        stuck_one = drills.running(self.desk.store, self.number)
        if stuck_one is not None:
            progress.end(self.desk.store, stuck_one.id or 0, moment.now())
        return self.passes(kind)

    def gets_stuck(self, kind: str = "mail") -> Drill:
        """Run a drill that does not come back, until its time is over."""
        begun = self.start(kind)
        time.sleep(0.4)  # what is on its way arrives; nothing is expected of the clock beyond that
        late = moment.now() + hops.PATIENCE + 1_000
        shown = progress.progress(self.desk.store, begun.id or 0, late)
        assert shown.stuck and not shown.passed
        return begun

    def causes(self, begun: Drill) -> list[Cause]:
        return stuck.why_stuck(self.desk, begun, BOB, moment.now())

    def mend(self, cause: Cause) -> str:
        return mend.fix(self.desk, self.connection, cause.finding.reference, cause.where, ALICE, moment.now())


TYPES = ("SEND", "REJECT", "BOUNCE", "COMPLAINT", "DELIVERY", "RENDERING_FAILURE", "DELIVERY_DELAY")


CLOSED = {
    "Version": "2012-10-17",
    "Statement": [
        {"Sid": "theirs", "Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::000000000000:root"},
         "Action": "SNS:Publish", "Resource": "*"}
    ],
}  # fmt: skip


def policy_without_ses(ground: Yard) -> None:
    """Somebody writes another policy over the topic's."""
    ground.client("sns").set_topic_attributes(
        TopicArn=ground.arn, AttributeName="Policy", AttributeValue=json.dumps(CLOSED)
    )


@contextmanager
def yard(amazon: Running, folder: Path, store: Any = None) -> Iterator[Yard]:
    """A desk of one demo connection, with its receiver listening; Ireland is as it was when Amazon woke up."""
    from core.store import store as open_settled_store

    region = amazon.amazon.world.regions[IRELAND]
    for code in (IRELAND, "eu-central-1"):
        for held in ("topics", "queues", "suppressed", "orphans"):
            getattr(amazon.amazon.world.regions[code], held).clear()
    region.configuration_sets.clear()
    region.identities["example.com"] = verified("example.com", moment.now())
    listener = socket.create_server(("127.0.0.1", 0))
    settings = Settings(data_dir=folder, PORT=int(listener.getsockname()[1]), _env_file=None)
    opened = store or open_settled_store(settings)
    vault = open_vault(settings, opened)
    desk = Desk(opened, vault, settings)
    receiver = Receiver(opened, settings)
    server = uvicorn.Server(
        uvicorn.Config(Serving(receiver), http=GuardedProtocol, ws="none", log_config=None, access_log=False)
    )
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    until(lambda: server.started)
    wanted = walk.Wanted(
        "Demo", recognise(IRELAND), credentials_of(amazon), SENDER, "", "000000000000", demo=True
    )
    connection = walk.save(opened, vault, wanted, ALICE, moment.now())
    from core.connect import access

    def close() -> None:
        server.should_exit = True
        thread.join(15)

    try:
        yield Yard(desk, connection, amazon, access.of(opened, vault, settings, connection), close)
    finally:
        close()
        if store is None:
            opened.close()
