"""Our side of a queue: the worker empties it from the moment it is registered until it is forgotten."""

from core.setup.site import Site
from core.store import queues

EMPTY = 1  # seconds without a message after which a queue counts as empty; 0 would ask only some of Amazon's servers


def register(site: Site, arn: str, url: str, events: bool) -> None:
    """Have the worker empty the queue."""
    kind = queues.EVENTS if events else queues.DEAD_LETTERS
    with site.desk.store.write() as conn:
        queues.add(conn, site.connection.id or 0, arn, url, kind, site.clock(), demo=site.connection.demo)


def forget(site: Site, arn: str) -> None:
    """Leave the queue alone: it is about to go."""
    with site.desk.store.write() as conn:
        queues.remove(conn, site.connection.id or 0, arn)


def drain(site: Site, arn: str) -> None:
    """Take in what still waits in a queue, so that nothing is lost with it. Raises what Amazon or the store says."""
    from core.aws.pulling import Line
    from core.worker import round as rounds

    known = next(
        (each for each in queues.of_connection(site.desk.store, site.connection.id or 0) if each.arn == arn),
        None,
    )
    if known is None:
        return
    line = Line(site.talk.access, known.url, site.connection.region)
    while rounds.once(site.desk.store, known, line, EMPTY).came:
        pass
