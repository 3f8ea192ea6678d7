"""The test cards: what each does, and what should happen. Source: "Using the mailbox simulator", SES developer guide."""

from dataclasses import dataclass

SIMULATOR = "simulator.amazonses.com"


@dataclass(frozen=True, slots=True)
class Scenario:
    """One card: what it does, what should happen, and which event types should come back."""

    key: str  # person | success | bounce | complaint | ooto | suppressionlist
    title: str
    does: str
    expect: str
    events: tuple[
        str, ...
    ]  # types that should arrive when bounces, complaints and deliveries are listened to
    recipient: str = ""  # of the simulator; "" = the person's own address


_CARDS = (
    Scenario(
        "success", "Delivered", "Sends to an address that takes everything.",
        "A Delivery comes back within seconds.", ("Delivery",), f"success@{SIMULATOR}",
    ),
    Scenario(
        "bounce", "Bounce", "Sends to an address that does not exist.",
        "A permanent Bounce comes back, with the words “user unknown”.", ("Bounce",), f"bounce@{SIMULATOR}",
    ),
    Scenario(
        "complaint", "Complaint", "Sends to somebody who presses “This is spam”.",
        "A Delivery comes back, then a Complaint of the kind “abuse”.", ("Complaint",), f"complaint@{SIMULATOR}",
    ),
    Scenario(
        "ooto", "Out of office", "Sends to somebody whose mailbox answers by itself.",
        "A Delivery comes back. The automatic answer is no bounce and does not count.", ("Delivery",), f"ooto@{SIMULATOR}",
    ),
    Scenario(
        "suppressionlist", "Suppressed", "Sends to an address on Amazon's own list of bad addresses (suppression list).",
        "A permanent Bounce comes back, although nothing was sent out.", ("Bounce",), f"suppressionlist@{SIMULATOR}",
    ),
    Scenario(
        "person", "To a person", "Sends a real mail to an address of your choice.",
        "It arrives in the inbox within a minute, and a Delivery comes back.", ("Delivery",),
    ),
)  # fmt: skip

SCENARIOS: dict[str, Scenario] = {card.key: card for card in _CARDS}
