"""SES v1: its own two ways to send."""

import base64
import binascii
from typing import Any
from urllib.parse import unquote

from core.demo import compose, telling
from core.demo.call import Call
from core.demo.mail import Mail, accept
from core.demo.refusal import Refusal


def send_email(call: Call) -> dict[str, Any]:
    """SendEmail of the old API."""
    place, message = call.given.get("Destination") or {}, call.given.get("Message") or {}
    to, cc, bcc = (
        [str(each) for each in place.get(name) or []]
        for name in ("ToAddresses", "CcAddresses", "BccAddresses")
    )
    body = message.get("Body") or {}
    text, html = (str((body.get(name) or {}).get("Data", "")) for name in ("Text", "Html"))
    subject = str((message.get("Subject") or {}).get("Data", ""))
    mail = compose.simple(call.text("Source"), to, cc, bcc, subject, text, html, [], call.amazon.now())
    return _send(call, mail, "ses:SendEmail")


def send_raw_email(call: Call) -> dict[str, Any]:
    """SendRawEmail of the old API."""
    try:
        data = base64.b64decode(str((call.given.get("RawMessage") or {}).get("Data", "")), validate=True)
    except (binascii.Error, ValueError):
        raise Refusal("bad-address", "RawMessage.Data is not base64.") from None
    if len(data) > 10 * 1024 * 1024:
        raise Refusal("bad-address", "Message length is more than 10485760 bytes long.")
    mail = compose.raw(data, call.text("Source"), [str(each) for each in call.items("Destinations")])
    return _send(call, mail, "ses:SendRawEmail")


def _send(call: Call, mail: Mail, action: str) -> dict[str, Any]:
    mail.operation = call.action
    mail.source_ip = call.source_ip
    mail.configuration_set = call.text("ConfigurationSetName") or mail.configuration_set
    for tag in call.items("Tags"):
        mail.tags[str(tag["Name"])] = [unquote(str(tag["Value"]))]
    accept(call.amazon, call.region, call.key, mail, action)
    telling.send(call.amazon, call.region, mail)
    return {"MessageId": mail.message_id}


ACTIONS = {"SendEmail": send_email, "SendRawEmail": send_raw_email}
