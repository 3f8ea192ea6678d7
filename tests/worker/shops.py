"""A demo account whose reports go to a queue: topic, queue, policy and subscription, made by hand through boto3."""

import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import pytest
import sqlalchemy as sa
from amazon import ALICE, credentials_of

from core import moment
from core.aws.access import Access
from core.aws.pulling import Line
from core.connect import walk
from core.connect.endpoint import recognise
from core.demo.running import Running
from core.demo.world import Queue as DemoQueue
from core.desk import Desk
from core.settings import Settings
from core.store import callbacks, queues
from core.store.engine import Store
from core.store.tables import Connection, Queue
from core.vault import Vault

REGION = "eu-west-1"


def until(ready: Callable[[], Any], seconds: float = 30.0) -> Any:
    """What `ready` says once it says something."""
    ended = time.monotonic() + seconds
    while time.monotonic() < ended:
        if found := ready():
            return found
        time.sleep(0.02)
    raise AssertionError("it did not happen")


def bounce(message_id: str = "", recipient: str = "ann@example.org") -> dict[str, Any]:
    """A permanent bounce as a configuration set reports it."""
    at = moment.rfc3339(moment.now())
    return {
        "eventType": "Bounce",
        "mail": {
            "messageId": message_id or str(uuid4()),
            "timestamp": at,
            "source": "news@example.com",
            "destination": [recipient],
        },
        "bounce": {
            "bounceType": "Permanent",
            "bounceSubType": "General",
            "bouncedRecipients": [{"emailAddress": recipient}],
            "timestamp": at,
            "feedbackId": str(uuid4()),
        },
    }


@dataclass
class Shop:
    """A connection to the demo with a topic that reports to a queue."""

    desk: Desk
    connection: Connection
    amazon: Running
    way: Access
    topic: str
    name: str
    url: str
    arn: str

    @property
    def store(self) -> Store:
        return self.desk.store

    @property
    def line(self) -> Line:
        return Line(self.way, self.url, REGION)

    @property
    def there(self) -> DemoQueue:
        """The queue as Amazon holds it."""
        region = self.amazon.amazon.region(REGION)
        assert region is not None
        return region.queues[self.name]

    def read_from_now_on(self, kind: str = queues.EVENTS, **more: Any) -> Queue:
        """Have our own list know the queue, as the set-up does."""
        with self.store.write() as conn:
            number = queues.add(
                conn, self.connection.id or 0, self.arn, self.url, kind, moment.now(), demo=True, **more
            )
        found = queues.by_id(self.store, number)
        assert found is not None
        return found

    def pin(self) -> None:
        """The topic may report to the connection's callback."""
        with self.store.write() as conn:
            made = callbacks.add(conn, self.connection.id or 0, f"t-{uuid4().hex}", False, None, moment.now())
            pem = self.amazon.demo.certificate_pem
            callbacks.pin(conn, made, self.topic, moment.now(), pem, demo=True)

    def publish(self, *events: dict[str, Any]) -> None:
        sns = self.way.client("sns")
        for event in events:
            sns.publish(TopicArn=self.topic, Message=json.dumps(event))

    def put(self, body: str) -> None:
        self.way.client("sqs").send_message(QueueUrl=self.url, MessageBody=body)

    def count(self, table: str) -> int:
        with self.store.read() as conn:
            return int(conn.execute(sa.text(f"SELECT count(*) FROM {table}")).scalar_one())

    def bounced(self) -> int:
        """Recipients bounced for good, as the rollups have it."""
        with self.store.read() as conn:
            found = conn.execute(
                sa.text(
                    "SELECT sum(bounced_permanent) FROM rollups WHERE dimension='' AND grain='d' AND cohort='s'"
                )
            ).scalar()
        return int(found or 0)

    def show_again(self) -> None:
        """What a reader holds becomes visible at once, as after two minutes."""
        for each in self.there.messages:
            each.visible_at = 0


def make_shop(amazon: Running, way: Access, desk: Desk) -> Shop:
    """The connection and, in the demo, a topic and a queue that takes what it gets."""
    wanted = walk.Wanted(
        "Shop", recognise(REGION), credentials_of(amazon), "news@example.com", account_id="000000000000", demo=True
    )  # fmt: skip
    connection = walk.save(desk.store, desk.vault, wanted, ALICE, moment.now())
    name = f"events-{uuid4().hex[:8]}"
    sqs, sns = way.client("sqs"), way.client("sns")
    topic = sns.create_topic(Name=name)["TopicArn"]
    url = sqs.create_queue(QueueName=name)["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    let_in(way, url, arn, {"ArnEquals": {"aws:SourceArn": topic}})
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn)
    return Shop(desk, connection, amazon, way, topic, name, url, arn)


def let_in(
    way: Access, url: str, arn: str, condition: dict[str, Any], who: Any = "sns.amazonaws.com"
) -> None:
    """The queue's policy: who may send, under this condition."""
    statement: dict[str, Any] = {
        "Effect": "Allow", "Principal": {"Service": who} if who != "*" else "*", "Action": "sqs:SendMessage", "Resource": arn,
    }  # fmt: skip
    if condition:
        statement["Condition"] = condition
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    way.client("sqs").set_queue_attributes(QueueUrl=url, Attributes={"Policy": policy})


@pytest.fixture
def its_desk(store: Store, vault: Vault, its_settings: Settings) -> Desk:
    return Desk(store, vault, its_settings)


@pytest.fixture
def shop(amazon: Running, way: Access, its_desk: Desk) -> Shop:
    return make_shop(amazon, way, its_desk)
