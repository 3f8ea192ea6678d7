"""What an admin decides about unsubscribing: the page, the groups, and whether Amazon manages the links. Each leaves its trace."""

import re
from collections.abc import Mapping
from urllib.parse import urlsplit

from core.errors import BadInput
from core.links import LinkKeys, LinkMade
from core.members.actor import Actor
from core.members.roles import require, require_sight
from core.safe_text import safe_text
from core.settings import Settings
from core.store import audit, list_settings
from core.store.engine import Store
from core.store.tables import Connection
from core.unsubscribe.chosen import GROUP, Group, Look, groups_json
from core.unsubscribe.colours import LEAST_MARK, checked, contrast
from core.unsubscribe.offer import chosen, offer

MOST_GROUPS = 20
CONTACT_NAME = re.compile(r"[A-Za-z0-9_-]{1,64}")


def change_page(store: Store, connection: Connection, look: Look, actor: Actor, now: int) -> Look:
    """Keep how the page looks; returns what is kept. Raises BadInput with the field that is wrong."""
    _allowed(actor, connection)
    kept = Look(
        name=safe_text(look.name, 80),
        sentence=safe_text(look.sentence, 300),
        button=checked(look.button, "button"),
        paper=checked(look.paper, "paper"),
        on_tests=look.on_tests,
        elsewhere=_elsewhere(look.elsewhere),
    )
    if contrast(kept.button, kept.paper) < LEAST_MARK:
        raise BadInput(
            f"The button cannot be seen well on this background: {contrast(kept.button, kept.paper):.1f} to 1, and "
            "3 to 1 is the least. Choose a darker or a lighter one.",
            "button",
        )
    detail = {"elsewhere": bool(kept.elsewhere), "on_tests": kept.on_tests}
    _keep(store, connection, actor, "unsubscribe-page-changed", detail, now, page=kept.as_json())
    return kept


def add_group(store: Store, connection: Connection, key: str, title: str, actor: Actor, now: int) -> None:
    """Declare a group of mail that can be left by itself. Raises BadInput with the field."""
    _allowed(actor, connection)
    key, title = key.strip().lower(), safe_text(title, 80)
    groups = chosen(store, connection).groups
    if not GROUP.fullmatch(key):
        raise BadInput(
            "Name it with small letters, digits, - and _, such as news. It stands in links.", "key"
        )
    if not title:
        raise BadInput("Give it a title, as people read it: Newsletter.", "title")
    if any(group.key == key for group in groups):
        raise BadInput("There is a group of this name already.", "key")
    if len(groups) >= MOST_GROUPS:
        raise BadInput(f"{MOST_GROUPS} groups are enough for one page. Remove one first.", "key")
    made = groups_json((*groups, Group(key, title)))
    _keep(store, connection, actor, "unsubscribe-group-added", {"group": key}, now, groups=made)


def remove_group(store: Store, connection: Connection, key: str, actor: Actor, now: int) -> None:
    """Take a group off the page. Its links go on working: from now on they leave everything."""
    _allowed(actor, connection)
    groups = tuple(group for group in chosen(store, connection).groups if group.key != key)
    _keep(
        store, connection, actor, "unsubscribe-group-removed", {"group": key}, now, groups=groups_json(groups)
    )


def let_amazon(
    store: Store, connection: Connection, contact_list: str, topic: str, actor: Actor, now: int
) -> None:
    """Let Amazon's subscription management write the links ("" = our own). Raises BadInput with the field."""
    _allowed(actor, connection)
    for field, name in (("contact_list", contact_list), ("contact_topic", topic)):
        if name and not CONTACT_NAME.fullmatch(name):
            raise BadInput("Amazon's names have letters, digits, - and _, at most 64.", field)
    kept = {"contact_list": contact_list, "contact_topic": topic if contact_list else ""}
    _keep(store, connection, actor, "unsubscribe-managed-by", kept, now, **kept)


def link_for(
    store: Store, settings: Settings, connection: Connection, address: str, group: str, actor: Actor
) -> LinkMade:
    """The link and headers for one address, for an admin to copy. Raises BadInput, Unavailable."""
    _allowed(actor, connection)
    return offer(store, settings, LinkKeys(store, settings), connection, address, group)


def _elsewhere(text: str) -> str:
    url = text.strip()
    if not url:
        return ""
    try:
        parts = urlsplit(url)
        good = parts.scheme == "https" and parts.hostname and not parts.query and not parts.fragment
    except ValueError:
        good = False
    if (
        not good
        or parts.username
        or not url.isascii()
        or not url.isprintable()
        or len(url) > 300
        or set(url) & set(' "<>\\^`{|}')
    ):
        raise BadInput(
            "Give the page's whole https address without ? and #, such as https://www.example.com/unsubscribe.html.",
            "elsewhere",
        )
    return url


def _allowed(actor: Actor, connection: Connection) -> None:
    require(actor, "admin")
    require_sight(actor, connection.id or 0)


def _keep(
    store: Store,
    connection: Connection,
    actor: Actor,
    action: str,
    detail: Mapping[str, object],
    now: int,
    **values: str,
) -> None:
    with store.write() as conn:
        list_settings.change(conn, connection.id or 0, now, **values)
        audit.append(conn, actor.name, action, connection.name, detail, now)
