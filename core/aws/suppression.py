"""The SES account's own suppression list in one region: what Amazon refuses to send to, for bounces and complaints.

Source: SES v2 ListSuppressedDestinations, PutSuppressedDestination (refused in the sandbox), DeleteSuppressedDestination.
"""

from collections.abc import Iterator
from typing import NamedTuple

from core.aws.account import NotAmazon
from core.aws.talk import Talk, is_gone

REASONS = ("BOUNCE", "COMPLAINT")
PAGE = 1_000


class Entry(NamedTuple):
    """One address there; `updated_at` in ms."""

    address: str
    reason: str
    updated_at: int


def kept_for(talk: Talk) -> tuple[str, ...]:
    """For which reasons the account puts addresses on its list by itself; () means that it keeps none."""
    said = talk.ask("sesv2", "get_account")
    if "SendQuota" not in said:
        raise NotAmazon("send quota")
    return tuple(str(one) for one in (said.get("SuppressionAttributes") or {}).get("SuppressedReasons") or ())


def entries(talk: Talk) -> Iterator[list[Entry]]:
    """The whole list in pages, at the pace of the talk. Raises botocore's errors."""
    token: dict[str, str] = {}
    while True:
        said = talk.ask("sesv2", "list_suppressed_destinations", PageSize=PAGE, **token)
        if "SuppressedDestinationSummaries" not in said:
            raise NotAmazon("suppression list")
        yield [
            Entry(str(one["EmailAddress"]), str(one["Reason"]), int(one["LastUpdateTime"].timestamp() * 1000))
            for one in said["SuppressedDestinationSummaries"]
        ]
        following = said.get("NextToken")
        if not following or following == token.get("NextToken"):
            return
        token = {"NextToken": str(following)}


def put(talk: Talk, address: str, reason: str) -> None:
    """Put an address on it, or change its reason. Putting it there twice is the same as once."""
    talk.ask("sesv2", "put_suppressed_destination", EmailAddress=address, Reason=reason)


def delete(talk: Talk, address: str) -> None:
    """Take an address off it; one that is not there any more is fine."""
    try:
        talk.ask("sesv2", "delete_suppressed_destination", EmailAddress=address)
    except Exception as error:
        if not is_gone(error):
            raise
