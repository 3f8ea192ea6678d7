"""Unsubscribe links: who may be meant by one, made and read without a store. Keys of their own, never the vault's."""

from core.links.keys import LinkKeys
from core.links.token import Link, LinkRing, place_of, shown_as
from core.links.url import LinkMade, made

__all__ = ["Link", "LinkKeys", "LinkMade", "LinkRing", "made", "place_of", "shown_as"]
