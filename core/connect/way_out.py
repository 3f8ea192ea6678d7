"""The unsubscribe link in mail that this desk sends to a person: ours, or the one that Amazon's subscription management writes.

Drills go to the simulator, which nobody wants to leave: they carry none.
"""

from dataclasses import dataclass, field, replace

from core.connect.letter import Letter, Managed
from core.errors import BadInput, Unavailable
from core.links import LinkKeys
from core.settings import Settings
from core.store.engine import Store
from core.store.tables import Connection
from core.unsubscribe.offer import chosen, offer

AMAZONS_LINK = "{{amazonSESUnsubscribeUrl}}"  # Amazon puts the recipient's own link in its place


@dataclass(frozen=True, slots=True)
class WayOut:
    """What a mail to one person carries: headers, a link for its text, or a contact list of Amazon's."""

    url: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    managed: Managed | None = None


def with_way_out(store: Store, settings: Settings, connection: Connection, letter: Letter) -> Letter:
    """The letter with its unsubscribe link, where one is switched on and can be made. BadInput when its keys cannot be used."""
    if letter.drill:
        return letter
    way = way_out(store, settings, connection, letter.recipient)
    if not way.url:
        return letter
    body = f"{letter.body}\n-- \nNo longer want these mails? Unsubscribe:\n{way.url}\n"
    return replace(letter, body=body, headers=tuple(way.headers.items()), managed=way.managed)


def way_out(store: Store, settings: Settings, connection: Connection, recipient: str) -> WayOut:
    """What a mail to this address carries. Mail programs press https links only, so without one there is none."""
    decided = chosen(store, connection)
    if decided.contact_list:
        return WayOut(AMAZONS_LINK, managed=Managed(decided.contact_list, decided.contact_topic))
    if not decided.look.on_tests or not settings.public_url.lower().startswith("https://"):
        return WayOut()
    try:
        made = offer(store, settings, LinkKeys(store, settings), connection, recipient)
    except Unavailable as trouble:
        raise BadInput(
            f"This mail would carry an unsubscribe link. {trouble} Or switch the links off under Unsubscribe."
        ) from None
    return WayOut(made.url, made.headers)
