"""The demo's own SNS key and certificate, and the signature over a message as SNS makes it.

The certificate is believed only for topics the dashboard made from the demo: it travels on their rows, never through
the shared cache. Canonical string: "Verifying the signatures of Amazon SNS messages", SNS developer guide.
"""

import base64
import hashlib
import ipaddress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.x509.oid import NameOID

from core.demo.places import certificate_names

NOTIFICATION = ("Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type")
CONFIRMATION = ("Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type")


@dataclass(frozen=True)
class KeyPair:
    """A private key and its certificate, both as PEM."""

    key: str
    certificate: str

    @property
    def file_name(self) -> str:
        """The file name SNS would serve the certificate by: it changes when the certificate does."""
        return f"SimpleNotificationService-{hashlib.sha256(self.certificate.encode()).hexdigest()[:32]}.pem"


def sns_pair(now: int) -> KeyPair:
    """A fresh SNS signing key; the certificate holds ten years, so that a demo kept for long still verifies."""
    names = [x509.DNSName(name) for name in certificate_names()]
    pair, _ = _issue("sns.amazonaws.com", list(names), now, None)
    return pair


def smtp_pairs(now: int) -> tuple[str, KeyPair]:
    """A certificate authority for the SMTP server (PEM) and the server's pair for this machine's own names."""
    authority, issuer = _issue("SES Desk demo authority", None, now, None)
    here: list[x509.GeneralName] = [x509.DNSName("localhost")]
    here += [x509.IPAddress(ipaddress.ip_address(address)) for address in ("127.0.0.1", "::1")]
    server, _ = _issue("localhost", here, now, issuer)
    return authority.certificate, server


_Issuer = tuple[rsa.RSAPrivateKey, x509.Certificate]


def _issue(
    name: str, names: list[x509.GeneralName] | list[x509.DNSName] | None, now: int, issuer: _Issuer | None
) -> tuple[KeyPair, _Issuer]:
    """A key with its certificate; no names = a certificate authority, no issuer = signed by itself."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    start = datetime.fromtimestamp(now / 1000, UTC) - timedelta(days=120)
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    signer = issuer[0] if issuer else key
    builder = (
        x509.CertificateBuilder().subject_name(subject).issuer_name(issuer[1].subject if issuer else subject)
        .public_key(key.public_key()).serial_number(x509.random_serial_number())
        .not_valid_before(start).not_valid_after(start + timedelta(days=3650))
        .add_extension(x509.BasicConstraints(ca=names is None, path_length=None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key()), critical=False)
    )  # fmt: skip
    if names is not None:
        builder = builder.add_extension(x509.SubjectAlternativeName(list(names)), critical=False)
    else:
        usage = x509.KeyUsage(True, False, False, False, False, True, True, False, False)
        builder = builder.add_extension(usage, critical=True)
    certificate = builder.sign(signer, hashes.SHA256())
    pem = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return KeyPair(pem.decode(), certificate.public_bytes(serialization.Encoding.PEM).decode()), (
        key,
        certificate,
    )


class Signer:
    """Signs messages with one private key. Loading the key once is what makes publishing cheap."""

    def __init__(self, key_pem: str) -> None:
        key = serialization.load_pem_private_key(key_pem.encode(), None)
        if not isinstance(key, rsa.RSAPrivateKey):
            raise TypeError("The demo's signing key is an RSA key.")
        self._key = key

    def sign(self, message: dict[str, str], version: str) -> str:
        """The base64 signature: version "1" is SHA1withRSA, "2" SHA256withRSA, both PKCS#1 v1.5."""
        digest = hashes.SHA256() if version == "2" else hashes.SHA1()  # noqa: S303 - what SNS version 1 is
        return base64.b64encode(self._key.sign(canonical(message), padding.PKCS1v15(), digest)).decode()


def canonical(message: dict[str, str]) -> bytes:
    """The bytes SNS signs: each signed field that is present, name and value, a line each."""
    names = NOTIFICATION if message["Type"] == "Notification" else CONFIRMATION
    return "".join(f"{name}\n{message[name]}\n" for name in names if name in message).encode()
