"""What the receiver raised ends when it is truly over, not before: certificates to be had again, subscribed again."""

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from drilling import Yard, until, yard
from test_watching import SIMULATOR, came, found, send

from core import moment
from core.aws import subscriptions
from core.aws.talk import Talk
from core.chain import ours
from core.chain.weak import doubts, weak_links
from core.demo.control import BUTTONS
from core.demo.running import Running
from core.receiver.callbacks import HOLD
from core.receiver.certificates import Certificates
from core.receiver.refused import later
from core.watch import feed, links

ENDED, UNAVAILABLE, FILTERED = "unsubscribed-by-amazon", "certificate-unavailable", "filter-policy-set"


@pytest.fixture
def ground(amazon: Running, tmp_path: Path) -> Iterator[Yard]:
    with yard(amazon, tmp_path) as made:
        yield made


def test_a_certificate_that_cannot_be_had_stands_until_an_event_comes_in_well(
    ground: Yard, monkeypatch: pytest.MonkeyPatch
) -> None:
    ground.listen("configuration-set")
    store = ground.desk.store
    came(ground, *send(ground, SIMULATOR))  # well, before the trouble

    async def away(*_: Any) -> None:
        raise later(UNAVAILABLE, "The signing certificate cannot be had.")

    with monkeypatch.context() as broken:
        broken.setattr(Certificates, "find", away)
        with store.engine.begin() as conn:
            conn.execute(sa.text("UPDATE topics SET demo = false"))
        send(ground, SIMULATOR)
        until(lambda: send(ground, SIMULATOR) and UNAVAILABLE in found(ground))
        feed.listen_for(store, ground.connection, moment.now())
        links.look(ground.desk, ground.connection, moment.now())
        assert found(ground)[UNAVAILABLE].subject == ""
        with store.engine.begin() as conn:
            conn.execute(sa.text("UPDATE topics SET demo = true"))
        time.sleep(HOLD + 0.2)  # so long the receiver holds what it read
    came(ground, *send(ground, SIMULATOR))
    links.look(ground.desk, ground.connection, moment.now())
    assert UNAVAILABLE in found(ground), "the chain says nothing of certificates"
    feed.listen_for(store, ground.connection, moment.now())
    assert UNAVAILABLE not in found(ground)


def stands_unsubscribed(ground: Yard) -> str:
    """Amazon ends our subscription and tells us so. Returns the endpoint."""
    ground.listen("identity")
    endpoint = str(ground.region.topics[ground.arn].present[0].endpoint)
    ground.client("sns").unsubscribe(SubscriptionArn=ground.subscription())
    until(lambda: ENDED in found(ground))
    assert found(ground)[ENDED].subject == ground.arn
    return endpoint


def subscribed(ground: Yard, endpoint: str, confirmed: bool) -> None:
    ground.client("sns").subscribe(TopicArn=ground.arn, Protocol="http", Endpoint=endpoint)
    for one in ground.region.topics[ground.arn].present:
        one.confirmed = one.confirmed or (confirmed and one.endpoint == endpoint)


def test_an_ended_subscription_stands_until_a_confirmed_one_of_ours_is_seen(ground: Yard) -> None:
    endpoint = stands_unsubscribed(ground)
    links.look(ground.desk, ground.connection, moment.now())
    assert ENDED in found(ground)
    subscribed(ground, "http://127.0.0.1:9/sns/another-installation", confirmed=True)
    links.look(ground.desk, ground.connection, moment.now())
    assert ENDED in found(ground), "somebody else's subscription does not bring ours back"
    subscribed(ground, endpoint, confirmed=False)
    links.look(ground.desk, ground.connection, moment.now())
    assert ENDED in found(ground), "a pending one delivers nothing"
    subscribed(ground, endpoint, confirmed=True)
    links.look(ground.desk, ground.connection, moment.now())
    assert ENDED not in found(ground)


def test_an_ended_subscription_is_not_taken_for_mended_while_the_topic_cannot_be_read(ground: Yard) -> None:
    endpoint = stands_unsubscribed(ground)
    subscribed(ground, endpoint, confirmed=True)
    BUTTONS["POST", "/_demo/faults"](
        ground.amazon.amazon, {"service": "sns", "code": "AuthorizationError", "status": 403, "count": -1}
    )
    links.look(ground.desk, ground.connection, moment.now())
    assert ENDED in found(ground)
    ground.amazon.amazon.faults.clear()
    links.look(ground.desk, ground.connection, moment.now())
    assert ENDED not in found(ground)


def test_what_a_subscription_is_set_to_is_unknown_while_its_settings_cannot_be_read(ground: Yard) -> None:
    ground.listen("identity")
    ground.client("sns").set_subscription_attributes(
        SubscriptionArn=ground.subscription(),
        AttributeName="FilterPolicy",
        AttributeValue='{"shop": ["one"]}',
    )
    links.look(ground.desk, ground.connection, moment.now())
    assert FILTERED in found(ground)
    BUTTONS["POST", "/_demo/faults"](
        ground.amazon.amazon,
        {
            "service": "sns",
            "action": "GetSubscriptionAttributes",
            "code": "AuthorizationError",
            "status": 403,
            "count": -1,
        },
    )
    links.look(ground.desk, ground.connection, moment.now())
    assert FILTERED in found(ground), "nobody saw that the filter is gone"
    chain, wanted = ours.look(ground.desk, ground.connection)
    assert doubts(chain, wanted), "a chain with a link that was not read is not in order"
    ground.amazon.amazon.faults.clear()
    ground.client("sns").set_subscription_attributes(
        SubscriptionArn=ground.subscription(), AttributeName="FilterPolicy", AttributeValue="{}"
    )
    links.look(ground.desk, ground.connection, moment.now())
    assert FILTERED not in found(ground)


def test_a_subscription_that_has_ended_is_no_link_although_amazon_goes_on_listing_it(ground: Yard) -> None:
    ground.listen("identity")
    ground.client("sns").unsubscribe(SubscriptionArn=ground.subscription())
    listed = ground.client("sns").list_subscriptions_by_topic(TopicArn=ground.arn)["Subscriptions"]
    assert [one["SubscriptionArn"] for one in listed] == ["Deleted"]
    chain, wanted = ours.look(ground.desk, ground.connection)
    assert [one.reference for one in weak_links(chain, wanted)] == ["subscription-missing"]
    talk = Talk(ground.way, pause=0)
    assert subscriptions.of_topic(talk, ground.arn) == []
