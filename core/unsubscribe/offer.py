"""A link for one address, for whoever sends: the API, a test mail, the page in the dashboard. Making one changes nothing."""

from core.errors import BadInput
from core.events.address import normalise
from core.links import Link, LinkKeys, LinkMade, made, place_of
from core.settings import Settings
from core.store import list_settings
from core.store.engine import Store
from core.store.tables import Connection
from core.unsubscribe.chosen import GROUP, Chosen, read

LONGEST = 320  # bytes; what was longer was cut there


def chosen(store: Store, connection: Connection) -> Chosen:
    """What a connection decided about unsubscribing."""
    return read(list_settings.get(store, connection.id or 0))


def offer(
    store: Store, settings: Settings, keys: LinkKeys, connection: Connection, address: str, group: str = ""
) -> LinkMade:
    """The link and the headers for one address. BadInput with the field; Unavailable without a public URL or without keys."""
    person = checked(address)
    if group and not GROUP.fullmatch(group):
        raise BadInput("A group is named by a word of small letters, digits, - and _, such as news.", "group")
    decided = chosen(store, connection)
    made(settings.public_url, "")  # says what is missing before a key is made
    page = group if group in decided.keys else ""
    token = keys.for_making().make(Link(place_of(connection.uuid), person, group), page)
    return made(settings.public_url, token, decided.look.elsewhere)


def checked(address: str) -> str:
    """The address as we compare it. BadInput when it is none."""
    bare = normalise(address)
    local, at, domain = bare.rpartition("@")
    whole = local and at and domain and len(bare.encode("utf-8", "replace")) < LONGEST
    if not whole or not bare.isprintable() or " " in domain:
        raise BadInput("That is not an e-mail address. It looks like you@example.com.", "address")
    return bare
