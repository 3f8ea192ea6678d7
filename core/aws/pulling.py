"""An SQS queue from the reader's side: receive, delete, and whether this key may do both.

Source: SQS API, ReceiveMessage (at most ten, waiting at most 20 s), DeleteMessageBatch, GetQueueAttributes.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from core.aws.access import Access
from core.aws.account import NotAmazon

AT_ONCE = 10  # messages per call: Amazon's limit
LONG_POLL = 20  # seconds: Amazon's limit
HIDDEN = 120  # seconds a received message stays hidden: far beyond the longest commit


@dataclass(frozen=True, slots=True)
class Received:
    """One message, hidden from other readers until it is deleted or its time is up."""

    id: str
    receipt: str
    body: str
    sent_at: int  # ms; when it came into the queue

    def __repr__(self) -> str:
        return f"Received({self.id})"


class Line:
    """A client for one queue, for a round or a few: it holds opened keys, so it is never kept."""

    def __init__(self, access: Access, url: str, region: str) -> None:
        self._url = url
        self._sqs = access.client("sqs", region=region, read_seconds=LONG_POLL + 10)

    def receive(self, wait: int = LONG_POLL, hidden: int = HIDDEN) -> list[Received]:
        """Up to ten messages; waits for the first at most `wait` seconds. Raises botocore's errors."""
        said = self._sqs.receive_message(
            QueueUrl=self._url,
            MaxNumberOfMessages=AT_ONCE,
            WaitTimeSeconds=wait,
            VisibilityTimeout=hidden,
            MessageSystemAttributeNames=["SentTimestamp"],
        )
        if not isinstance(said, dict) or "ResponseMetadata" not in said:
            raise NotAmazon("queue")
        return [_received(each) for each in said.get("Messages", ())]

    def delete(self, done: Sequence[Received]) -> int:
        """Take messages off the queue; returns how many it refused, which come again and count once."""
        refused = 0
        for start in range(0, len(done), AT_ONCE):
            part = done[start : start + AT_ONCE]
            entries = [{"Id": str(place), "ReceiptHandle": each.receipt} for place, each in enumerate(part)]
            said = self._sqs.delete_message_batch(QueueUrl=self._url, Entries=entries)
            refused += len(said.get("Failed", ()))
        return refused

    def depth(self) -> tuple[int, int]:
        """About how many messages wait, those put off included, and how many are hidden from other readers."""
        names = [
            "ApproximateNumberOfMessages",
            "ApproximateNumberOfMessagesDelayed",
            "ApproximateNumberOfMessagesNotVisible",
        ]
        said = self._sqs.get_queue_attributes(QueueUrl=self._url, AttributeNames=names)
        found = said.get("Attributes") if isinstance(said, dict) else None
        if not found or names[0] not in found:
            raise NotAmazon("queue")
        there, put_off, hidden = (int(found.get(name) or 0) for name in names)
        return there + put_off, hidden

    def may_delete(self) -> None:
        """Delete with a receipt that is none. Raises when the key may not delete; nothing is deleted."""
        from botocore.exceptions import ClientError

        try:
            self._sqs.delete_message(QueueUrl=self._url, ReceiptHandle="x" * 8)
        except ClientError as error:
            if "ReceiptHandle" not in str(error.response.get("Error", {}).get("Code", "")):
                raise


@dataclass(frozen=True, slots=True)
class QueueLook:
    """What a queue says of itself."""

    arn: str
    policy: dict[str, Any] | None
    kms_key: str  # of a customer; "" when it is not encrypted with one


def look(access: Access, url: str, region: str) -> QueueLook:
    """Read a queue's ARN, policy and encryption. Raises botocore's errors."""
    sqs = access.client("sqs", region=region)
    names = ["QueueArn", "Policy", "KmsMasterKeyId"]
    said = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=names).get("Attributes", {})
    if not said.get("QueueArn"):
        raise NotAmazon("queue")
    try:
        policy = json.loads(said.get("Policy") or "null")
    except ValueError:
        policy = None
    return QueueLook(
        str(said["QueueArn"]),
        policy if isinstance(policy, dict) else None,
        str(said.get("KmsMasterKeyId", "")),
    )


def _received(said: dict[str, Any]) -> Received:
    sent = str(said.get("Attributes", {}).get("SentTimestamp", ""))
    return Received(
        str(said["MessageId"]),
        str(said["ReceiptHandle"]),
        str(said["Body"]),
        int(sent) if sent.isdigit() else 0,
    )
