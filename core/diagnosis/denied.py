"""Which permission is missing: read from Amazon's own sentence, and turned into the statement that grants it.

Amazon says "User: ARN is not authorized to perform: ses:GetAccount on resource: … because no identity-based policy
allows the ses:GetAccount action"; SES itself writes the same with `quotes', and IAM names the resource "user ses-desk".
"""

import json
import re
from dataclasses import dataclass

_SENTENCE = re.compile(
    r"User:?\s*[`'\"]?(?P<who>arn:[^\s`'\"]+)[`'\"]?\s+is not authorized to perform:?\s*[`'\"]?(?P<action>[\w-]+:\w+)[`'\"]?"
    r"(?:\s+on resource:?\s*[`'\"]?(?P<resource>(?:user|group|role|policy) [\w+=,.@/-]+|[^\s`'\"]+?)[`'\"]?(?=[\s.,]*(?:\s|$)))?",
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
    resource = (found["resource"] or "*").rstrip(".,") or "*"
    kind, blank, name = resource.partition(" ")
    if blank:  # IAM's way; a statement wants an ARN, of the account of whoever asked
        resource = ":".join(
            [*found["who"].split(":")[:2], "iam", "", found["who"].split(":")[4], f"{kind}/{name}"]
        )
    return Denied(found["who"], found["action"], resource)
