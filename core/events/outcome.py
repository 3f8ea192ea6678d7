"""What is known of one recipient of one message: the state that the rates are defined on.

Folding is commutative and idempotent: flags only ever appear, times only ever get earlier, tags only ever gain values,
and where two events name different identities the better (sourceArn before From domain, then earlier) wins. So any
order and any number of copies of the same events give the same Outcome.
"""

import msgspec

from core.events.event import Event, EventFlag
from core.events.fact import NOT_SPAM, NOT_TRIED

SENT, DELIVERED, PERMANENT, TRANSIENT, OTHER_BOUNCE, COMPLAINT, DELAYED = 1, 2, 4, 8, 16, 32, 64
UNTRIED = 128  # a subtype says that SES never tried: left out of every rate
DRILL = 256  # the product sent it as a drill; concerns the whole message

IN_SENT = SENT | DELIVERED | PERMANENT | TRANSIENT | OTHER_BOUNCE | COMPLAINT
FED = SENT | DELIVERED  # its identity has a delivery feed
_FROM_DOMAIN = 1 << 60  # added to the time, so that every sourceArn goes before every From domain
_DRILL_EVENT = int(EventFlag.DRILL)
_encode = msgspec.json.Encoder(order="sorted").encode
_read = msgspec.json.decode

FIELDS = (
    "flags", "sent_at", "seen_at", "delivered_at", "permanent_at", "transient_at", "complained_at", "delayed_at",
    "permanent_reason", "transient_reason", "identity", "identity_rank", "configuration_set", "configuration_set_at",
    "tags", "groups",
)  # fmt: skip


class Outcome:
    """Times in ms. `tags`: JSON, name -> sorted values. `groups`: JSON, candidates of a complaint -> earliest time."""

    __slots__ = FIELDS

    def __init__(self, *values: object) -> None:
        (
            self.flags, self.sent_at, self.seen_at, self.delivered_at, self.permanent_at, self.transient_at,
            self.complained_at, self.delayed_at, self.permanent_reason, self.transient_reason, self.identity,
            self.identity_rank, self.configuration_set, self.configuration_set_at, self.tags, self.groups,
        ) = values  # type: ignore[assignment]  # fmt: skip

    flags: int
    sent_at: int | None
    seen_at: int
    delivered_at: int | None
    permanent_at: int | None
    transient_at: int | None
    complained_at: int | None  # by complaints that name this recipient alone
    delayed_at: int | None
    permanent_reason: str | None
    transient_reason: str | None
    identity: str | None
    identity_rank: int | None
    configuration_set: str | None
    configuration_set_at: int | None
    tags: str | None
    groups: str | None  # complaints that name several; kept with the first of them

    def values(self) -> tuple[object, ...]:
        """The fields, in the order of FIELDS."""
        return (
            self.flags, self.sent_at, self.seen_at, self.delivered_at, self.permanent_at, self.transient_at,
            self.complained_at, self.delayed_at, self.permanent_reason, self.transient_reason, self.identity,
            self.identity_rank, self.configuration_set, self.configuration_set_at, self.tags, self.groups,
        )  # fmt: skip


def unheard(at: int) -> Outcome:
    """An Outcome before its first event, which happened at `at`."""
    return Outcome(0, None, at, *[None] * 13)


def fold(outcome: Outcome, event: Event, tags: str | None) -> None:
    """Add what one event says. `tags` are its tags in the one canonical spelling (see `spell_tags`)."""
    at = event.occurred_at
    if at < outcome.seen_at:
        outcome.seen_at = at
    if event.sent_at is not None and (outcome.sent_at is None or event.sent_at < outcome.sent_at):
        outcome.sent_at = event.sent_at
    if event.identity is not None:
        rank = at if event.identity_from_arn else at + _FROM_DOMAIN
        if outcome.identity_rank is None or (rank, event.identity) < (
            outcome.identity_rank,
            outcome.identity,
        ):
            outcome.identity, outcome.identity_rank = event.identity, rank
    if event.configuration_set is not None:
        known = outcome.configuration_set_at
        if known is None or (at, event.configuration_set) < (known, outcome.configuration_set):
            outcome.configuration_set, outcome.configuration_set_at = event.configuration_set, at
    if tags is not None and tags != outcome.tags:
        outcome.tags = tags if outcome.tags is None else unite_tags(outcome.tags, tags)
    if int(event.flags) & _DRILL_EVENT:
        outcome.flags |= DRILL
    kind = _KINDS.get(event.type)
    if kind is not None:
        kind(outcome, event)


def _sent(outcome: Outcome, event: Event) -> None:
    outcome.flags |= SENT


def _delivered(outcome: Outcome, event: Event) -> None:
    outcome.flags |= DELIVERED
    if outcome.delivered_at is None or event.occurred_at < outcome.delivered_at:
        outcome.delivered_at = event.occurred_at


def _delayed(outcome: Outcome, event: Event) -> None:
    outcome.flags |= DELAYED
    if outcome.delayed_at is None or event.occurred_at < outcome.delayed_at:
        outcome.delayed_at = event.occurred_at


def _bounced(outcome: Outcome, event: Event) -> None:
    at, reason = event.occurred_at, event.bounce_subtype or ""
    if reason in NOT_TRIED:
        outcome.flags |= UNTRIED
    if event.bounce_type == "Permanent":
        outcome.flags |= PERMANENT
        if outcome.permanent_at is None or (at, reason) < (outcome.permanent_at, outcome.permanent_reason):
            outcome.permanent_at, outcome.permanent_reason = at, reason
    elif event.bounce_type == "Transient":
        outcome.flags |= TRANSIENT
        if outcome.transient_at is None or (at, reason) < (outcome.transient_at, outcome.transient_reason):
            outcome.transient_at, outcome.transient_reason = at, reason
    else:
        outcome.flags |= OTHER_BOUNCE


def _complained(outcome: Outcome, event: Event) -> None:
    outcome.flags |= COMPLAINT
    if event.bounce_subtype in NOT_TRIED:
        outcome.flags |= UNTRIED
    if event.feedback_type == NOT_SPAM:
        return
    at = event.occurred_at
    if len(event.candidates) == 1:
        if outcome.complained_at is None or at < outcome.complained_at:
            outcome.complained_at = at
    elif event.candidates and event.recipient == event.candidates[0]:
        groups = groups_of(outcome)
        key = "\n".join(event.candidates)
        if key not in groups or at < groups[key]:
            groups[key] = at
            outcome.groups = _encode(groups).decode()


_KINDS = {
    "Send": _sent, "Delivery": _delivered, "DeliveryDelay": _delayed, "Bounce": _bounced, "Complaint": _complained,
}  # fmt: skip


def groups_of(outcome: Outcome) -> dict[str, int]:
    """Complaints that name several, the candidates joined by line breaks -> earliest time."""
    return dict(_read(outcome.groups)) if outcome.groups else {}


def spell_tags(tags: dict[str, list[str]]) -> str | None:
    """Tags in their one canonical spelling, None when there are none."""
    if not tags:
        return None
    for values in tags.values():
        if len(values) > 1:
            return _spell({name: sorted(set(values)) for name, values in tags.items()})
    return _spell(tags)


def unite_tags(one: str, other: str) -> str:
    """All values of both, by name."""
    united: dict[str, list[str]] = _read(one)
    for name, values in _read(other).items():
        united[name] = sorted({*united.get(name, ()), *values})
    return _spell(united)


def _spell(tags: dict[str, list[str]]) -> str:
    return _encode(tags).decode()
