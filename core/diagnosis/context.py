"""What was being tried when something went wrong, so that the words can name it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Context:
    """Everything is optional; what is empty is spoken of in general words."""

    region: str = ""
    service: str = ""
    operation: str = ""
    from_address: str = ""
    to_address: str = ""
    transport: str = ""  # api | smtp
    host: str = ""
    sandbox: bool | None = None
    now: int | None = None  # our clock, to compare with Amazon's
