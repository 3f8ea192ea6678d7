"""The API's answer to: which link and headers does a mail to this address carry? Asking changes nothing."""

from collections.abc import Mapping
from typing import Any

from core.links import LinkKeys
from core.receiver.question import Question, bad
from core.receiver.refused import later
from core.settings import Settings
from core.store.engine import Store
from core.store.tables import Connection
from core.unsubscribe.offer import offer

PARAMETERS = ("connection", "address", "group")


def link(
    store: Store, settings: Settings, keys: LinkKeys, asked: Mapping[int, Connection], question: Question
) -> dict[str, Any]:
    """`url` and `headers` for one address. Left out, the connection must be the only one that the token may see."""
    if len(asked) != 1:
        raise bad("connection", "Name the connection that sends: this token may see several, or none.")
    address = question.one("address")
    if not address:
        raise bad("address", "Name the address that the mail goes to.")
    if not settings.public_url:
        raise later("no-public-url", "No link can be made: SES_DESK_PUBLIC_URL is not set on this desk.")
    made = offer(store, settings, keys, next(iter(asked.values())), address, question.one("group") or "")
    return {"url": made.url, "headers": made.headers}
