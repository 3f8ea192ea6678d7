"""SES v2: SendEmail and SendBulkEmail, from simple fields, raw MIME or a template."""

import base64
import binascii
from typing import Any

from core.demo import compose, list_management, telling
from core.demo.call import Call
from core.demo.mail import EICAR, Mail, accept
from core.demo.refusal import Refusal
from core.demo.world import ACCOUNT


def send_email(call: Call) -> dict[str, Any]:
    """Take one mail in and say its message id. What becomes of it is told later, through SNS."""
    content = call.given.get("Content") or {}
    place = call.given.get("Destination") or {}
    to, cc, bcc = (
        [str(each) for each in place.get(name) or []]
        for name in ("ToAddresses", "CcAddresses", "BccAddresses")
    )
    source = call.text("FromEmailAddress")
    action = "ses:SendEmail"
    failure = ""
    if "Raw" in content:
        action = "ses:SendRawEmail"
        mail = compose.raw(_bytes(content["Raw"].get("Data", "")), source, [*to, *cc, *bcc])
    elif "Simple" in content:
        if not source:
            raise Refusal("bad-address", "Missing required parameter: FromEmailAddress.")
        mail = _simple(call, content["Simple"], source, to, cc, bcc)
    elif "Template" in content:
        mail, failure = _templated(call, content["Template"], source, to, cc, bcc)
    else:
        raise Refusal("bad-address", "Content must hold one of Simple, Raw and Template.")
    if call.text("ConfigurationSetName"):
        mail.configuration_set = call.text("ConfigurationSetName")
    _tags(mail, call.items("EmailTags"))
    mail.source_ip = call.source_ip
    list_management.check(call, mail)
    accept(call.amazon, call.region, call.key, mail, action)
    list_management.equip(call.region, mail, str(call.given.get("_base", "")))
    if failure:
        _rendering_failed(call, mail, str(content["Template"].get("TemplateName", "")), failure)
    else:
        telling.send(call.amazon, call.region, mail)
    return {"MessageId": mail.message_id}


def send_bulk_email(call: Call) -> dict[str, Any]:
    """One mail per entry; each has its own result."""
    results = []
    default = (call.given.get("DefaultContent") or {}).get("Template") or {}
    for entry in call.items("BulkEmailEntries"):
        own = ((entry.get("ReplacementEmailContent") or {}).get("ReplacementTemplate") or {}).get(
            "ReplacementTemplateData"
        )
        template = {**default, "TemplateData": own or default.get("TemplateData", "{}")}
        given: dict[str, Any] = {
            "FromEmailAddress": call.text("FromEmailAddress"),
            "ConfigurationSetName": call.text("ConfigurationSetName"),
            "Destination": entry.get("Destination") or {},
            "_base": call.given.get("_base", ""),
            "Content": {"Template": template},
            "EmailTags": [*call.items("DefaultEmailTags"), *(entry.get("ReplacementTags") or [])],
        }
        one = Call(call.amazon, call.region, call.key, "SendEmail", given, call.source_ip, call.request_id)
        try:
            results.append({"Status": "SUCCESS", "MessageId": send_email(one)["MessageId"]})
        except Refusal as refusal:
            if refusal.code == "denied":
                raise
            status = {
                "throttled": "ACCOUNT_THROTTLED",
                "daily-quota": "ACCOUNT_DAILY_QUOTA_EXCEEDED",
                "MessageRejected": "MESSAGE_REJECTED",
            }
            results.append(
                {"Status": status.get(refusal.code, "INVALID_PARAMETER"), "Error": refusal.message}
            )
    return {"BulkEmailEntryResults": results}


