"""The `mail` object of an SES event: which message, from whom, to whom, under which names.

Source: "Mail object", SES developer guide. Every field may be missing or of a wrong kind; what cannot be read is left out.
"""

from dataclasses import dataclass
from typing import Any

import msgspec

from core.events.address import domain_of, normalise
from core.events.text import clip
from core.moment import parse_rfc3339

LONGEST_ID = 200  # bytes; Amazon's have 60
_LONGEST_NAME = 400


@dataclass(slots=True)
class Mail:
    """What every event of one message says alike."""

    message_id: str
    sent_at: int | None
    destination: list[str]
    identity: str | None
    identity_from_arn: bool
    configuration_set: str | None
    tags: dict[str, list[str]]
    drill: bool


class UsualMail(msgspec.Struct, rename="camel", gc=False):
    """The mail object as Amazon nearly always writes it; what is not read is not even decoded."""

    message_id: str
    timestamp: str
    destination: list[str]
    source_arn: str
    tags: dict[str, list[str]] = {}


def read_usual(told: UsualMail) -> Mail | None:
    """What `read_mail` makes of the same object; None when it takes more than this to read it."""
    identity, tags = told.source_arn.partition("identity/")[2], told.tags
    if not told.message_id or not identity:
        return None
    destination = told.destination
    return Mail(
        clip(told.message_id, LONGEST_ID), moment(told.timestamp), addresses(destination), clip(identity, _LONGEST_NAME), True,
        _configuration_set(tags), tags, "ses-desk" in tags and "drill" in tags["ses-desk"],
    )  # fmt: skip


def read_mail(mail: dict[str, Any]) -> Mail:
    """Read the mail object; `message_id` is "" when there is none."""
    message_id = mail.get("messageId")
    identity, from_arn = _identity(mail)
    tags = _tags(mail.get("tags"))
    return Mail(
        clip(message_id, LONGEST_ID) if isinstance(message_id, str) else "",
        moment(mail.get("timestamp")),
        addresses(mail.get("destination")),
        identity,
        from_arn,
        _configuration_set(tags),
        tags,
        "ses-desk" in tags and "drill" in tags["ses-desk"],
    )


def moment(value: Any) -> int | None:
    """A time stamp as Amazon writes it, None when it cannot be read."""
    if not isinstance(value, str):
        return None
    try:
        return parse_rfc3339(value)
    except ValueError:
        return None


def addresses(values: Any) -> list[str]:
    """The distinct addresses of a list, normalised, in their order. Takes plain ones and `{"emailAddress": …}`."""
    found: dict[str, None] = {}
    for value in values if isinstance(values, list) else ():
        if isinstance(value, dict):
            value = value.get("emailAddress")
        if isinstance(value, str) and (address := normalise(value)):
            found[address] = None
    return list(found)


def _identity(mail: dict[str, Any]) -> tuple[str | None, bool]:
    """The identity that sent it: after `identity/` of sourceArn, else the From domain. True when the ARN said so."""
    arn = mail.get("sourceArn")
    if isinstance(arn, str) and (name := arn.partition("identity/")[2]):
        return clip(name, _LONGEST_NAME), True
    domain = ""
    source = mail.get("source")
    if isinstance(source, str):
        domain = domain_of(normalise(source))
    if not domain and isinstance(headers := mail.get("commonHeaders"), dict):
        domain = next((domain_of(address) for address in addresses(headers.get("from"))), "")
    return (clip(domain, _LONGEST_NAME) if domain else None), False


def _tags(value: Any) -> dict[str, list[str]]:
    if not isinstance(value, dict):
        return {}
    tags = {}
    for name, values in value.items():
        if isinstance(values, str):
            tags[name] = [values]
        elif isinstance(values, list):
            tags[name] = [each for each in values if isinstance(each, str)]
    return tags


def _configuration_set(tags: dict[str, list[str]]) -> str | None:
    values = tags.get("ses:configuration-set")
    return clip(values[0], _LONGEST_NAME) if values and values[0] else None
