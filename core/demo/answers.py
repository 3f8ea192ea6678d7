"""Answers in the protocol of the service that gives them, refusals too, and what is no answer at all."""

import json
from dataclasses import dataclass, field
from typing import Any

from core.demo import iam, query, ses, sns, sts
from core.demo.faults import Fault
from core.demo.refusal import Refusal, spelled

NAMESPACES = {  # those that speak XML
    "sts": sts.NAMESPACE,
    "ses": ses.NAMESPACE,
    "sns": sns.NAMESPACE,
    "iam": iam.NAMESPACE,
}
_OLD_NAMES = {
    "QueueDoesNotExist": "AWS.SimpleQueueService.NonExistentQueue",
    "QueueNameExists": "QueueAlreadyExists",
}


@dataclass
class Answer:
    """What goes back. `way`: instead of an answer, one of faults.WAYS."""

    status: int
    body: bytes = b""
    kind: str = "text/xml"
    headers: dict[str, str] = field(default_factory=dict)
    way: str = ""
    seconds: float = 0.0


def good(service: str, action: str, found: dict[str, Any] | None, request_id: str) -> Answer:
    headers = {"x-amzn-RequestId": request_id}
    if service in NAMESPACES:
        return Answer(200, query.write(action, found, NAMESPACES[service], request_id), "text/xml", headers)
    kind = "application/json" if service == "sesv2" else "application/x-amz-json-1.0"
    return Answer(200, json.dumps(found or {}).encode(), kind, headers)


def refused(service: str, refusal: Refusal, request_id: str) -> Answer:
    code, status = spelled(refusal, service)
    headers = {"x-amzn-RequestId": request_id}
    if service in NAMESPACES:
        body = query.write_refusal(code, refusal.message, NAMESPACES[service], request_id, status)
        return Answer(status, body, "text/xml", headers)
    if service == "sesv2":
        headers["x-amzn-ErrorType"] = code
        return Answer(status, json.dumps({"message": refusal.message}).encode(), "application/json", headers)
    if service == "sqs" and code in _OLD_NAMES:
        headers["x-amzn-query-error"] = f"{_OLD_NAMES[code]};Sender"
    body = json.dumps({"__type": f"com.amazonaws.{service}#{code}", "message": refusal.message}).encode()
    return Answer(status, body, "application/x-amz-json-1.0", headers)


def strange(fault: Fault) -> Answer:
    """Something other than Amazon's answer."""
    if fault.name == "portal":
        page = b"<!DOCTYPE html><html><head><title>Welcome</title></head><body>Please sign in to the network.</body></html>"
        sent_on = {"Location": "https://login.example.net/"} if 300 <= fault.status < 400 else {}
        return Answer(fault.status, page, "text/html", sent_on)
    if fault.name == "list":
        return Answer(200, b'[{"login": "required"}]', "application/json")
    if fault.name == "empty":
        return Answer(200, b"{}", "application/json")
    if fault.name == "garbage":
        return Answer(200, b"\x00\xff\xfe not an answer", "application/octet-stream")
    return Answer(0, way=fault.name, seconds=fault.seconds)
