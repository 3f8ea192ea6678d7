"""What the demo Amazon answers when it refuses, in the spelling of each of Amazon's protocols.

The same refusal has several names: the older query services (STS, SES v1, SNS) and the JSON ones (SES v2) never
agreed. Source: "Common errors" of each service's API reference.
"""

from core.errors import SesDeskError

# what is wrong -> (name in JSON services, name in query services, name in SNS, HTTP status)
SPELLINGS: dict[str, tuple[str, str, str, int]] = {
    "unknown-key": ("UnrecognizedClientException", "InvalidClientTokenId", "InvalidClientTokenId", 403),
    "bad-signature": ("InvalidSignatureException", "SignatureDoesNotMatch", "SignatureDoesNotMatch", 403),
    "token-ended": ("ExpiredTokenException", "ExpiredToken", "ExpiredToken", 403),
    "no-token": ("MissingAuthenticationTokenException", "MissingAuthenticationToken", "MissingAuthenticationToken", 403),
    "incomplete": ("IncompleteSignatureException", "IncompleteSignature", "IncompleteSignature", 403),
    "denied": ("AccessDeniedException", "AccessDenied", "AuthorizationError", 403),
    "throttled": ("TooManyRequestsException", "Throttling", "Throttled", 400),
    "daily-quota": ("LimitExceededException", "Throttling", "Throttled", 400),
    "bad-address": ("BadRequestException", "InvalidParameterValue", "InvalidParameter", 400),
    "no-set": ("NotFoundException", "ConfigurationSetDoesNotExist", "NotFound", 400),
    "no-template": ("NotFoundException", "TemplateDoesNotExist", "NotFound", 400),
    "set-paused": ("SendingPausedException", "ConfigurationSetSendingPausedException", "InvalidParameter", 400),
    "account-paused": ("SendingPausedException", "AccountSendingPausedException", "InvalidParameter", 400),
    "unknown-action": ("UnknownOperationException", "InvalidAction", "InvalidAction", 400),
    "broken": ("InternalServiceErrorException", "InternalFailure", "InternalError", 500),
}  # fmt: skip
WORDS = {
    "unknown-key": "The security token included in the request is invalid.",
    "bad-signature": "The request signature we calculated does not match the signature you provided. Check your AWS "
    "Secret Access Key and signing method. Consult the service documentation for details.",
    "token-ended": "The security token included in the request is expired",
    "no-token": "Missing Authentication Token",
    "incomplete": "Authorization header requires 'Credential' parameter, 'Signature' parameter, 'SignedHeaders' "
    "parameter and existence of either a 'X-Amz-Date' or a 'Date' header.",
    "throttled": "Rate exceeded",
    "daily-quota": "Daily message quota exceeded.",
    "unknown-action": "The requested operation is not known to this service.",
    "broken": "An internal error occurred.",
}


class Refusal(SesDeskError):
    """A refusal as Amazon words it. `code` is a service's own name, or a key of SPELLINGS to be spelled at the door."""

    def __init__(self, code: str, message: str = "", status: int = 400) -> None:
        super().__init__(message or WORDS.get(code, code))
        self.code = code
        self.message = message or WORDS.get(code, code)
        self.status = status


def spelled(refusal: Refusal, service: str) -> tuple[str, int]:
    """The refusal's name and HTTP status as the service writes them."""
    if refusal.code not in SPELLINGS:
        return refusal.code, refusal.status
    json_name, query_name, sns_name, status = SPELLINGS[refusal.code]
    name = {"sesv2": json_name, "sns": sns_name}.get(service, query_name)
    return name, {"TooManyRequestsException": 429, "NotFoundException": 404}.get(name, status)
