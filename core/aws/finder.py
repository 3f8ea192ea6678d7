"""Where is this sender verified? Every region of SES is asked at once, because Amazon keeps senders apart by region.

A region that the account never enabled refuses a key that works elsewhere: that is "not enabled", not a fault. GovCloud
and the sovereign cloud are other Amazons with other keys, and are asked only by keys of their own.
Source: SESv2 ListEmailIdentities and GetAccount; "Regions and Amazon SES" in the developer guide.
"""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from core.aws.access import Access
from core.aws.client import regional
from core.aws.identities import Identity, covering, read_identities
from core.connect.regions import SES_REGIONS
from core.diagnosis import Context, explain
from core.diagnosis.diagnosis import Diagnosis

AT_ONCE = 40
NOT_ENABLED = frozenset({"region-not-enabled", "unknown-key"})  # elsewhere than in our own region


@dataclass(frozen=True, slots=True)
class Place:
    """What one region says. `state`: verified | waiting (its verification has not come through) | absent | not-enabled | unknown."""

    region: str
    state: str
    sender: str = ""  # the identity that covers the address: itself or its domain
    senders: int = 0  # identities there in all
    production: bool | None = None  # None: not asked, because there is no sender
    why: Diagnosis | None = None  # of `unknown`


def same_amazon(region: str) -> list[str]:
    """The regions that take the same keys: those of the same partition."""
    return [code for code, _ in SES_REGIONS if _partition(code) == _partition(region)]


def find(access: Access, address: str, regions: Sequence[str] = ()) -> list[Place]:
    """Ask every region (or these) for the sender of an address, all at once; in the order of the list of regions.

    Raises botocore's own errors when no key can sign.
    """
    asked = list(regions or same_amazon(access.region))
    clients = regional("sesv2", access.credentials, asked, access.endpoint_url)
    with ThreadPoolExecutor(min(AT_ONCE, len(asked)), thread_name_prefix="region") as pool:
        return list(
            pool.map(lambda region: _look(clients[region], region, address, region == access.region), asked)
        )


def _look(sesv2: Any, region: str, address: str, ours: bool) -> Place:
    try:
        known = read_identities(sesv2)
        covered = covering(known, address)
        production = bool(sesv2.get_account().get("ProductionAccessEnabled", False)) if known else None
    except Exception as error:
        why = explain(error, Context(region=region, from_address=address))
        silent = not ours and why.reference in NOT_ENABLED
        return Place(region, "not-enabled") if silent else Place(region, "unknown", why=why)
    return Place(region, _state(covered), covered.name if covered else "", len(known), production)


def _state(covered: Identity | None) -> str:
    if covered is None:
        return "absent"
    return "verified" if covered.verified else "waiting"


def _partition(region: str) -> str:
    return region.partition("-")[0] if region.startswith(("us-gov", "eusc", "cn")) else "aws"
