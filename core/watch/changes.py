"""What changed in the chain since all was well, and what reports twice. Pure: two looks are compared."""

import json
from collections.abc import Iterable, Iterator

from core.aws.chain import Chain, DestinationState, IdentityState
from core.chain.expected import Expected
from core.diagnosis import finding
from core.diagnosis.diagnosis import Diagnosis
from core.store.tables import FindingRow
from core.watch.seen import Seen, Settings

DRIFT, TWICE = "chain-drift", "duplicate-feed"
WHERE = "where"
TOLD = "seen with message"
BOTH = ("BOUNCE", "COMPLAINT", "DELIVERY")


def drift(chain: Chain, wanted: Expected, before: Seen) -> list[Diagnosis]:
    """Each sender's settings, beside those of the last good look. SES takes topics away by itself when it cannot publish."""
    found = []
    for now in _identities(chain):
        if (then := before.of(now.name)) and (changes := dict(_changes(now, wanted, then))):
            found.append(finding(DRIFT, {WHERE: now.name, **changes}, wanted.region))
    return found


def _identities(chain: Chain) -> list[IdentityState]:
    """The sender's, then the others that report here."""
    own = [chain.identity] if chain.identity and chain.identity.exists else []
    return own + [one.identity for one in chain.beside]


def _changes(now: IdentityState, wanted: Expected, before: Settings) -> Iterator[tuple[str, str]]:
    gone = [
        kind for kind, arn in before.topics.items() if arn in wanted.accepted and now.topics.get(kind) != arn
    ]
    if gone:
        yield "no longer reported to the topic", ", ".join(gone)
    if now.forwarding and not before.forwarding:
        yield "feedback by e-mail", "switched on again"
    if before.configuration_set and now.configuration_set != before.configuration_set:
        yield "configuration set", f"was {before.configuration_set}, is {now.configuration_set or 'none'}"


def is_told(row: FindingRow) -> bool:
    """Whether a finding of reporting twice comes from a message itself, and not from Amazon's settings."""
    return TOLD in json.loads(row.evidence)


def twice(chain: Chain, wanted: Expected) -> list[Diagnosis]:
    """Each identity whose own notifications and whose configuration set both report to us, by whichever of our topics."""
    found = []
    own = chain.identity
    if own is not None:
        sets = {name for name in (own.configuration_set, wanted.configuration_set) if name}
        found.append(_both(own, chain.destinations, sets, wanted))
    for one in chain.beside:
        found.append(_both(one.identity, one.destinations, {one.identity.configuration_set}, wanted))
    return [one for one in found if one is not None]


def _both(
    identity: IdentityState, destinations: Iterable[DestinationState], sets: set[str], wanted: Expected
) -> Diagnosis | None:
    ours = set(wanted.accepted)
    by_identity = [kind for kind, arn in identity.topics.items() if arn in ours]
    by_set = [
        one.configuration_set
        for one in destinations
        if one.enabled
        and one.topic_arn in ours
        and one.configuration_set in sets
        and set(BOTH) & set(one.types)
    ]
    if not by_identity or not by_set:
        return None
    told = {
        "by the sender's own notifications": ", ".join(by_identity),
        "by the configuration set": ", ".join(sorted(set(by_set))),
    }
    return finding(TWICE, {WHERE: identity.name, **told}, wanted.region)


def as_seen(chain: Chain) -> dict[str, object]:
    """What to remember of a look."""
    identity = chain.identity
    if identity is None or not identity.exists:
        return {}
    return {
        "identity": identity.name,
        **_settings(identity),
        "beside": {one.identity.name: _settings(one.identity) for one in chain.beside},
    }


def _settings(identity: IdentityState) -> dict[str, object]:
    return {
        "topics": dict(identity.topics),
        "forwarding": identity.forwarding,
        "configuration_set": identity.configuration_set,
    }
