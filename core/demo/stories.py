"""The two stories in the sample mail: their words, and the numbers that make them true. Days are counted back from today."""

from dataclasses import dataclass

IMPORT_DAYS_AGO = 23
IMPORT_SIZE = 3_000  # mails to the imported list, beside the usual mail of that day
IMPORT_BOUNCED = 0.23  # of them for good
IMPORT_LIST = "trade-fair"

DEFERRED_SINCE_DAYS_AGO = 12
DEFERRED_DOMAINS = ("yahoo.com", "yahoo.co.uk", "yahoo.de", "aol.com")
DEFERRED_SHARE = 0.42  # of the mail to that provider is held up
GIVEN_UP_SHARE = 0.30  # of what is held up never gets through (Transient)
DEFERRAL = "smtp; 421 4.7.0 [TSS04] Messages from 192.0.2.25 temporarily deferred due to unexpected volume or user complaints - 4.16.55.1"


@dataclass(frozen=True, slots=True)
class Story:
    """One thing worth finding in the sample mail."""

    title: str
    told: str
    look_at: str


STORIES = (
    Story(
        "A bad import",
        f"{IMPORT_DAYS_AGO} days ago somebody imported the addresses of an old trade fair and mailed them all. Nearly one in four "
        "did not exist any more. On that one day the bounce rate went far over the 5 % at which Amazon reviews an account.",
        f"The bounce rate by day, then the tag list = {IMPORT_LIST}.",
    ),
    Story(
        "A provider that slowed down",
        f"Since {DEFERRED_SINCE_DAYS_AGO} days Yahoo has been holding mail up. Most of it comes through hours late, some is given up. "
        "The bounce rate does not show it: a delay is no bounce, and a transient bounce does not count.",
        "Providers, then the diagnostic codes of Yahoo's delays.",
    ),
)
