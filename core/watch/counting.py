"""Reading Amazon's own counts of a connection into the store: by the watch every hour, and when a member asks."""

from core.aws.statistics import SPAN, statistics
from core.connect import access
from core.desk import Desk
from core.diagnosis import Context, explain
from core.diagnosis.diagnosis import Diagnosis
from core.members.actor import Actor
from core.members.roles import require, require_sight
from core.store import amazon_counts
from core.store.tables import Connection


def count_now(desk: Desk, connection: Connection, actor: Actor, now: int) -> Diagnosis | None:
    """Read them because somebody asked: None, or why they could not be read. Operators and admins."""
    require(actor, "operator")
    require_sight(actor, connection.id or 0)
    return count(desk, connection, now)


def count(desk: Desk, connection: Connection, now: int) -> Diagnosis | None:
    """One call, kept by quarter of an hour. What Amazon refused is kept too, and returned. Raises Locked, BadInput, NotFound."""
    way = access.of(desk.store, desk.vault, desk.settings, connection)
    try:
        said = statistics(way, now)
    except Exception as error:  # whatever it was is shown beside the counts, which stay as they were
        about = Context(region=connection.region, service="ses", operation="GetSendStatistics", now=now)
        found = explain(error, about)
        with desk.store.write() as conn:
            amazon_counts.failed(conn, connection.id or 0, found.as_json(), now)
        return found
    with desk.store.write() as conn:
        amazon_counts.keep(conn, connection.id or 0, said.source, said.points, now - SPAN, now)
    return None
