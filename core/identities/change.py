"""What an admin may change about the senders of an account: add one, remove one, its bounce domain, its signature."""

import re

from core.aws import identities as amazon
from core.aws import identity
from core.aws.access import Access
from core.aws.identities import Identity
from core.aws.identity import ON_FAILURE, Details
from core.connect import access
from core.desk import Desk
from core.dns.spelling import shown, spelled
from core.errors import BadInput, NotFound
from core.identities.sender import somebody_elses
from core.in_time import LIMIT, answer
from core.members.actor import Actor
from core.members.roles import require, require_sight
from core.store import audit
from core.store.tables import Connection
from core.unsubscribe.offer import checked

_LABEL = re.compile(r"(?!-)[a-z0-9-]{1,63}(?<!-)")
LONGEST = 253


def known(desk: Desk, connection: Connection, actor: Actor) -> list[Identity]:
    """Every sender Amazon has in this region. Operators and admins. Raises what Amazon says, and Late."""
    way = asked(desk, connection, actor).within(LIMIT)
    return answer(lambda: amazon.identities(way), way.end)


def details(desk: Desk, connection: Connection, name: str, actor: Actor) -> Details:
    """One of them, whole. Operators and admins. Raises what Amazon says."""
    return identity.read(asked(desk, connection, actor), name)


def add(desk: Desk, connection: Connection, text: str, actor: Actor, now: int) -> Details:
    """Have Amazon begin to verify a domain or an address; one that is there already is only read. BadInput for neither."""
    name = name_of(text)
    way = _admins(desk, connection, actor)
    amazon.verify(way, name)
    _note(desk, connection, actor, "sender-added", name, now)
    return identity.read(way, name)


def remove(desk: Desk, connection: Connection, name: str, actor: Actor, now: int) -> None:
    """Give a sender up: Amazon refuses mail from it at once."""
    identity.remove(_admins(desk, connection, actor), name)
    _note(desk, connection, actor, "sender-removed", name, now)


def set_bounce_domain(
    desk: Desk, connection: Connection, name: str, text: str, refuse: bool, actor: Actor, now: int
) -> None:
    """The subdomain that bounces go to; empty goes back to Amazon's own. `refuse`: no mail while its MX is not found."""
    base, domain = name.rpartition("@")[2].lower(), text.strip().rstrip(".").lower()
    if domain and "." not in domain:
        domain = f"{domain}.{base}"
    if domain and (not domain.endswith(f".{base}") or not is_domain(domain)):
        raise BadInput(
            f"A bounce domain lies under the sender's own: bounce.{base}, for example.", "mail_from"
        )
    way = _admins(desk, connection, actor)
    identity.set_mail_from(way, name, domain, ON_FAILURE[1 if refuse and domain else 0])
    what = {"bounce_domain": domain or "Amazon's own", "refuse": refuse and bool(domain)}
    _note(desk, connection, actor, "bounce-domain-set", name, now, **what)


def set_signing(desk: Desk, connection: Connection, name: str, on: bool, actor: Actor, now: int) -> None:
    """Switch the DKIM signature on or off."""
    identity.sign(_admins(desk, connection, actor), name, on)
    _note(desk, connection, actor, "dkim-signing-set", name, now, on=on)


def name_of(text: str) -> str:
    """The domain or address that was typed, as Amazon takes it. BadInput names the fix."""
    bare = text.strip().strip("<>\"'").removeprefix("mailto:")
    if "://" in bare:
        bare = bare.partition("://")[2].partition("/")[0]
    bare = bare.removeprefix("@").rstrip("./")
    if not bare:
        raise BadInput("Type a domain such as example.com, or an address such as news@example.com.", "name")
    if "@" in bare:
        local, _, host = bare.rpartition("@")
        if not local.isascii():
            raise BadInput("Amazon takes only plain letters before the @, no accents.", "name")
        domain = _domain(host)
        try:
            checked(f"{local}@{domain}")
        except BadInput as refused:
            raise BadInput(refused.message, "name") from None
        return f"{local}@{domain}"
    domain = _domain(bare)
    if somebody_elses(domain):
        raise BadInput(
            f"{domain} is a mailbox provider's, and only its owner can verify it. Add a domain of your own.",
            "name",
        )
    return domain


def is_domain(text: str) -> bool:
    """Whether a text is a domain with at least two parts, in plain letters."""
    labels = text.split(".")
    return (
        len(text) <= LONGEST
        and len(labels) > 1
        and all(_LABEL.fullmatch(label) for label in labels)
        and not labels[-1].isdigit()
    )


def _domain(text: str) -> str:
    """In punycode."""
    name = spelled(text)
    domain = shown(name) if name else ""
    if not is_domain(domain):
        raise BadInput(
            "That is no domain. It looks like example.com, without https:// and without a path.", "name"
        )
    return domain


def asked(desk: Desk, connection: Connection, actor: Actor) -> Access:
    """The way to ask about senders. Operators and admins. Raises NotFound where an SMTP password is all there is."""
    require(actor, "operator")
    require_sight(actor, connection.id or 0)
    return _way(desk, connection)


def _admins(desk: Desk, connection: Connection, actor: Actor) -> Access:
    require(actor, "admin")
    require_sight(actor, connection.id or 0)
    return _way(desk, connection)


def _way(desk: Desk, connection: Connection) -> Access:
    way = access.of(desk.store, desk.vault, desk.settings, connection)
    if not way.credentials.can_sign:
        raise NotFound(
            "This connection has an SMTP password alone. Amazon tells its senders to an access key only."
        )
    return way


def _note(
    desk: Desk, connection: Connection, actor: Actor, action: str, name: str, now: int, **more: object
) -> None:
    """The audit names the domain; a person's address is nobody's business there."""
    about = {"sender": name if "@" not in name else f"an address of {name.rpartition('@')[2]}", **more}
    with desk.store.write() as conn:
        audit.append(conn, actor.name, action, connection.name, about, now)
