"""A small Amazon SNS for tests: its own RSA key and certificate, and messages signed as SNS signs them.

    signer = Signer()                                   # eu-west-1, CN=sns.amazonaws.com
    folder = signer.save(tmp_path)                      # an operator's certificate folder (SES_DESK_CERTIFICATE_DIR)
    body = signer.notification("arn:aws:sns:eu-west-1:111122223333:bounces", message_json)
    post(url, signer.body(body), signer.headers(body))

Canonical string: "Verifying the signatures of Amazon SNS messages", SNS developer guide.
"""

import base64
import json
import uuid
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.x509.oid import NameOID

REGION = "eu-west-1"
ACCOUNT = "111122223333"
ARN = f"arn:aws:sns:{REGION}:{ACCOUNT}:ses-bounces"
FILE = "SimpleNotificationService-" + "0123456789abcdef" * 2 + ".pem"
SIGNED = {
    "Notification": ("Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type"),
    "SubscriptionConfirmation": (
        "Message",
        "MessageId",
        "Subject",
        "SubscribeURL",
        "Timestamp",
        "Token",
        "TopicArn",
        "Type",
    ),
}
SIGNED["UnsubscribeConfirmation"] = SIGNED["SubscriptionConfirmation"]


@lru_cache(maxsize=8)
def rsa_key(bits: int, number: int = 0) -> rsa.RSAPrivateKey:
    """One key per size and number for the whole test run: making them is the slow part."""
    return rsa.generate_private_key(public_exponent=65537, key_size=bits)


def canonical(message: dict[str, Any]) -> bytes:
    """The bytes SNS signs."""
    names = [name for name in SIGNED[message["Type"]] if name in message]
    return "".join(f"{name}\n{message[name]}\n" for name in names).encode()


def timestamp(moment: datetime | None = None) -> str:
    """A time as SNS writes it, milliseconds and Z; now when left out."""
    return (moment or datetime.now(UTC)).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z"


