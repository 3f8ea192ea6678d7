"""SES JSON -> one Event per recipient."""

from core.events.event import Notification, Parsed


def parse(notification: Notification) -> Parsed:
    """What a notification's Message holds."""
    raise NotImplementedError
