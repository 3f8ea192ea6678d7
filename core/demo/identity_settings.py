"""SES v2: what can be set on an identity."""

from typing import Any

from core.demo.call import Call
from core.demo.identities import allowed
from core.demo.refusal import Refusal


def put_dkim(call: Call) -> dict[str, Any]:
    """Sign mail with DKIM, or no longer."""
    allowed(call).dkim_signing = bool(call.given.get("SigningEnabled", False))
    return {}


def put_dkim_signing(call: Call) -> dict[str, Any]:
    """Amazon's own DKIM keys or the customer's."""
    identity = allowed(call)
    identity.dkim_origin = call.text("SigningAttributesOrigin") or "AWS_SES"
    identity.dkim_status = "PENDING"
    return {"DkimStatus": "PENDING", "DkimTokens": identity.dkim_tokens}


def put_mail_from(call: Call) -> dict[str, Any]:
    """A bounce domain of one's own; it stays pending until its MX record is there."""
    identity = allowed(call)
    domain = call.text("MailFromDomain").lower()
    base = identity.name.rpartition("@")[2]
    if domain and not domain.endswith("." + base):
        raise Refusal(
            "BadRequestException",
            f"Provided MAIL-FROM domain <{domain}> is not subdomain of the domain of the identity <{base}>.",
        )
    identity.mail_from, identity.mail_from_status = domain, "PENDING" if domain else ""
    identity.on_mx_failure = call.text("BehaviorOnMxFailure") or "USE_DEFAULT_VALUE"
    return {}


def put_feedback(call: Call) -> dict[str, Any]:
    """Forward feedback by mail, or not: off needs a topic for bounces and one for complaints."""
    identity = allowed(call)
    wanted = bool(call.given.get("EmailForwardingEnabled", False))
    if not wanted and not (identity.topics.get("Bounce") and identity.topics.get("Complaint")):
        raise Refusal(
            "BadRequestException",
            f"Cannot disable feedback forwarding for identity <{identity.name}>: no bounce and complaint topics are set.",
        )
    identity.forwarding = wanted
    return {}


def put_configuration_set(call: Call) -> dict[str, Any]:
    """The set used when a send names none."""
    identity = allowed(call)
    name = call.text("ConfigurationSetName")
    if name and name not in call.region.configuration_sets:
        raise Refusal("NotFoundException", f"Configuration set <{name}> does not exist.", 404)
    identity.configuration_set = name
    return {}


ACTIONS = {
    "PutEmailIdentityDkimAttributes": put_dkim,
    "PutEmailIdentityDkimSigningAttributes": put_dkim_signing,
    "PutEmailIdentityMailFromAttributes": put_mail_from,
    "PutEmailIdentityFeedbackAttributes": put_feedback,
    "PutEmailIdentityConfigurationSetAttributes": put_configuration_set,
}
