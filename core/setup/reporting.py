"""The topic that reports here already: a set-up goes on with it, so that nothing is made twice."""

from core.aws import topics
from core.setup.site import Site
from core.setup.topic_steps import AMAZONS_KEY
from core.store import callbacks, queues

MOST = 5  # topics asked about


def topic_here(site: Site) -> str:
    """The ARN of a topic that was accepted here and that SES can publish to; "" = none, or the one we would make anyway."""
    for arn in _accepted(site)[:MOST]:
        if arn == site.names.topic_arn:
            return ""
        found = site.once(f"topic {arn}", lambda arn=arn: topics.attributes(site.talk, arn))  # type: ignore[misc]
        usable = found is not None and found.get("FifoTopic") != "true"
        if usable and (found or {}).get("KmsMasterKeyId") != AMAZONS_KEY:
            return arn
    return ""


def _accepted(site: Site) -> list[str]:
    """Pinned topics and those that our queues carry, of this region and account: our own first, then the one heard last."""
    number = site.connection.id or 0
    pinned = [one for one in callbacks.topics(site.desk.store, number) if one.state == "pinned"]
    pinned.sort(key=lambda one: -(one.last_event_at or 0))
    kept = queues.of_connection(site.desk.store, number)
    arns = dict.fromkeys([one.arn for one in pinned] + [arn for one in kept for arn in queues.topics_of(one)])
    here = [
        arn for arn in arns if not set("*?") & set(arn) and not arn.endswith(".fifo") and _is_here(site, arn)
    ]
    return sorted(here, key=lambda arn: arn != site.names.topic_arn)


def _is_here(site: Site, arn: str) -> bool:
    return topics.region_of(arn) == site.connection.region and topics.account_of(arn) == site.account
