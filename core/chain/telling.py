"""Switching off one of two reports of the same mail: the identity's own notifications go, the configuration set tells more."""

from core.aws import chain_parts, mending
from core.aws.chain import Beside, DestinationState
from core.chain.mends import Broken
from core.moment import HOUR
from core.store import heard


def tell_once(broken: Broken) -> str:
    """The identity's own notifications to our topics off, where its configuration set reports here too.

    Where only one of the two is left there is nothing to switch off, and that is the good end.
    """
    one = _meant(broken)
    if one is None:
        return "This identity is not in this account and region any more, so nothing had to be switched off."
    identity, ours = one.identity, broken.wanted.accepted
    kinds = [kind for kind, arn in identity.topics.items() if arn in ours]
    if not kinds:
        return f"The own notifications of {identity.name} do not come here any more, so nothing had to be switched off."
    destinations = (*one.destinations, *_heard(broken, identity.name))
    if not any(each.enabled and each.topic_arn in ours for each in destinations):
        return f"Only the own notifications of {identity.name} report here now, so they were left on."
    mending.no_notifications(broken.way, identity.name, kinds, identity.forwarding)
    return (
        f"{identity.name} reports by its configuration set alone. "
        "Amazon mails bounces to the sender too, as it insists on where no topic is named."
    )


def _meant(broken: Broken) -> Beside | None:
    """The identity that the finding names, read now; without a name the one whose mail told it, else the sender's."""
    told = next(iter(heard.both_ways(broken.desk.store, broken.connection.id or 0)), None)
    own = broken.chain.identity
    name = broken.subject or (told.identity if told else "")
    if own is not None and name in ("", own.name):
        return Beside(own, broken.chain.destinations) if own.exists else None
    return chain_parts.beside(broken.way, name) if name else None


def _heard(broken: Broken, name: str) -> list[DestinationState]:
    """Where the sets lead by which mail of the last hour came too: each mail may name one for itself."""
    lately = heard.both_ways(broken.desk.store, broken.connection.id or 0, broken.now - HOUR)
    sets = {one.configuration_set for one in lately if one.identity == name and one.configuration_set}
    return [each for one in sorted(sets) for each in chain_parts.configuration_set(broken.way, one)[1]]
