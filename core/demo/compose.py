"""From what a send call brings (fields, raw MIME, a template) to one Mail."""

import json
import re
from email import message_from_bytes, policy
from email.headerregistry import AddressHeader
from email.message import EmailMessage, Message
from email.utils import formatdate
from typing import Any

from core.demo.mail import EICAR, Mail
from core.demo.refusal import Refusal

_SET_HEADER = "x-ses-configuration-set"
_TAGS_HEADER = "x-ses-message-tags"
_ADDRESSES = ("to", "cc", "bcc")


def simple(
    source: str,
    to: list[str],
    cc: list[str],
    bcc: list[str],
    subject: str,
    text: str,
    html: str,
    more: list[tuple[str, str]],
    now: int,
) -> Mail:
    """A mail from its fields. SES writes the MIME; here only the headers it would have matter."""
    kind = "multipart/alternative" if text and html else "text/html" if html else "text/plain"
    headers = [("From", source), ("To", ", ".join(to))]
    headers += [("Cc", ", ".join(cc))] if cc else []
    headers += [
        *more,
        ("Subject", subject),
        ("MIME-Version", "1.0"),
        ("Content-Type", f"{kind}; charset=UTF-8"),
    ]
    headers = [(name, value) for name, value in headers if value]
    common: dict[str, object] = {
        "from": [source],
        "date": formatdate(now / 1000),
        "to": to,
        "subject": subject,
    }
    if cc:
        common["cc"] = cc
    body = (text or html).encode()
    return Mail(
        source, [*to, *cc, *bcc], headers, common, size=len(body), virus=EICAR in body, text=text or html
    )


def raw(data: bytes, source: str, destination: list[str]) -> Mail:
    """A mail from its own MIME. Sender and recipients are the call's, else those of the headers."""
    message: EmailMessage = message_from_bytes(data, policy=policy.SMTP)
    headers = [(name, str(value)) for name, value in message.items()]
    if not headers:
        raise Refusal("bad-address", "Missing required header 'From'.")
    source = source or str(message.get("From", ""))
    found = [address for name in _ADDRESSES for address in _addresses(message, name)]
    hidden = {_SET_HEADER, _TAGS_HEADER, "bcc"}
    kept = [(name, value) for name, value in headers if name.lower() not in hidden]
    common: dict[str, object] = {"from": _addresses(message, "from")}
    if message.get("Date"):
        common["date"] = str(message["Date"])
    common["to"] = _addresses(message, "to")
    if message.get("Message-ID"):
        common["messageId"] = str(message["Message-ID"])
    common["subject"] = str(message.get("Subject", ""))
    mail = Mail(
        source,
        destination or found,
        kept,
        common,
        size=len(data),
        virus=_virus(message),
        text=_words(message),
    )
    mail.configuration_set = str(message.get(_SET_HEADER, "")).strip()
    for name, value in re.findall(r"([^=,;\s]+)=([^,;\s]+)", str(message.get(_TAGS_HEADER, ""))):
        mail.tags[name] = [value]
    return mail


def _addresses(message: EmailMessage, name: str) -> list[str]:
    header = message.get(name)
    return [str(address) for address in header.addresses] if isinstance(header, AddressHeader) else []


def _virus(message: Message) -> bool:
    return any(
        EICAR in bytes(part.get_payload(decode=True) or b"")
        for part in message.walk()
        if not part.is_multipart()
    )


def _words(message: EmailMessage) -> str:
    part = message.get_body(("plain", "html"))
    try:
        return str(part.get_content()) if part is not None else ""
    except (LookupError, KeyError):
        return ""


def rendered(pattern: str, data: str) -> str:
    """A template with its variables filled in; a KeyError names the missing one (SES: Rendering Failure)."""
    values: dict[str, Any] = json.loads(data or "{}")
    return re.sub(r"\{\{\s*([\w-]+)\s*\}\}", lambda match: str(values[match[1]]), pattern)
