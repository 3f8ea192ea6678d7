"""Subscribing us to a topic: pinned first, then asked for, and confirmed once Amazon's request has come in by our own door."""

import time

from core.aws import mending
from core.aws.access import Access
from core.chain.expected import Expected
from core.connect import listen
from core.desk import Desk
from core.errors import BadInput, Unavailable
from core.members.actor import Actor
from core.store import callbacks
from core.store.tables import Connection, Topic

PATIENCE = 15.0  # seconds for Amazon's request to come


def subscribe(
    desk: Desk, connection: Connection, way: Access, arn: str, wanted: Expected, actor: Actor, now: int
) -> str:
    """Subscribe our queue where we fetch, else our callback. Raises BadInput without a public URL, Unavailable when nothing came."""
    if wanted.queue_arns:
        for queue in wanted.queue_arns:
            mending.subscribe(way, arn, queue)
        if not wanted.endpoint_url:
            return "The queue gets what the topic gets."
    shown = listen.callback(desk.store, desk.vault, desk.settings, connection, actor, now)
    if shown.url is None:
        raise BadInput(
            "Amazon needs a public address to post to. Set SES_DESK_PUBLIC_URL, or set up a queue instead."
        )
    with desk.store.write() as conn:  # pinned first: Amazon begins to deliver the moment it is confirmed
        callbacks.pin(conn, shown.callback_id, arn, now, _certificate(desk, connection), connection.demo)
    before = _topic(desk, connection, shown.callback_id, arn)
    mending.subscribe(way, arn, shown.url)
    topic = _asked(desk, connection, before)
    done = listen.confirm(desk.store, desk.vault, desk.settings, connection, topic.id or 0, actor, now)
    if done.finding is not None:
        raise BadInput(f"{done.finding.title}. {done.finding.meaning}")
    return "The topic delivers to this SES Desk again, confirmed."


def _certificate(desk: Desk, connection: Connection) -> str | None:
    """The demo's own certificate for a demo connection; Amazon's are found by themselves."""
    if not connection.demo:
        return None
    from core.demo import process

    return process.ensure(desk.settings).certificate_pem


def _asked(desk: Desk, connection: Connection, before: Topic) -> Topic:
    """The topic with the token of the new request. An existing subscription of ours needs none."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        topic = _topic(desk, connection, before.callback_id, before.arn)
        if topic.confirm_token and topic.confirm_token != before.confirm_token:
            return topic
        time.sleep(0.05)
    raise Unavailable(
        "Amazon was asked, and its request has not come in yet. Check that the public address leads here, then try again."
    )


def _topic(desk: Desk, connection: Connection, callback_id: int, arn: str) -> Topic:
    found = callbacks.topics(desk.store, connection.id or 0)
    return next(one for one in found if one.callback_id == callback_id and one.arn == arn)
