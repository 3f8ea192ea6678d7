"""The parts screens are made of. Each draws one thing; none decides anything."""

from pages.parts.ago import ago, exact
from pages.parts.badge import badge, badge_words
from pages.parts.choice import connection_choice, visible_connections
from pages.parts.desk import desk
from pages.parts.finding import finding
from pages.parts.layout import empty, heading
from pages.parts.live import live

__all__ = [
    "ago",
    "badge",
    "badge_words",
    "connection_choice",
    "desk",
    "empty",
    "exact",
    "finding",
    "heading",
    "live",
    "visible_connections",
]
