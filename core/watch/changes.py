"""What changed in the chain since all was well, and what reports twice. Pure: two looks are compared."""

from collections.abc import Iterator

from core.aws.chain import Chain, IdentityState
from core.chain.expected import Expected
from core.diagnosis import finding
from core.diagnosis.diagnosis import Diagnosis
from core.watch.seen import Seen

DRIFT, TWICE = "chain-drift", "duplicate-feed"
WHERE = "where"
BOTH = ("BOUNCE", "COMPLAINT", "DELIVERY")


def drift(chain: Chain, wanted: Expected, before: Seen) -> Diagnosis | None:
    """The sender's settings, beside those of the last good look. SES takes topics away by itself when it cannot publish."""
    now = chain.identity
    if now is None or not now.exists or now.name != before.identity:
        return None
    changes = dict(_changes(now, wanted, before))
    return finding(DRIFT, {WHERE: now.name, **changes}, wanted.region) if changes else None


def _changes(now: IdentityState, wanted: Expected, before: Seen) -> Iterator[tuple[str, str]]:
    gone = [
        kind
        for kind, arn in before.topics.items()
        if arn in wanted.topic_arns and now.topics.get(kind) != arn
    ]
    if gone:
        yield "no longer reported to the topic", ", ".join(gone)
    if now.forwarding and not before.forwarding:
        yield "feedback by e-mail", "switched on again"
    if before.configuration_set and now.configuration_set != before.configuration_set:
        yield "configuration set", f"was {before.configuration_set}, is {now.configuration_set or 'none'}"


def twice(chain: Chain, wanted: Expected) -> Diagnosis | None:
    """Whether the sender's own notifications and its configuration set both report to us."""
    identity = chain.identity
    if identity is None:
        return None
    ours = set(wanted.topic_arns)
    by_identity = [kind for kind, arn in identity.topics.items() if arn in ours]
    sets = {name for name in (identity.configuration_set, wanted.configuration_set) if name}
    by_set = [
        one.name
        for one in chain.destinations
        if one.enabled
        and one.topic_arn in ours
        and one.configuration_set in sets
        and set(BOTH) & set(one.types)
    ]
    if not by_identity or not by_set:
        return None
    told = {
        "by the sender's own notifications": ", ".join(by_identity),
        "by the configuration set": ", ".join(sorted(sets)),
    }
    return finding(TWICE, {WHERE: identity.name, **told}, wanted.region)


def as_seen(chain: Chain) -> dict[str, object]:
    """What to remember of a look."""
    identity = chain.identity
    if identity is None or not identity.exists:
        return {}
    return {
        "identity": identity.name,
        "topics": dict(identity.topics),
        "forwarding": identity.forwarding,
        "configuration_set": identity.configuration_set,
    }
