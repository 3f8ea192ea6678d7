"""By which road a connection's domains are looked up: the internet's, or the demo's own names."""

from core.dns.way import SYSTEM, Way
from core.settings import Settings
from core.store.tables import Connection


def way_of(settings: Settings, connection: Connection) -> Way:
    """The demo's domains exist in the demo alone; its name server is on loopback. Raises Unavailable when it is not up."""
    if not connection.demo:
        return SYSTEM
    from core.demo import process

    return Way(("127.0.0.1",), process.ensure(settings).dns_port, inside=True)
