"""SES v2: identities, the domains and addresses an account may send from in one region."""

import re
from typing import Any

from core.demo.beginning import dkim_tokens
from core.demo.call import Call
from core.demo.paging import page
from core.demo.refusal import Refusal
from core.demo.world import Identity, Region

_DOMAIN = re.compile(
    r"(?=.{1,253}$)(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]", re.IGNORECASE
)


def checked_name(text: str) -> str:
    """An identity's name as Amazon keeps it: a domain in lower case, an address as typed but for its domain."""
    local, at, domain = text.rpartition("@")
    if not _DOMAIN.fullmatch(domain) or (at and not re.fullmatch(r"[!-?A-~]{1,64}", local)):
        raise Refusal(
            "BadRequestException",
            f"Invalid email address or domain name: {text}" if text else "Identity is required.",
        )
    return local + at + domain.lower()


def find(region: Region, name: str) -> Identity | None:
    """The identity of exactly this name, whatever its case."""
    wanted = name.lower()
    return next((each for each in region.identities.values() if each.name.lower() == wanted), None)


def owner_of(region: Region, address: str) -> Identity | None:
    """The identity whose settings hold for a sender: the address itself, else its domain or the nearest parent domain.

    One that is verified goes before one that is not: an address still pending is covered by its verified domain.
    """
    domain = address.rpartition("@")[2].lower()
    labels = domain.split(".")
    names = [address.lower(), *(".".join(labels[start:]) for start in range(len(labels) - 1))]
    found = [identity for name in names if (identity := find(region, name))]
    return next((each for each in found if each.status == "SUCCESS"), found[0] if found else None)


def is_verified(region: Region, address: str) -> bool:
    """Whether mail may be sent from (or, in the sandbox, to) this address."""
    owner = owner_of(region, address)
    return owner is not None and owner.status == "SUCCESS"


def existing(call: Call) -> Identity:
    """The identity the call names, or Amazon's NotFound."""
    identity = find(call.region, call.text("EmailIdentity"))
    if identity is None:
        raise Refusal(
            "NotFoundException", f"Email identity {call.text('EmailIdentity')} does not exist.", 404
        )
    return identity


def allowed(call: Call) -> Identity:
    """The identity the call names, if the key may touch it."""
    call.may(f"ses:{call.action}", call.ses_arn("identity", call.text("EmailIdentity")))
    return existing(call)


def list_email_identities(call: Call) -> dict[str, Any]:
    """Names with their type and state, in pages."""
    call.may("ses:ListEmailIdentities")
    names, following = page(sorted(call.region.identities), call.given, 1000)
    rows = [
        {
            "IdentityType": _kind(identity),
            "IdentityName": identity.name,
            "SendingEnabled": True,
            "VerificationStatus": identity.status,
        }
        for identity in (call.region.identities[name] for name in names)
    ]
    return {"EmailIdentities": rows, **following}


def get_email_identity(call: Call) -> dict[str, Any]:
    """Everything about one."""
    identity = allowed(call)
    answer: dict[str, Any] = {
        "IdentityType": _kind(identity),
        "FeedbackForwardingStatus": identity.forwarding,
        "VerifiedForSendingStatus": identity.status == "SUCCESS",
        "DkimAttributes": _dkim(identity),
        "MailFromAttributes": {"BehaviorOnMxFailure": identity.on_mx_failure},
        "Policies": {},
        "Tags": [{"Key": key, "Value": value} for key, value in identity.tags.items()],
        "VerificationStatus": identity.status,
        "VerificationInfo": {},
    }
    if identity.mail_from:
        answer["MailFromAttributes"]["MailFromDomain"] = identity.mail_from
        answer["MailFromAttributes"]["MailFromDomainStatus"] = identity.mail_from_status
    if identity.configuration_set:
        answer["ConfigurationSetName"] = identity.configuration_set
    if identity.checked_at:
        name = "LastSuccessTimestamp" if identity.status == "SUCCESS" else "LastCheckedTimestamp"
        answer["VerificationInfo"][name] = identity.checked_at / 1000
    if identity.error_type:
        answer["VerificationInfo"]["ErrorType"] = identity.error_type
    return answer


def create_email_identity(call: Call) -> dict[str, Any]:
    """Start verification: DKIM records for a domain, a mail with a link for an address. It stays pending."""
    name = checked_name(call.text("EmailIdentity"))
    call.may("ses:CreateEmailIdentity", call.ses_arn("identity", name))
    if call.items("Tags"):
        call.may("ses:TagResource", call.ses_arn("identity", name))
    if find(call.region, name) is not None:
        raise Refusal("AlreadyExistsException", f"Email identity {name} already exist.")
    configuration_set = call.text("ConfigurationSetName")
    if configuration_set and configuration_set not in call.region.configuration_sets:
        raise Refusal("NotFoundException", f"Configuration set <{configuration_set}> does not exist.", 404)
    identity = Identity(name, configuration_set=configuration_set)
    identity.tags = {str(tag["Key"]): str(tag["Value"]) for tag in call.items("Tags")}
    identity.dkim_status = "PENDING" if identity.is_domain else "NOT_STARTED"
    identity.dkim_signing = identity.is_domain
    identity.dkim_tokens = dkim_tokens(name) if identity.is_domain else []
    call.region.identities[name] = identity
    return {
        "IdentityType": _kind(identity),
        "VerifiedForSendingStatus": False,
        "DkimAttributes": _dkim(identity),
    }


def delete_email_identity(call: Call) -> dict[str, Any]:
    """Give it up."""
    del call.region.identities[allowed(call).name]
    return {}


def _kind(identity: Identity) -> str:
    return "DOMAIN" if identity.is_domain else "EMAIL_ADDRESS"


def _dkim(identity: Identity) -> dict[str, Any]:
    answer: dict[str, Any] = {
        "SigningEnabled": identity.dkim_signing,
        "Status": identity.dkim_status or "NOT_STARTED",
    }
    if identity.is_domain:
        answer |= {"Tokens": identity.dkim_tokens, "SigningAttributesOrigin": identity.dkim_origin}
        answer |= {"CurrentSigningKeyLength": "RSA_2048_BIT", "NextSigningKeyLength": "RSA_2048_BIT"}
    return answer


ACTIONS = {
    "ListEmailIdentities": list_email_identities,
    "GetEmailIdentity": get_email_identity,
    "CreateEmailIdentity": create_email_identity,
    "DeleteEmailIdentity": delete_email_identity,
}
