"""Where SNS exists: the host its certificates come from and the name they carry.

Source: the SNS message manager of AWS SDK for Java 2 (SnsHostProvider) and the endpoint lists of the SDKs.
A region that is not listed here does not exist for the receiver: a made-up one must never be asked for a certificate.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SnsRegion:
    """One region of SNS."""

    code: str
    partition: str
    host: str  # of SigningCertURL
    certificate_name: str  # CN or SAN of the certificate; not the host


SUFFIXES = {
    "aws": "amazonaws.com",
    "aws-us-gov": "amazonaws.com",
    "aws-cn": "amazonaws.com.cn",
    "aws-eusc": "amazonaws.eu",
    "aws-iso": "c2s.ic.gov",
    "aws-iso-b": "sc2s.sgov.gov",
    "aws-iso-e": "cloud.adc-e.uk",
    "aws-iso-f": "csp.hci.ic.gov",
}
CODES = {
    "aws": """
        ap-northeast-1 ap-northeast-2 ap-northeast-3 ap-south-1 ap-southeast-1 ap-southeast-2 ca-central-1
        eu-central-1 eu-north-1 eu-west-1 eu-west-2 eu-west-3 sa-east-1 us-east-1 us-east-2 us-west-1 us-west-2
        af-south-1 ap-east-1 ap-east-2 ap-south-2 ap-southeast-3 ap-southeast-4 ap-southeast-5 ap-southeast-6
        ap-southeast-7 ca-west-1 eu-central-2 eu-south-1 eu-south-2 il-central-1 me-central-1 me-south-1 mx-central-1
    """,
    "aws-us-gov": "us-gov-east-1 us-gov-west-1",
    "aws-cn": "cn-north-1 cn-northwest-1",
    "aws-eusc": "eusc-de-east-1",
    "aws-iso": "us-iso-east-1 us-iso-west-1",
    "aws-iso-b": "us-isob-east-1 us-isob-west-1",
    "aws-iso-e": "eu-isoe-west-1",
    "aws-iso-f": "us-isof-east-1 us-isof-south-1",
}
# Regions an account must switch on; their certificates carry a name of their own.
OPT_IN = frozenset(
    [
        "af-south-1",
        "ap-east-1",
        "ap-east-2",
        "ap-south-2",
        "ap-southeast-3",
        "ap-southeast-4",
        "ap-southeast-5",
        "ap-southeast-6",
        "ap-southeast-7",
        "ca-west-1",
        "eu-central-2",
        "eu-south-1",
        "eu-south-2",
        "il-central-1",
        "me-central-1",
        "me-south-1",
        "mx-central-1",
    ]
)


def _certificate_name(code: str, partition: str) -> str:
    suffix = SUFFIXES[partition]
    if partition == "aws-us-gov":
        return "sns-us-gov-west-1.amazonaws.com"
    if partition == "aws-cn":
        return f"sns-{code}.{suffix}"
    if partition == "aws-iso":
        return f"sns-us-iso-east-1.{suffix}"
    if partition == "aws-iso-b":
        return f"sns-us-isob-east-1.{suffix}"
    if partition in ("aws-eusc", "aws-iso-e", "aws-iso-f") or code in OPT_IN:
        return f"sns-signing.{code}.{suffix}"
    return f"sns.{suffix}"


REGIONS: dict[str, SnsRegion] = {
    code: SnsRegion(code, partition, f"sns.{code}.{SUFFIXES[partition]}", _certificate_name(code, partition))
    for partition, codes in CODES.items()
    for code in codes.split()
}
