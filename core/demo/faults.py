"""Every error of the catalogue, on request: what the demo Amazon shall answer next instead of doing what was asked.

A fault names a service (`sts`, `ses`, `sesv2`, `sns`, `sqs`, `monitoring`, `smtp`, `*`) and an action (`*` for any), lets
`after` such calls pass first, and then holds for `count` calls (-1: until taken away). So `{"name": "close", "after": 4}` breaks
the fifth call, whichever it is. Besides refusals there are ways in which no Amazon answers at all.
"""

import threading
from dataclasses import dataclass, field
from typing import Any

UNVERIFIED = (
    "Email address is not verified. The following identities failed the check in region {region}: {who}"
)
PAUSED = "Sending suspended for this account. For more information, please check the inbox of the email address associated with your AWS account."

# name -> (code, message, HTTP status); a code in refusal.SPELLINGS is spelled for the service that answers
CATALOGUE: dict[str, tuple[str, str, int]] = {
    "unknown-key": ("unknown-key", "", 403),
    "bad-signature": ("bad-signature", "", 403),
    "clock-behind": ("bad-signature", "Signature expired: 20261124T000000Z is now earlier than 20261124T001500Z (20261124T002000Z - 5 min.)", 403),
    "clock-ahead": ("bad-signature", "Signature not yet current: 20261124T002000Z is still later than 20261124T001500Z (20261124T001000Z + 5 min.)", 403),
    "time-skewed": ("RequestTimeTooSkewed", "The difference between the request time and the current time is too large.", 403),
    "request-expired": ("RequestExpired", "Request has expired.", 400),
    "token-ended": ("token-ended", "", 403),
    "incomplete": ("incomplete", "", 403),
    "no-token": ("no-token", "", 403),
    "denied": ("denied", "User: arn:aws:iam::000000000000:user/ses-desk is not authorized to perform: {action} on resource: * because no identity-based policy allows the {action} action", 403),
    "denied-by-organisation": ("denied", "User: arn:aws:iam::000000000000:user/ses-desk is not authorized to perform: {action} on resource: * with an explicit deny in a service control policy", 403),
    "opt-in": ("OptInRequired", "The AWS Access Key Id needs a subscription for the service", 403),
    "subscription": ("SubscriptionRequiredException", "The AWS Access Key Id needs a subscription for the service", 403),
    "region-disabled": ("RegionDisabledException", "STS is not activated in this region for account:000000000000. Your account administrator can activate STS in this region using the IAM Console.", 403),
    "unverified": ("MessageRejected", UNVERIFIED.format(region="EU-WEST-1", who="someone@example.org"), 400),
    "paused": ("MessageRejected", PAUSED, 400),
    "sending-paused": ("account-paused", "Email sending is disabled for this account.", 400),
    "account-suspended": ("AccountSuspendedException", "The account's ability to send email has been permanently restricted.", 400),
    "set-paused": ("set-paused", "Email sending is disabled for the configuration set.", 400),
    "mail-from": ("MailFromDomainNotVerifiedException", "The sending domain isn't verified.", 400),
    "not-found": ("NotFoundException", "The resource you attempted to access doesn't exist.", 404),
    "no-set": ("no-set", "Configuration set <newsletter> does not exist.", 400),
    "no-template": ("no-template", "Template welcome does not exist.", 400),
    "bad-address": ("bad-address", "Missing final '@domain'", 400),
    "bad-local-part": ("bad-address", "Local address contains control or whitespace", 400),
    "bad-domain": ("bad-address", "Domain contains illegal character", 400),
    "rate": ("throttled", "Maximum sending rate exceeded.", 400),
    "daily-quota": ("daily-quota", "Daily message quota exceeded.", 400),
    "slow-down": ("throttled", "Rate exceeded", 400),
    "limit": ("LimitExceededException", "You have reached the maximum number of configuration sets.", 400),
    "exists": ("AlreadyExistsException", "The resource specified in your request already exists.", 400),
    "concurrent": ("ConcurrentModificationException", "The resource is being modified by another operation or thread.", 500),
    "conflict": ("ConflictException", "If there is already an ongoing account details update under review.", 409),
    "bad-destination": ("InvalidSNSDestination", "SNS topic <arn> does not let Amazon SES publish.", 400),
    "topic-limit": ("TopicLimitExceeded", "Topic limit exceeded for the account.", 403),
    "queue-deleted-recently": ("QueueDeletedRecently", "You must wait 60 seconds after deleting a queue before you can create another with the same name.", 400),
    "kms-denied": ("KMSAccessDenied", "The ciphertext refers to a customer master key that does not exist, does not exist in this region, or you are not allowed to access.", 400),
    "topic-refuses": ("BadRequestException", "Could not publish to SNS topic: Amazon SES is not authorized to publish to it.", 400),
    "sandbox": ("ProductionAccessNotGranted", "Production access to Amazon SES has not been granted for this account.", 400),
    "endpoint-protocol": ("InvalidParameter", "Invalid parameter: Endpoint must match the specified protocol", 400),
    "endpoint-unreachable": ("InvalidParameter", "Invalid parameter: Unreachable Endpoint", 400),
    "endpoint-internal": ("InvalidParameter", "Invalid parameter: Not authorized to subscribe internal endpoints", 400),
    "topic-gone": ("NotFound", "Topic does not exist", 404),
    "bad-confirm-token": ("InvalidParameter", "Invalid parameter: Token", 400),
    "subscription-limit": ("SubscriptionLimitExceeded", "Subscription limit exceeded", 403),
    "broken": ("broken", "", 500),
    "unavailable": ("ServiceUnavailable", "The service is currently unavailable.", 503),
}  # fmt: skip
# The ways in which the request is carried out all the same.
DONE = ("timeout-after", "close-after")
# The ways in which something other than an answer comes back.
WAYS = {
    "timeout": "the connection stays open and silent for `seconds` (30); the request is not carried out",
    "timeout-after": "as `timeout`, but the request is carried out first",
    "close": "the connection is closed without an answer; the request is not carried out",
    "close-after": "as `close`, but the request is carried out first",
    "portal": "200 with an HTML page, as a captive portal answers; `status` for another (302, 403, 404, 407, 511)",
    "list": "200 with a JSON list",
    "empty": "200 with an empty JSON object",
    "garbage": "200 with bytes that are neither JSON nor XML",
}
SMTP = {
    "smtp-busy": "421 Too many concurrent SMTP connections",
    "smtp-later": "451 Temporary service failure",
    "smtp-timeout": "451 Timeout waiting for data from client",
    "smtp-rate": "454 Throttling failure: Maximum sending rate exceeded.",
    "smtp-quota": "454 Throttling failure: Daily message quota exceeded.",
    "smtp-auth-later": "454 Temporary authentication failure",
    "smtp-bad-auth": "535 Authentication Credentials Invalid",
    "smtp-no-account": "535 Account not subscribed to SES",
    "smtp-too-long": "552 Message is too long.",
    "smtp-bad-address": "553 Invalid email address",
    "smtp-denied": "554 Access denied: User `arn:aws:iam::000000000000:user/ses-desk' is not authorized to perform `ses:SendRawEmail' on resource `arn:aws:ses:eu-west-1:000000000000:identity/example.com'",
    "smtp-unverified": "554 Message rejected: " + UNVERIFIED.format(region="EU-WEST-1", who="someone@example.org"),
    "smtp-paused": "554 Message rejected: " + PAUSED,
}  # fmt: skip


