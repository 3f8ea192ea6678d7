"""The verb that makes callback tokens and pins topics to them."""

import re
from argparse import Namespace

from core.admin.named import connection
from core.admin.told import Told
from core.errors import BadInput, Locked, NotFound
from core.members.actor import Cli
from core.members.tokens import digest, fresh
from core.receiver.regions import REGIONS
from core.settings import Settings
from core.store import audit, callbacks
from core.store.engine import Store
from core.store.tables import Connection
from core.vault import Secret, open_vault
from core.vault.owner import callback as owner

NAME = r"[0-9A-Za-z_-]{1,256}"


def add_topic(asked: Namespace, chosen: Settings, store: Store, now: int) -> Told:
    """A new token, closed around one topic or open for topics to confirm; or one more topic on a token that exists."""
    mine = connection(store, asked.connection)
    arn = None if asked.arn is None else checked_arn(asked.arn, mine)
    token = asked.token or fresh()
    sealed = None if asked.token else _sealed(chosen, store, mine, token)
    with store.write() as conn:
        if asked.token:
            found = callbacks.find(conn, token)
            if found is None or found.connection_id != mine.id:
                raise NotFound(
                    f"The connection {mine.name} has no such token. Leave --token out to make a new one."
                )
            callback_id = found.id
        else:
            callback_id = callbacks.add(conn, mine.id or 0, token, arn is None, sealed, now)
            audit.append(conn, Cli().name, "callback-added", mine.name, {"open": arn is None}, now)
        if arn is not None:
            callbacks.pin(conn, callback_id, arn, now)
            audit.append(conn, Cli().name, "topic-pinned", mine.name, {"arn": arn}, now)
    path = f"/sns/{token}"
    url = f"{chosen.public_url.rstrip('/')}{path}" if chosen.public_url else None
    values = {"arn": arn, "token": token, "callback_path": path, "callback_url": url}
    what = f"Notifications of {arn} are taken in at" if arn else "Topics may ask to be confirmed at"
    hint = (
        ()
        if url
        else ("Set SES_DESK_PUBLIC_URL to the address that Amazon can reach, and put it before the path.",)
    )
    return Told(values, (f"{what} {url or path}", *hint))


def checked_arn(text: str, mine: Connection) -> str:
    """The ARN of an SNS topic in the connection's own region. BadInput names what does not fit."""
    arn, region = text.strip(), mine.region
    if not re.fullmatch(rf"arn:[a-z-]+:sns:[a-z0-9-]+:[0-9]{{12}}:{NAME}", arn):
        raise BadInput(
            f"That is no ARN of an SNS topic. One looks like arn:aws:sns:{region}:111122223333:ses-events.",
            "arn",
        )
    _, partition, _, place, _, _ = arn.split(":")
    if place != region:
        raise BadInput(
            f"That topic is in {place}, the connection {mine.name} is in {region}. SES publishes within one region only.",
            "arn",
        )
    if region not in REGIONS or partition != REGIONS[region].partition:
        raise BadInput(f"Amazon has no SNS in {partition}:{region}.", "arn")
    return arn


def _sealed(chosen: Settings, store: Store, mine: Connection, token: str) -> str | None:
    """The token for the dashboard to show again. With a locked vault the receiver still knows it, by its hash."""
    try:
        return open_vault(chosen, store).seal(Secret(token), owner(mine.uuid, digest(token)))
    except Locked:
        return None
