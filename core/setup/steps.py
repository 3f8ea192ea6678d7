"""Which steps a set-up has, in the order in which they are done: listeners first, so that nothing is told to nobody."""

from core.setup import queue_steps as queue
from core.setup import subscription_steps as subscription
from core.setup.choices import Choices
from core.setup.identity_steps import ForwardingStep, NotificationStep
from core.setup.publishing_steps import DefaultSetStep, DestinationStep, SetStep
from core.setup.step import Step
from core.setup.topic_steps import SignatureStep, TopicPolicyStep, TopicStep

FEEDBACK = {
    "bounces": ("Bounce", "Bounces"),
    "complaints": ("Complaint", "Complaints"),
    "deliveries": ("Delivery", "Deliveries"),
}


def steps_of(choices: Choices) -> list[Step]:
    """Every step of these choices, each with a key of its own."""
    found: list[Step] = [
        TopicStep(), SignatureStep(), TopicPolicyStep(), queue.DEAD_LETTERS, queue.DEAD_LETTERS_POLICY,
    ]  # fmt: skip
    if choices.queue:
        found += [queue.EVENTS, queue.EVENTS_POLICY, subscription.QUEUE]
    if choices.https:
        found += [subscription.CALLBACK, subscription.CONFIRMATION]
    if choices.way == "configuration-set":
        found += [SetStep(), DestinationStep()]
    for number, identity in enumerate(choices.identities):
        name = identity if number else ""
        if choices.way == "configuration-set":
            found.append(DefaultSetStep(name, identity=identity))
            continue
        found += [
            NotificationStep(name, kind, label, identity=identity, feedback=feedback)
            for kind, (feedback, label) in FEEDBACK.items()
        ]
        if not choices.keep_forwarding:
            found.append(ForwardingStep(name, identity=identity))
    return found
