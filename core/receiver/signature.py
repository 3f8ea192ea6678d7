"""RSA verification of SNS signatures: version 1 is SHA-1, version 2 is SHA-256, both PKCS #1 v1.5."""

import binascii

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

from core.receiver.certificate import SigningCertificate, check_dates, check_kind
from core.receiver.regions import SnsRegion
from core.receiver.usual import Envelope

_PADDING = padding.PKCS1v15()
# SHA-1 is what SNS itself uses for topics on version 1, its default; a forger would need a second preimage.
_HASHES: dict[str, hashes.HashAlgorithm] = {"1": hashes.SHA1(), "2": hashes.SHA256()}  # noqa: S303


def is_signed(key: RSAPublicKey, version: str, signature: str, signed: bytes) -> bool:
    """Whether `signature` (base64) over these bytes was made with that key."""
    try:
        raw = binascii.a2b_base64(signature.encode("ascii"), strict_mode=True)
        key.verify(raw, signed, _PADDING, _HASHES[version])
    except (InvalidSignature, ValueError):
        return False
    return True


def is_amazons(envelope: Envelope, certificate: SigningCertificate, region: SnsRegion, now: int) -> bool:
    """Whether Amazon signed this message with this certificate of that region; `now` in ms. Raises Refused (403) for a certificate
    that is no good for it, before the signature is looked at."""
    check_dates(certificate, envelope.published_at, now)
    key = check_kind(certificate, region)
    return is_signed(key, envelope.signature_version, envelope.signature, envelope.signed)
