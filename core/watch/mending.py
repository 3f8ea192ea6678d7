"""The button beside a standing finding: mend the link, then remember the chain as it is from then on."""

from core.chain.fix import fix
from core.desk import Desk
from core.members.actor import Actor
from core.store.tables import Connection
from core.watch.links import remember


def mend(desk: Desk, connection: Connection, reference: str, subject: str, actor: Actor, now: int) -> str:
    """Mend it; returns what was done as a sentence. Admin only. What we change ourselves is no drift."""
    done = fix(desk, connection, reference, subject, actor, now)
    remember(desk, connection, now)
    return done
