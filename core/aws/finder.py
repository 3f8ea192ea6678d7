"""Where is this sender verified? Every region of SES is asked at once, because Amazon keeps senders apart by region.

A region that the account never enabled refuses a key that works elsewhere: that is "not enabled", not a fault. GovCloud
and the sovereign cloud are other Amazons with other keys, and are asked only by keys of their own. Where another server
stands for Amazon's, it is asked for every region, and Amazon's own are not.
Source: SESv2 ListEmailIdentities and GetAccount; "Regions and Amazon SES" in the developer guide.
"""

import queue
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from core.aws.access import Access
from core.aws.account import told_account
from core.aws.client import regional
from core.aws.identities import Identity, covering, read_identities
from core.connect.regions import SES_REGIONS, place
from core.diagnosis import Context, explain
from core.diagnosis.diagnosis import Diagnosis
from core.in_time import Late, ends, left

AWAY_SECONDS = 4.0  # for every region but the one a round asks anyway
NOT_ENABLED = frozenset({"region-not-enabled", "unknown-key"})  # elsewhere than in our own region


@dataclass(frozen=True, slots=True)
class Place:
    """What one region says. `state`: verified | waiting (its verification has not come through) | absent | not-enabled | unknown.

    The list of senders alone decides the state. Whether the account is in the sandbox there is asked apart.
    """

    region: str
    state: str
    sender: str = ""  # the identity that covers the address: itself or its domain
    senders: int = 0  # identities there in all
    production: bool | None = None  # None: not asked, because there is no sender, or not known
    why: Diagnosis | None = None  # of `unknown`, or of a `production` that is not known


def same_amazon(region: str) -> list[str]:
    """The regions that take the same keys: those of the same partition."""
    return [code for code, _ in SES_REGIONS if _partition(code) == _partition(region)]


def find(access: Access, address: str, regions: Sequence[str] = ()) -> list[Place]:
    """Ask every region (or these) for the sender of an address, all at once; in the order of the list of regions.

    Raises botocore's own errors when no key can sign.
    """
    asked = list(regions or same_amazon(access.region))
    found = {one.region: one for one in search(access, address, asked)}
    return [found[region] for region in asked]


def search(access: Access, address: str, regions: Sequence[str] = ()) -> Iterator[Place]:
    """The same, live: each region as soon as its list is there, and again once its account has spoken.

    Whoever has said nothing in time is `unknown`. In a round, its own region has the round's time, as it may have to wait its turn.
    """
    asked = list(regions or same_amazon(access.region))
    until = ends(AWAY_SECONDS)
    away = [region for region in asked if region != access.region]
    clients = regional(
        "sesv2", access.credentials, away, access.endpoint_url,
        configured_endpoints=access.configured_endpoints, until=until,
    )  # fmt: skip
    heard: queue.SimpleQueue[Place | str] = queue.SimpleQueue()
    for region in asked:
        ours = region == access.region
        sesv2 = access.client("sesv2") if ours else clients[region]
        look = (sesv2, region, address, ours, heard.put)
        threading.Thread(target=_look, args=look, name=f"region-{region}", daemon=True).start()
    its_end = until if access.until is None else access.until
    return _as_they_come({region: its_end if region == access.region else until for region in asked}, heard)


def elsewhere(places: Iterable[Place], here: str) -> list[Place]:
    """The other regions where the sender is verified."""
    return [one for one in places if one.state == "verified" and one.region != here]


def sentence(found: Sequence[Place], here: str) -> str:
    """Where the sender is verified instead."""
    names = [place(one.region) for one in found[:3]]
    named = f"{', '.join(names[:-1])} and {names[-1]}" if len(names) > 1 else names[0]
    return f"{found[0].sender} is verified in {named}, not in {place(here)}."


def silent(places: Iterable[Place]) -> str:
    """How many regions could not be asked, in words; "" when all were."""
    unknown = [one.region for one in places if one.state == "unknown"]
    if not unknown:
        return ""
    return (
        f"{place(unknown[0])} did not answer"
        if len(unknown) == 1
        else f"{len(unknown)} regions did not answer"
    )


def _as_they_come(ends_at: dict[str, float], heard: "queue.SimpleQueue[Place | str]") -> Iterator[Place]:
    """What the regions say, each until its end. A text in the queue is a region that has said all."""
    open_, last = dict(ends_at), dict[str, Place]()
    while open_:
        try:
            said = heard.get(timeout=left(min(open_.values())))
        except queue.Empty:
            for region in [region for region, end in open_.items() if not left(end)]:
                del open_[region]
                yield _ended(region, last.get(region))
            continue
        if isinstance(said, str):
            open_.pop(said, None)
        elif said.region in open_:
            last[said.region] = said
            yield said


def _ended(region: str, last: Place | None) -> Place:
    """What is to be said of a region that is not waited for any longer. What its list has decided stays."""
    why = explain(Late(), Context(region=region))
    return replace(last, why=why) if last else Place(region, "unknown", why=why)


def _look(sesv2: Any, region: str, address: str, ours: bool, say: Callable[[Place | str], None]) -> None:
    about = Context(region=region, from_address=address)
    try:
        known = read_identities(sesv2)
        covered = covering(known, address)
    except Exception as error:
        why = explain(error, about)
        closed = not ours and why.reference in NOT_ENABLED
        say(Place(region, "not-enabled") if closed else Place(region, "unknown", why=why))
    else:
        said = Place(region, _state(covered), covered.name if covered else "", len(known))
        say(said)
        if known:
            try:
                say(replace(said, production=told_account(sesv2.get_account()).production))
            except Exception as error:
                say(replace(said, why=explain(error, about)))
    say(region)


def _state(covered: Identity | None) -> str:
    if covered is None:
        return "absent"
    return "verified" if covered.verified else "waiting"


def _partition(region: str) -> str:
    return region.partition("-")[0] if region.startswith(("us-gov", "eusc", "cn")) else "aws"