def _simple(
    call: Call, content: dict[str, Any], source: str, to: list[str], cc: list[str], bcc: list[str]
) -> Mail:
    body = content.get("Body") or {}
    more = [(str(each["Name"]), str(each["Value"])) for each in content.get("Headers") or []]
    replies = ", ".join(str(each) for each in call.items("ReplyToAddresses"))
    if replies:
        more.append(("Reply-To", replies))
    subject = str((content.get("Subject") or {}).get("Data", ""))
    text, html = (str((body.get(name) or {}).get("Data", "")) for name in ("Text", "Html"))
    mail = compose.simple(source, to, cc, bcc, subject, text, html, more, call.amazon.now())
    attached = [_bytes(each.get("RawContent", "")) for each in content.get("Attachments") or []]
    mail.virus = mail.virus or any(EICAR in data for data in attached)
    mail.size += sum(len(data) for data in attached)
    if mail.size > 40 * 1024 * 1024:
        raise Refusal("bad-address", "Message length is more than 41943040 bytes long.")
    return mail


def _templated(
    call: Call, content: dict[str, Any], source: str, to: list[str], cc: list[str], bcc: list[str]
) -> tuple[Mail, str]:
    """The mail, and why its template could not be rendered: then SES accepts it all the same and tells later."""
    inline = content.get("TemplateContent")
    name = str(content.get("TemplateName", ""))
    stored = call.region.templates.get(name)
    if inline is None and stored is None:
        raise Refusal("no-template", f"Template {name} does not exist.")
    parts = inline or stored or {}
    data = str(content.get("TemplateData", "{}"))
    try:
        subject, text, html = (
            compose.rendered(str(parts.get(part) or ""), data) for part in ("Subject", "Text", "Html")
        )
        failure = ""
    except KeyError as missing:
        subject = text = html = ""
        failure = f"Attribute {missing} is not present in the rendering data."
    except ValueError:
        raise Refusal("bad-address", "Template rendering data is invalid.") from None
    return compose.simple(source, to, cc, bcc, subject, text, html, [], call.amazon.now()), failure


def _rendering_failed(call: Call, mail: Mail, template: str, failure: str) -> None:
    def come() -> None:
        with call.amazon.lock:
            body = {"templateName": template, "errorMessage": failure}
            telling.tell(call.amazon, call.region, mail, "Rendering Failure", body)

    call.amazon.clockwork.after(0.5 * call.amazon.world.tuning.event_delay, come)


def _tags(mail: Mail, tags: list[Any]) -> None:
    """Message tags: letters, digits, _ and -, at most 256."""
    for tag in tags:
        name, value = str(tag.get("Name", "")), str(tag.get("Value", ""))
        for part, text in (("name", name), ("value", value)):
            if (
                not text
                or len(text) > 256
                or not all(c.isascii() and (c.isalnum() or c in "_-.@") for c in text)
            ):
                raise Refusal(
                    "bad-address",
                    f"Invalid tag {part} <{text}>: only alphanumeric ASCII characters, '_', '-', '.', '@' are allowed.",
                )
        mail.tags[name] = [value]


def _bytes(text: object) -> bytes:
    try:
        return base64.b64decode(str(text), validate=True)
    except (binascii.Error, ValueError):
        raise Refusal("bad-address", "Raw data is not base64.") from None


def get_message_insights(call: Call) -> dict[str, Any]:
    """What is known of one mail of the last thousand."""
    call.may("ses:GetMessageInsights", f"arn:aws:ses:{call.region.code}:{ACCOUNT}:*")
    mail = call.amazon.recent.get(call.text("MessageId"))
    if mail is None or mail.region != call.region.code:
        raise Refusal("NotFoundException", f"Message {call.text('MessageId')} does not exist.", 404)
    rows = [{"Destination": address, "Isp": "UNKNOWN_ISP", "Events": []} for address in mail.recipients]
    subject = str(mail.common.get("subject", ""))
    return {
        "MessageId": mail.message_id,
        "FromEmailAddress": mail.source,
        "Subject": subject,
        "Insights": rows,
    }


ACTIONS = {
    "SendEmail": send_email,
    "SendBulkEmail": send_bulk_email,
    "GetMessageInsights": get_message_insights,
}
