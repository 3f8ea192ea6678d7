"""The SES v2 REST protocol: which call a method and path are, and its parameters from path, query and JSON body."""

import json
import re
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, unquote

import msgspec

from core.demo import (
    account,
    configuration_sets,
    contact_lists,
    contacts,
    identities,
    identity_settings,
    metrics,
    sending,
    suppression,
    tags,
    templates,
)
from core.demo.refusal import Refusal
from core.demo.sigv4 import Request

Handler = Callable[..., dict[str, Any] | None]
ACTIONS: dict[str, Handler] = {
    **account.ACTIONS,
    **identities.ACTIONS,
    **identity_settings.ACTIONS,
    **configuration_sets.ACTIONS,
    **sending.ACTIONS,
    **suppression.ACTIONS,
    **templates.ACTIONS,
    **metrics.ACTIONS,
    **contact_lists.ACTIONS,
    **contacts.ACTIONS,
    **tags.ACTIONS,
}
_PATHS = """
GET account GetAccount
POST account/details PutAccountDetails
PUT account/sending PutAccountSendingAttributes
PUT account/suppression PutAccountSuppressionAttributes
PUT account/vdm PutAccountVdmAttributes
GET identities ListEmailIdentities
POST list-identities ListEmailIdentities
POST identities CreateEmailIdentity
GET identities/{EmailIdentity} GetEmailIdentity
DELETE identities/{EmailIdentity} DeleteEmailIdentity
PUT identities/{EmailIdentity}/dkim PutEmailIdentityDkimAttributes
PUT identities/{EmailIdentity}/dkim/signing PutEmailIdentityDkimSigningAttributes
PUT identities/{EmailIdentity}/mail-from PutEmailIdentityMailFromAttributes
PUT identities/{EmailIdentity}/feedback PutEmailIdentityFeedbackAttributes
PUT identities/{EmailIdentity}/configuration-set PutEmailIdentityConfigurationSetAttributes
GET configuration-sets ListConfigurationSets
POST list-configuration-sets ListConfigurationSets
POST configuration-sets CreateConfigurationSet
GET configuration-sets/{ConfigurationSetName} GetConfigurationSet
DELETE configuration-sets/{ConfigurationSetName} DeleteConfigurationSet
PUT configuration-sets/{ConfigurationSetName}/sending PutConfigurationSetSendingOptions
PUT configuration-sets/{ConfigurationSetName}/delivery-options PutConfigurationSetDeliveryOptions
PUT configuration-sets/{ConfigurationSetName}/reputation-options PutConfigurationSetReputationOptions
PUT configuration-sets/{ConfigurationSetName}/tracking-options PutConfigurationSetTrackingOptions
PUT configuration-sets/{ConfigurationSetName}/suppression-options PutConfigurationSetSuppressionOptions
PUT configuration-sets/{ConfigurationSetName}/vdm-options PutConfigurationSetVdmOptions
GET configuration-sets/{ConfigurationSetName}/event-destinations GetConfigurationSetEventDestinations
POST configuration-sets/{ConfigurationSetName}/event-destinations CreateConfigurationSetEventDestination
PUT configuration-sets/{ConfigurationSetName}/event-destinations/{EventDestinationName} UpdateConfigurationSetEventDestination
DELETE configuration-sets/{ConfigurationSetName}/event-destinations/{EventDestinationName} DeleteConfigurationSetEventDestination
POST outbound-emails SendEmail
POST outbound-bulk-emails SendBulkEmail
GET insights/{MessageId}/ GetMessageInsights
PUT suppression/addresses PutSuppressedDestination
GET suppression/addresses ListSuppressedDestinations
GET suppression/addresses/{EmailAddress} GetSuppressedDestination
DELETE suppression/addresses/{EmailAddress} DeleteSuppressedDestination
POST templates CreateEmailTemplate
GET templates ListEmailTemplates
GET templates/{TemplateName} GetEmailTemplate
DELETE templates/{TemplateName} DeleteEmailTemplate
POST contact-lists CreateContactList
GET contact-lists ListContactLists
GET contact-lists/{ContactListName} GetContactList
PUT contact-lists/{ContactListName} UpdateContactList
DELETE contact-lists/{ContactListName} DeleteContactList
POST contact-lists/{ContactListName}/contacts CreateContact
POST contact-lists/{ContactListName}/contacts/list ListContacts
GET contact-lists/{ContactListName}/contacts/{EmailAddress} GetContact
PUT contact-lists/{ContactListName}/contacts/{EmailAddress} UpdateContact
DELETE contact-lists/{ContactListName}/contacts/{EmailAddress} DeleteContact
POST tags TagResource
GET tags ListTagsForResource
DELETE tags UntagResource
POST metrics/batch BatchGetMetricData
POST vdm/recommendations ListRecommendations
"""


def _route(line: str) -> tuple[str, re.Pattern[str], str]:
    method, path, action = line.split()
    pattern = re.sub(r"\\{(\w+)\\}", r"(?P<\1>[^/]+)", re.escape(path))
    return method, re.compile("/v2/email/" + pattern), action


ROUTES = [_route(line) for line in _PATHS.strip().splitlines()]


def read(request: Request) -> tuple[str, dict[str, Any]]:
    """The call and its parameters. List parameters of a query string stay lists."""
    for method, pattern, action in ROUTES:
        match = pattern.fullmatch(request.path)
        if match is None or method != request.method:
            continue
        given: dict[str, Any] = {}
        for name, values in parse_qs(request.query, keep_blank_values=True).items():
            given[name] = values if name in ("Reason", "Reasons", "TagKeys") else values[0]
        try:
            body = msgspec.json.decode(request.body) if request.body.strip() else {}
        except ValueError:
            raise Refusal("SerializationException", "Could not parse the request body.") from None
        if not isinstance(body, dict):
            raise Refusal("SerializationException", "The request body is no object.")
        return action, {
            **given,
            **body,
            **{name: unquote(value) for name, value in match.groupdict().items()},
        }
    raise Refusal("unknown-action", status=404)


def write(answer: dict[str, Any]) -> bytes:
    """The answer as JSON."""
    return json.dumps(answer).encode()
