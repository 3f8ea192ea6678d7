"""SNS signing certificates: which URL may be asked, and what a certificate must be.

The URL is only ever followed when host, path and region are exactly Amazon's: a bucket named "sns" on another host of
amazonaws.com is not. Trust is TLS to that host, or the operator's folder; there is no leaf chain and no pinning.
"""

import re
from dataclasses import dataclass
from functools import lru_cache

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.x509.oid import NameOID

from core.moment import DAY
from core.receiver.refused import forbidden
from core.receiver.regions import REGIONS, SnsRegion

TOPIC_ARN = re.compile(r"arn:([a-z-]{3,16}):sns:([a-z0-9-]{5,32}):([0-9]{12}):[A-Za-z0-9_-]{1,256}", re.ASCII)
URL = re.compile(r"https://([a-z0-9.-]{8,80})/(SimpleNotificationService-[0-9A-Za-z]{1,64}\.pem)", re.ASCII)
ONE_BLOCK = re.compile(
    r"\s*-----BEGIN CERTIFICATE-----\r?\n(?:[A-Za-z0-9+/=]{1,76}\r?\n)+-----END CERTIFICATE-----\s*", re.ASCII
)
GRACE = 30 * DAY  # a dead letter may be this much younger than the end of its certificate
LEAST_BITS = 2048
LONGEST = 400  # characters of an ARN or URL worth a look; the longest that fits above is shorter


@dataclass(frozen=True, slots=True)
class SigningCertificate:
    """What we need of one certificate. Times in ms."""

    key: RSAPublicKey | None  # None: not RSA
    bits: int
    names: frozenset[str]
    not_before: int
    not_after: int


def region_of(arn: str) -> SnsRegion | None:
    """The region a topic ARN names; None when it is no ARN of a topic, or of a region that does not exist."""
    return _region_of(arn) if len(arn) <= LONGEST else None


@lru_cache(maxsize=1024)
def _region_of(arn: str) -> SnsRegion | None:
    match = TOPIC_ARN.fullmatch(arn)
    region = REGIONS.get(match[2]) if match else None
    return region if region and match and region.partition == match[1] else None


def file_of(url: str, region: SnsRegion) -> str:
    """The file name in a certificate URL; raises Refused (403) unless it is Amazon's, in the topic's own region."""
    match = _parts_of(url) if len(url) <= LONGEST else None
    if match is None or match[1] != region.host:
        raise forbidden(
            "certificate-url",
            f"SigningCertURL must be https://{region.host}/SimpleNotificationService-….pem.",
            "SigningCertURL",
        )
    return match[2]


@lru_cache(maxsize=1024)
def _parts_of(url: str) -> re.Match[str] | None:
    return URL.fullmatch(url)


def read_certificate(pem: str) -> SigningCertificate:
    """One PEM block, and nothing else. Raises ValueError when it is not."""
    if not ONE_BLOCK.fullmatch(pem):
        raise ValueError("Not exactly one PEM certificate.")
    certificate = x509.load_pem_x509_certificate(pem.encode("ascii"))
    try:
        key = certificate.public_key()
        names = {str(name.value) for name in certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)}
        names.update(_alternative_names(certificate))
    except ValueError:
        raise
    except Exception as error:  # the parser meets extensions and keys it does not know
        raise ValueError("The certificate cannot be read.") from error
    return SigningCertificate(
        key=key if isinstance(key, RSAPublicKey) else None,
        bits=key.key_size if isinstance(key, RSAPublicKey) else 0,
        names=frozenset(name.lower() for name in names),
        not_before=int(certificate.not_valid_before_utc.timestamp() * 1000),
        not_after=int(certificate.not_valid_after_utc.timestamp() * 1000),
    )


def _alternative_names(certificate: x509.Certificate) -> list[str]:
    try:
        extension = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName)
    except x509.ExtensionNotFound:
        return []
    return extension.value.get_values_for_type(x509.DNSName)


def check_kind(certificate: SigningCertificate, region: SnsRegion) -> RSAPublicKey:
    """Raises Refused (403) unless it is an RSA certificate of SNS in that region; returns its key."""
    if certificate.key is None or certificate.bits < LEAST_BITS:
        raise forbidden(
            "certificate", "The signing certificate is not RSA of 2048 bits or more.", "SigningCertURL"
        )
    if region.certificate_name not in certificate.names:
        raise forbidden(
            "certificate",
            f"The signing certificate is not made out to {region.certificate_name}.",
            "SigningCertURL",
        )
    return certificate.key


def check_dates(certificate: SigningCertificate, published_at: int, now: int) -> None:
    """Raises Refused (403) unless the message was published inside the validity, and that ended at most 30 days ago."""
    if not certificate.not_before <= published_at <= certificate.not_after:
        raise forbidden(
            "certificate", "The message was published outside its certificate's validity.", "Timestamp"
        )
    if now > certificate.not_after + GRACE:
        raise forbidden(
            "certificate", "The signing certificate ended more than 30 days ago.", "SigningCertURL"
        )
