"""This machine's clock beside Amazon's. Amazon refuses what is signed five minutes off, and events come marked as suspect."""

from core.admin.machine import HERE, Line
from core.errors import SesDeskError
from core.moment import MINUTE, SECOND
from core.settings import Settings
from core.store import connections
from core.store.engine import Store
from core.vault import Vault

FINE, REFUSED = 30 * SECOND, 4 * MINUTE
LABEL = "Clock"


def clock(chosen: Settings, store: Store, vault: Vault) -> Line:
    """Ask the first connection that may be asked."""
    from core.aws.clock import ahead
    from core.connect import access

    for mine in connections.all(store):
        if mine.disabled:
            continue
        try:
            return judged(ahead(access.of(store, vault, chosen, mine)))
        except (OSError, SesDeskError) as why:
            return Line(HERE, LABEL, "warn", f"Cannot be compared with Amazon's: {why}.".replace("..", "."))
    return Line(HERE, LABEL, "skip", "No connection is there to compare it with.")


def judged(ahead: int) -> Line:
    """A line for a difference in ms."""
    seconds = round(abs(ahead) / SECOND)
    if abs(ahead) <= FINE:
        return Line(HERE, LABEL, "ok", "Agrees with Amazon's.")
    way = "ahead of" if ahead > 0 else "behind"
    words = f"{seconds:,} seconds {way} Amazon's. Let this machine keep time by NTP; Amazon refuses what is signed 5 minutes off."
    return Line(HERE, LABEL, "fail" if abs(ahead) >= REFUSED else "warn", words)
