"""The rule for transient bounces: how many messages within how many days speak against an address. Pure.

A full mailbox, for one, is nobody's fault once; three messages in a month say that nobody reads it any more.
"""

import json
from collections.abc import Mapping, Sequence

from core.errors import BadInput
from core.moment import DAY

Rules = Mapping[str, tuple[int, int]]  # bounce subtype -> messages, days
DEFAULT: Rules = {"MailboxFull": (3, 30)}
SUBTYPES = (
    "MailboxFull",
    "General",
    "MessageTooLarge",
    "ContentRejected",
    "AttachmentRejected",
    "CustomTimeoutExceeded",
)
MOST_TIMES, MOST_DAYS = 100, 365


def read(text: str) -> Rules:
    """The rules as they were stored; "" is the default."""
    return {subtype: (each[0], each[1]) for subtype, each in json.loads(text).items()} if text else DEFAULT


def written(rules: Rules) -> str:
    """The rules as they are stored. Raises BadInput for a subtype or number that makes no sense."""
    for subtype, (times, days) in rules.items():
        if subtype not in SUBTYPES:
            raise BadInput(f"A rule is for one of {', '.join(SUBTYPES)}.", "transient")
        if not 1 <= times <= MOST_TIMES:
            raise BadInput(f"A rule counts from 1 to {MOST_TIMES} messages.", "transient")
        if not 1 <= days <= MOST_DAYS:
            raise BadInput(f"A rule looks at 1 to {MOST_DAYS} days.", "transient")
    return json.dumps({subtype: list(rules[subtype]) for subtype in sorted(rules)})


def struck(moments: Sequence[int], times: int, days: int) -> int | None:
    """When the address first had bounced so many times within so many days; None while it has not. Any order."""
    ordered = sorted(moments)
    for first, last in zip(ordered, ordered[times - 1 :], strict=False):
        if last - first <= days * DAY:
            return last
    return None
