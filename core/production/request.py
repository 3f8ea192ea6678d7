"""The request itself: drafted from the facts, filed where the key may, and followed."""

from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlsplit

from core.aws import production
from core.aws.production import LONGEST, MAIL_TYPES, Request
from core.connect import access
from core.connect.subject import one_line
from core.desk import Desk
from core.errors import BadInput
from core.in_time import LIMIT
from core.members.actor import Actor
from core.members.roles import require, require_sight
from core.production.ready import Fact
from core.store import audit
from core.store.tables import Connection

PROOFS = {
    "domain": "Our sending domain is verified in Amazon SES with DKIM.",
    "bounces": "Bounces and complaints come back to us by Amazon SNS; we have proved the way with Amazon's mailbox simulator. "
    "An address that bounces for good or complains is put on our suppression list at once and is mailed no more.",
    "unsubscribe": "The mail we test with carries a one-click unsubscribe header (RFC 8058) and a link, as set up in our sending tool.",
    "dmarc": "The domain publishes a DMARC record.",
}
REVIEWS = {
    "PENDING": "Amazon is looking at the request. That takes about a day; the answer comes by mail to the account's owner.",
    "GRANTED": "Amazon has granted production access in this region.",
    "DENIED": "Amazon has denied the request. Its answer in the Support Center says why: reply there with what it asks for, "
    "such as how addresses are collected and how bounces are handled. A new request here is refused until then.",
    "FAILED": "Amazon could not take the request. Send it once more.",
}


@dataclass(frozen=True, slots=True)
class Use:
    """What only the sender knows. `per_day` is recipients a day."""

    mail_type: str
    website: str
    what: str  # what is mailed, to whom
    collected: str  # how the addresses were collected
    per_day: int


def draft(use: Use, facts: Iterable[Fact]) -> str:
    """The description for Amazon's reviewers: what the sender says, and of the facts only what is proved."""
    proved = [
        PROOFS[fact.key] + (f" (Checked on {fact.on}.)" if fact.on else "")
        for fact in facts
        if fact.state == "ready"
    ]
    words = [
        one_line(use.what),
        f"How we collect addresses: {one_line(use.collected)}" if use.collected.strip() else "",
        f"We expect to mail about {use.per_day:,} recipients a day." if use.per_day > 0 else "",
        *proved,
    ]
    return "\n".join(word for word in words if word)[:LONGEST]


def file(desk: Desk, connection: Connection, use: Use, description: str, actor: Actor, now: int) -> None:
    """Send the request to Amazon. Admin only, audited. Raises BadInput with the box, and botocore's errors."""
    require(actor, "admin")
    require_sight(actor, connection.id or 0)
    if use.mail_type not in MAIL_TYPES:
        raise BadInput("Choose what kind of mail it is.", "mail_type")
    website = use.website.strip()
    split = urlsplit(website)
    if split.scheme not in ("http", "https") or "." not in (split.hostname or ""):
        raise BadInput("Give your website with https:// before it, such as https://example.com.", "website")
    if len(description.strip()) < 50:
        raise BadInput(
            "Say in a few sentences what you mail and to whom: Amazon denies empty requests.", "what"
        )
    if len(description) > LONGEST:
        raise BadInput(f"Amazon takes {LONGEST:,} characters; these are {len(description):,}.", "description")
    way = access.of(desk.store, desk.vault, desk.settings, connection).within(LIMIT)
    production.ask(way, Request(use.mail_type, website, description.strip()))
    with desk.store.write() as conn:
        audit.append(
            conn, actor.name, "production-requested", connection.name, {"region": connection.region}, now
        )
