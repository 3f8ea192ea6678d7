"""Do these keys work? The same lines and findings as the walk, and nothing saved unless it is kept."""

from collections.abc import Iterator

from core.aws.check import CheckLine
from core.aws.credentials import Credentials
from core.connect.endpoint import Endpoint
from core.members.actor import Actor
from core.settings import Settings


def quick_check(
    settings: Settings, endpoint: Endpoint, credentials: Credentials, sender: str, actor: Actor
) -> Iterator[CheckLine]:
    """Check keys that are not saved; with a sender, also whether it may send there. Admin only."""
    raise NotImplementedError