@dataclass
class Fault:
    """One fault and how often it still holds. `name` is a row of CATALOGUE, WAYS or SMTP, or empty with a code of its own."""

    name: str = ""
    service: str = "*"
    action: str = "*"
    count: int = 1
    after: int = 0
    code: str = ""
    message: str = ""
    status: int = 400
    seconds: float = 30.0


@dataclass
class Faults:
    """The faults asked for, in order; each call takes the first that fits it."""

    waiting: list[Fault] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def add(self, wish: dict[str, Any]) -> Fault:
        """Ask for a fault. An unknown name is refused with the list of those there are."""
        fault = Fault(**wish)
        known = {**CATALOGUE, **WAYS, **SMTP}
        if fault.name and fault.name not in known:
            raise ValueError(f"No fault is called {fault.name}. There are: {', '.join(sorted(known))}.")
        if not fault.name and not fault.code:
            raise ValueError("A fault has the name of a known one, or a code of its own.")
        if fault.name in WAYS and "status" not in wish:
            fault.status = 200
        if fault.name in SMTP:
            fault.service = "smtp"
        if fault.name in CATALOGUE:
            code, message, status = CATALOGUE[fault.name]
            fault.code, fault.status = code, status
            fault.message = fault.message or message
        with self.lock:
            self.waiting.append(fault)
        return fault

    def take(self, service: str, action: str) -> Fault | None:
        """The fault that meets this call, counted down, or None."""
        with self.lock:
            for fault in self.waiting:
                if fault.service in ("*", service) and fault.action in ("*", action):
                    if fault.service == "*" and service == "smtp":
                        continue
                    if fault.after > 0:
                        fault.after -= 1
                        continue
                    if fault.count > 0:
                        fault.count -= 1
                        if fault.count == 0:
                            self.waiting.remove(fault)
                    return fault
        return None

    def clear(self) -> None:
        """Behave again."""
        with self.lock:
            self.waiting.clear()


def described() -> dict[str, str]:
    """Every fault's name with what it does."""
    refusals = {
        name: f"{code}: {message}" if message else code for name, (code, message, _) in CATALOGUE.items()
    }
    return {**refusals, **WAYS, **SMTP}
