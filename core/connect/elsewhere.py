"""A sender that is not verified in this region: in which other one is it?"""

from dataclasses import dataclass

from core.aws import finder
from core.aws.access import Access


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """Where the sender is verified instead, and the sentence for it. Without regions the sentence says what that rests on."""

    sentence: str
    regions: tuple[str, ...] = ()


def look(access: Access, address: str) -> Elsewhere:
    """Ask every other region of the same Amazon. Takes a few seconds at most; raises botocore's errors when no key can sign."""
    here = access.region
    others = [region for region in finder.same_amazon(here) if region != here]
    places = finder.find(access, address, others) if others else []
    if verified := finder.elsewhere(places, here):
        regions = tuple(one.region for one in verified)
        return Elsewhere(f"{finder.sentence(verified, here)} Switch?", regions)
    quiet = finder.silent(places)
    return Elsewhere(
        f"{quiet}, so it may be verified there." if quiet else "No other region has it verified."
    )
