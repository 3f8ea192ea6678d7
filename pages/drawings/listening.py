"""Drawings for the way back: SNS topic, HTTPS subscription, the identity's notifications."""

from pages.drawings.pen import Pen
from pages.drawings.scene import Scene


def _topic(pen: Pen) -> None:
    pen.window("Amazon SNS", "Topics", "Create topic")
    pen.word(16, 62, "Type", pen.ink.muted, 12)
    pen.choice(16, 72, "FIFO", False)
    pen.choice(120, 72, "Standard", True)
    pen.mark(118, 70, 86, 20, 1)
    pen.box(16, 114, 384, "Name", "ses-desk")
    pen.button(290, 172, 110, "Create topic")
    pen.mark(290, 172, 110, 28, 2)


def _subscription(pen: Pen) -> None:
    pen.window("Amazon SNS", "Topics", "ses-desk")
    pen.word(16, 62, "Create subscription", size=15, bold=True)
    pen.box(16, 88, 380, "Protocol", "HTTPS")
    pen.mark(16, 98, 380, 27, 1)
    pen.box(16, 150, 380, "Endpoint", "https://…/sns/…   the callback URL from this page")
    pen.mark(16, 160, 380, 27, 2)
    pen.choice(16, 206, "Enable raw message delivery: leave this off", False, square=True)
    pen.button(242, 236, 154, "Create subscription")
    pen.mark(242, 236, 154, 28, 3)


def _notifications(pen: Pen) -> None:
    pen.window("Amazon SES", "Identities", "example.com")
    pen.word(16, 62, "Notifications", size=15, bold=True)
    pen.word(118, 62, "Feedback notifications", pen.ink.muted)
    pen.button(330, 46, 70, "Edit", main=False)
    pen.mark(330, 46, 70, 28, 1)
    for index, kind in enumerate(("Bounces", "Complaints", "Deliveries")):
        y = 96 + index * 42
        pen.word(16, y + 18, kind, bold=True)
        pen.rect(100, y, 106, 27, pen.ink.fill, pen.ink.line)
        pen.word(109, y + 18, "ses-desk   ▾")
        pen.choice(222, y + 6, "Include original headers", True, square=True)
    pen.mark(100, 96, 106, 111, 2)
    pen.mark(220, 96, 180, 111, 3)
    pen.button(288, 226, 112, "Save changes")
    pen.mark(288, 226, 112, 28, 4)


SCENES = (
    Scene(
        "sns-topic",
        "SNS console, Create topic: choose the type 1 Standard, name it ses-desk, then 2 Create topic.",
        218,
        _topic,
    ),
    Scene(
        "sns-subscription",
        "On the topic, Create subscription: 1 protocol HTTPS, 2 endpoint = the callback URL from this page, raw message delivery off, "
        "then 3 Create subscription.",
        280,
        _subscription,
    ),
    Scene(
        "identity-notifications",
        "SES console, the identity's Notifications: 1 Edit, 2 choose the topic for Bounces, Complaints and Deliveries, "
        "3 tick Include original headers for each, then 4 Save changes.",
        272,
        _notifications,
    ),
)
