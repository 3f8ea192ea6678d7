"""One call as a service sees it: who asks, where, for what."""

from dataclasses import dataclass, field
from typing import Any

from core.demo import permission
from core.demo.amazon import Amazon
from core.demo.world import ACCOUNT, AccessKey, Region


@dataclass
class Call:
    """An authenticated call. `given` holds the parameters under Amazon's own names, whichever protocol brought them."""

    amazon: Amazon
    region: Region
    key: AccessKey
    action: str
    given: dict[str, Any] = field(default_factory=dict)
    source_ip: str = "127.0.0.1"
    request_id: str = ""

    def text(self, name: str) -> str:
        """A parameter as text, empty when it was left out."""
        value = self.given.get(name)
        return "" if value is None else str(value)

    def items(self, name: str) -> list[Any]:
        """A list parameter, empty when it was left out."""
        value = self.given.get(name)
        return list(value) if isinstance(value, list) else []

    def may(self, action: str, resource: str = "*", *, sending: bool = False, spoken: str = "") -> None:
        """Refuse the call unless the key may do this."""
        permission.require(self.key, action, resource, sending=sending, spoken=spoken)

    def ses_arn(self, kind: str, name: str) -> str:
        """The ARN of an identity, configuration set … of this account here."""
        return f"arn:aws:ses:{self.region.code}:{ACCOUNT}:{kind}/{name}"
