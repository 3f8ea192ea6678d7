"""Mail that is signed here, by dkimpy: with every kind of key, every form, and what can go wrong with it."""

import base64
import secrets
from dataclasses import dataclass
from functools import cache
from typing import Any
from unittest.mock import patch

import dkim
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ed25519, rsa

BODY = (
    b"From: Shop <news@example.com>\r\nTo: you@example.net\r\nSubject: Hello\r\n"
    b"Date: Tue, 24 Nov 2026 08:00:00 +0000\r\nMessage-ID: <1@example.com>\r\n\r\nGood morning.\r\n"
)
LONG_AGO = 1_577_836_800  # 1 January 2020


@dataclass(frozen=True)
class Key:
    """A private key as dkimpy wants it, and the record that publishes the other half."""

    private: bytes
    record: str
    algorithm: bytes = b"rsa-sha256"


@cache
def rsa_key(bits: int = 2048, number: int = 0) -> Key:
    """An RSA key of at least 1024 bits; another `number` is another key."""
    del number
    key = rsa.generate_private_key(public_exponent=65537, key_size=bits)
    private = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.TraditionalOpenSSL,
        serialization.NoEncryption(),
    )
    public = key.public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    return Key(private, "v=DKIM1; k=rsa; p=" + base64.b64encode(public).decode())


@cache
def short_key(bits: int = 512) -> Key:
    """A key so short that no library makes one any more."""
    p, q = _prime(bits // 2), _prime(bits // 2)
    n, d = p * q, pow(65537, -1, (p - 1) * (q - 1))
    private = _whole_numbers(0, n, 65537, d, p, q, d % (p - 1), d % (q - 1), pow(q, -1, p))
    rsa_itself = bytes.fromhex("300d06092a864886f70d0101010500")  # RFC 8017: rsaEncryption, no parameters
    public = _der(0x30, rsa_itself + _der(0x03, b"\0" + _whole_numbers(n, 65537)))
    pem = (
        b"-----BEGIN RSA PRIVATE KEY-----\n"
        + base64.encodebytes(private)
        + b"-----END RSA PRIVATE KEY-----\n"
    )
    return Key(pem, "v=DKIM1; k=rsa; p=" + base64.b64encode(public).decode())


def _whole_numbers(*numbers: int) -> bytes:
    return _der(
        0x30, b"".join(_der(0x02, each.to_bytes(each.bit_length() // 8 + 1, "big")) for each in numbers)
    )


def _der(tag: int, inside: bytes) -> bytes:
    """One value of DER: its tag, its length, and itself."""
    size = len(inside)
    long = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes([tag]) + (bytes([size]) if size < 128 else bytes([0x80 | len(long)]) + long) + inside


def _prime(bits: int) -> int:
    while True:
        odd = secrets.randbits(bits) | 1 | (3 << (bits - 2))
        if odd % 65537 != 1 and all(pow(base, odd - 1, odd) == 1 for base in (2, 3, 5, 7, 11, 13)):
            return odd


@cache
def ed25519_key() -> Key:
    """An Ed25519 key (RFC 8463)."""
    key = ed25519.Ed25519PrivateKey.generate()
    private = key.private_bytes(
        serialization.Encoding.Raw, serialization.PrivateFormat.Raw, serialization.NoEncryption()
    )
    public = key.public_key().public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)
    record = "v=DKIM1; k=ed25519; p=" + base64.b64encode(public).decode()
    return Key(base64.b64encode(private), record, b"ed25519-sha256")


def signed(
    key: Key, raw: bytes = BODY, domain: str = "example.com", selector: str = "s1", **more: Any
) -> bytes:
    """The mail with a signature above it."""
    more.setdefault("signature_algorithm", key.algorithm)
    return bytes(dkim.sign(raw, selector.encode(), domain.encode(), key.private, **more)) + raw


def expired(key: Key) -> bytes:
    """A mail signed in 2020, to hold for a day."""
    until = f"@example.com; x={LONG_AGO + 86_400}; z=example.com".encode()
    with patch("time.time", lambda: LONG_AGO):
        return signed(key, identity=until)


def publish(names: Any, record: str, domain: str = "example.com", selector: str = "s1") -> None:
    """The key, and a DMARC record of example.com, at every server of the test."""
    names.publish(
        f"{selector}._domainkey.{domain}", "TXT", [record[at : at + 200] for at in range(0, len(record), 200)]
    )
    names.publish("_dmarc.example.com", "TXT", "v=DMARC1; p=reject")


def told(raw: bytes, verdict: str) -> bytes:
    """The mail as it stands in a mailbox, with the receiver's verdict above everything."""
    return f"Authentication-Results: mx.example.net; {verdict}\r\n".encode() + raw
