"""Amazon's and our own short words, as a reader meets them. Safe in a chart label, which reads HTML."""

from core.safe_text import safe_html

PROVIDERS = {
    "google": "Gmail",
    "microsoft": "Outlook",
    "yahoo": "Yahoo and AOL",
    "apple": "iCloud",
    "united-internet": "GMX and Web.de",
    "telekom": "T-Online",
    "proton": "Proton",
    "other": "All other domains",
    "": "Not said",
}
REASONS = {
    "General": "No reason given",
    "NoEmail": "No such mailbox",
    "Suppressed": "On Amazon's own list",
    "MailboxFull": "Mailbox full",
    "MessageTooLarge": "Message too large",
    "ContentRejected": "Content refused",
    "AttachmentRejected": "Attachment refused",
    "CustomTimeoutExceeded": "Took longer than you allow",
    "Undetermined": "Could not be told",
    "": "Not said",
}


def provider(name: str | None) -> str:
    """A mailbox provider as people call it."""
    return PROVIDERS.get(name or "", safe_html(name, 40).capitalize())


def reason(name: str | None) -> str:
    """A bounce subtype in plain words; Amazon's own word where we have none."""
    return REASONS.get(name or "", safe_html(name, 40))
