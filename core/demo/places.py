"""Where SES and SNS exist, as the demo Amazon sees the world, and which of these an account must first opt in to."""

OPT_IN = (
    "af-south-1", "ap-east-1", "ap-east-2", "ap-south-2", "ap-southeast-3", "ap-southeast-4", "ap-southeast-5",
    "ap-southeast-6", "ap-southeast-7", "ca-west-1", "eu-central-2", "eu-south-1", "eu-south-2", "il-central-1",
    "me-central-1", "me-south-1", "mx-central-1",
)  # fmt: skip
OPEN = (
    "ap-northeast-1", "ap-northeast-2", "ap-northeast-3", "ap-south-1", "ap-southeast-1", "ap-southeast-2",
    "ca-central-1", "eu-central-1", "eu-north-1", "eu-west-1", "eu-west-2", "eu-west-3", "sa-east-1",
    "us-east-1", "us-east-2", "us-west-1", "us-west-2",
)  # fmt: skip
ALL = tuple(sorted((*OPEN, *OPT_IN)))
NO_SES = ("ap-east-1",)


def certificate_names() -> tuple[str, ...]:
    """Every name Amazon's SNS certificates carry in these regions: the demo's one certificate has them all."""
    return ("sns.amazonaws.com", *(f"sns-signing.{region}.amazonaws.com" for region in OPT_IN))