@dataclass
class Signer:
    """One signing certificate of one region. `number` picks another key, `names` puts the name in the SAN instead of the CN."""

    common_name: str = "sns.amazonaws.com"
    region: str = REGION
    suffix: str = "amazonaws.com"
    file: str = FILE
    not_before: datetime = field(default_factory=lambda: datetime.now(UTC) - timedelta(days=100))
    not_after: datetime = field(default_factory=lambda: datetime.now(UTC) + timedelta(days=265))
    bits: int = 2048
    number: int = 0
    alternative_names: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        self.key = rsa_key(self.bits, self.number)
        name = x509.Name(
            [x509.NameAttribute(NameOID.COMMON_NAME, self.common_name)] if self.common_name else []
        )
        builder = (
            x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(self.key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(self.not_before).not_valid_after(self.not_after)
        )  # fmt: skip
        if self.alternative_names:
            sans = x509.SubjectAlternativeName([x509.DNSName(name) for name in self.alternative_names])
            builder = builder.add_extension(sans, critical=False)
        self.certificate = builder.sign(self.key, hashes.SHA256())

    @property
    def pem(self) -> str:
        return self.certificate.public_bytes(serialization.Encoding.PEM).decode()

    @property
    def url(self) -> str:
        return f"https://sns.{self.region}.{self.suffix}/{self.file}"

    def save(self, folder: Path) -> Path:
        """Put the certificate where an operator without a way out would; returns the folder."""
        folder.mkdir(parents=True, exist_ok=True)
        (folder / self.file).write_text(self.pem)
        return folder

    def signature(self, data: bytes, version: str = "2") -> str:
        digest = hashes.SHA1() if version == "1" else hashes.SHA256()
        return base64.b64encode(self.key.sign(data, padding.PKCS1v15(), digest)).decode()

    def sign(self, message: dict[str, Any], version: str = "2") -> dict[str, Any]:
        """The message with SignatureVersion, Signature and SigningCertURL as SNS adds them."""
        signed = {**message, "SignatureVersion": version, "SigningCertURL": self.url}
        signed["Signature"] = self.signature(canonical(message), version)
        return signed

    def notification(
        self,
        arn: str = ARN,
        message: str | dict[str, Any] = "{}",
        *,
        version: str = "2",
        subject: str | None = None,
        message_id: str | None = None,
        at: datetime | None = None,
    ) -> dict[str, Any]:
        """A signed Notification; a dict as message becomes compact JSON."""
        body = {"Type": "Notification", "MessageId": message_id or str(uuid.uuid4()), "TopicArn": arn}
        if subject is not None:
            body["Subject"] = subject
        body["Message"] = message if isinstance(message, str) else json.dumps(message, separators=(",", ":"))
        body["Timestamp"] = timestamp(at)
        signed = self.sign(body, version)
        signed["UnsubscribeURL"] = (
            f"https://sns.{self.region}.{self.suffix}/?Action=Unsubscribe&SubscriptionArn={arn}:{uuid.uuid4()}"
        )
        return signed

    def confirmation(
        self,
        arn: str = ARN,
        *,
        version: str = "2",
        kind: str = "SubscriptionConfirmation",
        token: str | None = None,
        at: datetime | None = None,
    ) -> dict[str, Any]:
        """A signed SubscriptionConfirmation, or with kind="UnsubscribeConfirmation" the other one."""
        token = token or (uuid.uuid4().hex * 6)
        words = "subscribe to" if kind == "SubscriptionConfirmation" else "deactivate the subscription of"
        body = {
            "Type": kind,
            "MessageId": str(uuid.uuid4()),
            "Token": token,
            "TopicArn": arn,
            "Message": f"You have chosen to {words} the topic {arn}.\nTo confirm, visit the SubscribeURL.",
            "SubscribeURL": f"https://sns.{self.region}.{self.suffix}/?Action=ConfirmSubscription&TopicArn={arn}&Token={token}",
            "Timestamp": timestamp(at),
        }
        return self.sign(body, version)

    @staticmethod
    def body(message: dict[str, Any]) -> bytes:
        """The request body as SNS posts it."""
        return json.dumps(message, indent=2).encode()

    @staticmethod
    def headers(message: dict[str, Any]) -> dict[str, str]:
        """The headers SNS sends beside it."""
        headers = {
            "Content-Type": "text/plain; charset=UTF-8",
            "User-Agent": "Amazon Simple Notification Service Agent",
            "x-amz-sns-message-type": message["Type"],
            "x-amz-sns-message-id": message["MessageId"],
            "x-amz-sns-topic-arn": message["TopicArn"],
        }
        if message["Type"] != "SubscriptionConfirmation":
            headers["x-amz-sns-subscription-arn"] = (
                message["TopicArn"] + ":0c5f5d4a-7d1b-4f0c-8a53-2f6e9e0a9d11"
            )
        return headers


def ses_event(
    kind: str = "Bounce",
    recipient: str = "jane@example.com",
    *,
    message_id: str | None = None,
    at: datetime | None = None,
    channel: str = "eventType",
    identity: str = "example.org",
) -> dict[str, Any]:
    """A believable SES event of one recipient, in either form (`eventType` or `notificationType`)."""
    moment = at or datetime.now(UTC)
    stamp = timestamp(moment)
    message_id = message_id or f"{int(moment.timestamp() * 1000):016x}-{uuid.uuid4()}-000000"
    event: dict[str, Any] = {
        channel: kind,
        "mail": {
            "timestamp": stamp,
            "source": f"news@{identity}",
            "sourceArn": f"arn:aws:ses:{REGION}:{ACCOUNT}:identity/{identity}",
            "sendingAccountId": ACCOUNT,
            "messageId": message_id,
            "destination": [recipient],
        },
    }
    details: dict[str, dict[str, Any]] = {
        "Bounce": {"bounceType": "Permanent", "bounceSubType": "General", "timestamp": stamp, "feedbackId": str(uuid.uuid4()),
                   "bouncedRecipients": [{"emailAddress": recipient, "action": "failed", "status": "5.1.1",
                                          "diagnosticCode": "smtp; 550 5.1.1 user unknown"}]},
        "Complaint": {"complainedRecipients": [{"emailAddress": recipient}], "timestamp": stamp,
                      "feedbackId": str(uuid.uuid4()), "complaintSubType": None, "complaintFeedbackType": "abuse"},
        "Delivery": {"timestamp": stamp, "recipients": [recipient], "processingTimeMillis": 512, "smtpResponse": "250 ok"},
    }  # fmt: skip
    event[kind[:1].lower() + kind[1:]] = details.get(kind, {})
    return event
