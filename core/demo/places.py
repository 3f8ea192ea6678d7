"""Where SES and SNS exist, as the demo Amazon sees the world: the commercial regions, and which an account must opt in to."""

from core.receiver.regions import CODES, OPT_IN, REGIONS

ALL = tuple(sorted(CODES["aws"].split()))
NO_SES = ("ap-east-1",)

__all__ = ["ALL", "NO_SES", "OPT_IN", "certificate_names"]


def certificate_names() -> list[str]:
    """Every name Amazon's SNS certificates carry in these regions: the demo's one certificate has them all."""
    return sorted({REGIONS[code].certificate_name for code in ALL})
