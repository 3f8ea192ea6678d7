"""Drawings for setting up by hand: queue, its subscription, event destination, the identity's default configuration set."""

from pages.drawings.pen import Pen
from pages.drawings.scene import Scene


def _queue(pen: Pen) -> None:
    pen.window("Amazon SQS", "Queues", "Create queue")
    pen.word(16, 62, "Type", pen.ink.muted, 12)
    pen.choice(16, 72, "Standard", True)
    pen.mark(14, 70, 86, 20, 1)
    pen.choice(130, 72, "FIFO", False)
    pen.box(16, 114, 384, "Name", "the name from this page")
    pen.word(16, 172, "Access policy", bold=True)
    pen.choice(130, 160, "Basic", False)
    pen.choice(210, 160, "Advanced", True)
    pen.mark(208, 158, 86, 20, 2)
    pen.button(290, 196, 110, "Create queue")
    pen.mark(290, 196, 110, 28, 3)


def _queue_subscription(pen: Pen) -> None:
    pen.window("Amazon SNS", "Topics", "ses-desk")
    pen.word(16, 62, "Create subscription", size=15, bold=True)
    pen.box(16, 88, 380, "Protocol", "Amazon SQS")
    pen.mark(16, 98, 380, 27, 1)
    pen.box(16, 150, 380, "Endpoint", "arn:aws:sqs:…   the queue from this page")
    pen.mark(16, 160, 380, 27, 2)
    pen.choice(16, 206, "Enable raw message delivery: leave this off", False, square=True)
    pen.button(242, 236, 154, "Create subscription")
    pen.mark(242, 236, 154, 28, 3)


def _destination(pen: Pen) -> None:
    pen.window("Amazon SES", "Configuration sets", "ses-desk")
    pen.word(16, 62, "Event destinations", size=15, bold=True)
    pen.button(268, 46, 132, "Add destination", main=False)
    pen.mark(268, 46, 132, 28, 1)
    pen.word(16, 102, "Event types", pen.ink.muted, 12)
    pen.choice(16, 112, "Select all", True, square=True)
    pen.mark(14, 110, 92, 19, 2)
    pen.word(16, 158, "Destination type", pen.ink.muted, 12)
    pen.choice(16, 168, "Amazon SNS", True)
    pen.choice(146, 168, "CloudWatch", False)
    pen.mark(14, 166, 106, 19, 3)
    pen.box(16, 212, 384, "SNS topic", "the topic from this page   ▾")
    pen.button(290, 262, 110, "Next")


def _default_set(pen: Pen) -> None:
    pen.window("Amazon SES", "Identities", "example.com")
    pen.word(16, 62, "Configuration set", size=15, bold=True)
    pen.button(330, 46, 70, "Edit", main=False)
    pen.mark(330, 46, 70, 28, 1)
    pen.choice(16, 92, "Assign a default configuration set", True, square=True)
    pen.mark(14, 90, 254, 19, 2)
    pen.box(16, 136, 384, "Default configuration set", "the set from this page   ▾")
    pen.button(288, 190, 112, "Save changes")
    pen.mark(288, 190, 112, 28, 3)


SCENES = (
    Scene(
        "sqs-queue",
        "SQS console, Create queue: choose the type 1 Standard, give it the name from this page, choose 2 Advanced under Access policy "
        "and paste the policy, then 3 Create queue.",
        240,
        _queue,
    ),
    Scene(
        "sns-queue-subscription",
        "On the topic, Create subscription: 1 protocol Amazon SQS, 2 endpoint = the queue from this page, raw message delivery off, "
        "then 3 Create subscription.",
        280,
        _queue_subscription,
    ),
    Scene(
        "ses-destination",
        "SES console, the configuration set's Event destinations: 1 Add destination, 2 Select all event types, 3 Amazon SNS, "
        "then choose the topic from this page.",
        304,
        _destination,
    ),
    Scene(
        "identity-default-set",
        "SES console, the identity's Configuration set: 1 Edit, 2 Assign a default configuration set, choose the one from this page, "
        "then 3 Save changes.",
        234,
        _default_set,
    ),
)
