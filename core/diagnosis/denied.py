"""Which permission is missing: read from Amazon's own sentence, and turned into the statement that grants it.

Amazon says "User: ARN is not authorized to perform: ses:GetAccount on resource: … because no identity-based policy
allows the ses:GetAccount action"; SES itself writes the same with `quotes'.
"""

import json
import re
from dataclasses import dataclass

_SENTENCE = re.compile(
    r"User:?\s*[`'\"]?(?P<who>arn:[^\s`'\"]+)[`'\"]?\s+is not authorized to perform:?\s*[`'\"]?(?P<action>[\w-]+:\w+)[`'\"]?"
    r"(?:\s+on resource:?\s*[`'\"]?(?P<resource>[^\s`'\"]+?)[`'\"]?(?=[\s.,]*(?:\s|$)))?",
    re.IGNORECASE,
)
CODES = frozenset(
    {
        "AccessDeniedException", "AccessDenied", "AuthorizationError", "AuthorizationErrorException",
        "UnauthorizedOperation", "UnauthorizedException",
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Denied:
    """A refused action: who asked, for what, on which resource ("*" when Amazon does not say)."""

    who: str
    action: str
    resource: str

    def statement(self) -> str:
        """The IAM statement to add, as text to copy."""
        sid = "Allow" + self.action.partition(":")[2]
        said = {"Sid": sid, "Effect": "Allow", "Action": self.action, "Resource": self.resource}
        return json.dumps(said, indent=2)


def read(message: str) -> Denied | None:
    """The refused action in an error message, or None when it names none."""
    found = _SENTENCE.search(message)
    if not found:
        return None
    return Denied(found["who"], found["action"], (found["resource"] or "*").rstrip(".,") or "*")
