"""Do these keys work? The same lines and findings as the walk, and nothing saved unless it is kept."""

import time
from collections.abc import Iterator
from dataclasses import replace

from core.aws.access import Access
from core.aws.check import CheckLine, check
from core.aws.credentials import Credentials
from core.aws.identities import covering, identities
from core.connect import access
from core.connect.elsewhere import look
from core.connect.endpoint import Endpoint
from core.connect.letter import address
from core.connect.regions import place
from core.diagnosis import Context, explain, finding
from core.in_time import LIMIT, answer
from core.members.actor import Actor
from core.members.roles import require
from core.settings import Settings

FEATURES = ("review",)


def quick_check(
    settings: Settings, endpoint: Endpoint, credentials: Credentials, sender: str, actor: Actor
) -> Iterator[CheckLine]:
    """Check keys that are not saved; with a sender, also whether it may send there. Admin only.

    Raises at once for what is not allowed or mistyped (BadInput on the sender); everything after is a line.
    """
    require(actor, "admin")
    wanted = address(sender, "sender") if sender.strip() else ""
    return _lines(access.trial(settings, endpoint, credentials).within(LIMIT), wanted)


def _lines(way: Access, sender: str) -> Iterator[CheckLine]:
    reached = False
    for line in check(way, FEATURES):
        reached = reached or (line.key == "senders" and line.state in ("ok", "warn"))
        yield line
    if sender and reached:
        yield CheckLine("sender", sender, "running")
        begun = time.monotonic()
        try:
            done = answer(lambda: _sender(way, sender), way.end)
        except Exception as error:  # explained like any other line
            said = explain(error, Context(region=way.region, service="ses", operation="ListEmailIdentities"))
            done = CheckLine("sender", sender, "fail", said.title + ".", finding=said)
        yield replace(done, seconds=round(time.monotonic() - begun, 3))


def _sender(way: Access, sender: str) -> CheckLine:
    """Whether this address may send from this region, else where it may. `facts["regions"]`: there."""
    found = covering(identities(way), sender)
    if found and found.verified:
        return CheckLine(
            "sender", sender, "ok", f"May send: {found.name} is verified in {place(way.region)}."
        )
    other = look(way, sender)
    if other.regions:
        said = finding("sender-in-another-region", {"verified in": ", ".join(other.regions)}, way.region)
        facts = {"regions": list(other.regions)}
        return CheckLine("sender", sender, "warn", other.sentence, finding=said, facts=facts)
    said = finding("sender-not-verified", {"sender": sender}, way.region)
    words = (
        f"{found.name} is not verified yet."
        if found
        else f"Neither it nor its domain is an identity in {place(way.region)}."
    )
    return CheckLine("sender", sender, "warn", f"{words} {other.sentence}", finding=said)
