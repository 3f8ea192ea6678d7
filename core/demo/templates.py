"""SES v2: stored templates, as far as sending with one needs them."""

from typing import Any

from core.demo.call import Call
from core.demo.paging import page
from core.demo.refusal import Refusal


def create(call: Call) -> dict[str, Any]:
    """Keep a template."""
    call.may("ses:CreateEmailTemplate")
    name = call.text("TemplateName")
    if name in call.region.templates:
        raise Refusal("AlreadyExistsException", f"Template {name} already exists.")
    call.region.templates[name] = {k: str(v) for k, v in (call.given.get("TemplateContent") or {}).items()}
    return {}


def get(call: Call) -> dict[str, Any]:
    """One template."""
    call.may("ses:GetEmailTemplate")
    name = call.text("TemplateName")
    if name not in call.region.templates:
        raise Refusal("no-template", f"Template {name} does not exist.")
    return {"TemplateName": name, "TemplateContent": call.region.templates[name]}


def delete(call: Call) -> dict[str, Any]:
    """Forget one."""
    call.may("ses:DeleteEmailTemplate")
    if call.region.templates.pop(call.text("TemplateName"), None) is None:
        raise Refusal("no-template", f"Template {call.text('TemplateName')} does not exist.")
    return {}


def list_all(call: Call) -> dict[str, Any]:
    """Names, in pages."""
    call.may("ses:ListEmailTemplates")
    names, following = page(sorted(call.region.templates), call.given, 100)
    return {"TemplatesMetadata": [{"TemplateName": name} for name in names], **following}


ACTIONS = {
    "CreateEmailTemplate": create,
    "GetEmailTemplate": get,
    "DeleteEmailTemplate": delete,
    "ListEmailTemplates": list_all,
}
