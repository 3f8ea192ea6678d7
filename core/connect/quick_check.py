"""Do these keys work? The same lines and findings as the walk, and nothing saved unless it is kept."""

import time
from collections.abc import Iterator

from core.aws.access import Access
from core.aws.check import CheckLine, check
from core.aws.credentials import Credentials
from core.aws.identities import covering, identities
from core.connect import access
from core.connect.endpoint import Endpoint
from core.connect.letter import address
from core.connect.regions import place
from core.diagnosis import Context, explain, finding
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
    return _lines(access.trial(settings, endpoint, credentials), wanted)


def _lines(way: Access, sender: str) -> Iterator[CheckLine]:
    reached = False
    for line in check(way, FEATURES):
        reached = reached or (line.key == "senders" and line.state in ("ok", "warn"))
        yield line
    if sender and reached:
        yield CheckLine("sender", sender, "running")
        begun = time.monotonic()
        done = _sender(way, sender)
        yield CheckLine(
            "sender", sender, done.state, done.sentence, round(time.monotonic() - begun, 3), done.finding
        )


def _sender(way: Access, sender: str) -> CheckLine:
    """Whether this address may send from this region."""
    try:
        found = covering(identities(way), sender)
    except Exception as error:  # explained like any other line
        said = explain(error, Context(region=way.region, service="ses", operation="ListEmailIdentities"))
        return CheckLine("sender", sender, "fail", said.title + ".", finding=said)
    if found and found.verified:
        return CheckLine(
            "sender", sender, "ok", f"May send: {found.name} is verified in {place(way.region)}."
        )
    said = finding("sender-not-verified", {"sender": sender}, way.region)
    words = (
        f"{found.name} is not verified yet."
        if found
        else f"Neither it nor its domain is an identity in {place(way.region)}."
    )
    return CheckLine("sender", sender, "warn", words, finding=said)
