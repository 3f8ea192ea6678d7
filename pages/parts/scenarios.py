"""The five simulator tests and the test to a person, in words: what each does and what should happen."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Scenario:
    """One card. `decides` is the event type whose arrival means the test came back."""

    key: str
    title: str
    icon: str
    does: str
    expect: str
    decides: str


SIMULATOR = (
    Scenario(
        "success", "Delivered", ":material/mark_email_read:",
        "The simulator takes the mail, as a good mailbox would.",
        "A Delivery comes back.", "Delivery",
    ),
    Scenario(
        "bounce", "Bounced", ":material/unsubscribe:",
        "The simulator refuses: there is no such mailbox.",
        "A Permanent bounce comes back, with the refusal `550 5.1.1`.", "Bounce",
    ),
    Scenario(
        "complaint", "Reported as spam", ":material/report:",
        "The simulator takes the mail, then reports it as spam.",
        "A Delivery comes back, then a Complaint.", "Complaint",
    ),
    Scenario(
        "ooto", "Out of office", ":material/beach_access:",
        "The simulator takes the mail and answers by itself.",
        "A Delivery comes back. The answer may follow as a Transient bounce.", "Delivery",
    ),
    Scenario(
        "suppressionlist", "Refused by Amazon", ":material/block:",
        "The address is on Amazon's list of refused addresses (suppression list).",
        "A Permanent bounce comes back, with the reason Suppressed.", "Bounce",
    ),
)  # fmt: skip
PERSON = Scenario(
    "person", "To a person", ":material/person:",
    "A real mail to an address of yours.", "A Delivery comes back, and the mail is in the inbox.", "Delivery",
)  # fmt: skip
ALL = {scenario.key: scenario for scenario in (*SIMULATOR, PERSON)}
NEVER_COUNTS = "Test mail never changes your rates."
