"""The errors a caller may meet. One root; imports nothing of ours.

Messages are sentences for a person and never hold a secret or a recipient's address.
"""


class SesDeskError(Exception):
    """Anything SES Desk refuses or cannot do, with a sentence that says why."""


class BadInput(SesDeskError):
    """What was typed or posted cannot be used. `field` names the box, the message names the fix."""

    def __init__(self, message: str, field: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.field = field


class NotFound(SesDeskError):
    """No such thing, or not one that this member or token may see: the two are answered alike."""


class NotAllowed(SesDeskError):
    """The member's role does not cover the action."""


class Conflict(SesDeskError):
    """Somebody changed the same thing in the meantime; read it again."""


class Locked(SesDeskError):
    """The vault has no usable key: secrets can be neither read nor written, everything else works."""


class Unavailable(SesDeskError):
    """Our side cannot do it just now (store locked, full, down, newer schema). Answered as 503, retried by SNS."""
