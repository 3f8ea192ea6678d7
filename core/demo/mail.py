"""One email handed to the demo Amazon, and the checks it passes before it is accepted.

Order and words follow SES: sender's permission, pauses, addresses, verification (recipients too in the sandbox), quota, rate.
"""

import re
import uuid
from dataclasses import dataclass, field
from email.utils import parseaddr
from functools import lru_cache

from core.demo import permission
from core.demo.account import sent_last_24_hours
from core.demo.amazon import Amazon
from core.demo.faults import PAUSED, UNVERIFIED
from core.demo.identities import is_verified, owner_of
from core.demo.refusal import Refusal
from core.demo.world import ACCOUNT, AccessKey, Identity, Region

SIMULATOR = "simulator.amazonses.com"
EICAR = b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE"
_PREFIX = {"us-east-1": "0100", "us-west-2": "0101", "eu-west-1": "0102"}


@dataclass
class Mail:
    """One email. `source` and `destination` are as given, with display names; headers in their order."""

    source: str
    destination: list[str]
    headers: list[tuple[str, str]] = field(default_factory=list)
    common: dict[str, object] = field(default_factory=dict)
    tags: dict[str, list[str]] = field(default_factory=dict)
    configuration_set: str = ""
    operation: str = "SendEmail"
    source_ip: str = "127.0.0.1"
    size: int = 0
    virus: bool = False
    text: str = ""
    message_id: str = ""
    sent_at: int = 0
    caller: str = ""
    identity: str = ""
    region: str = ""
    contact_list: str = ""
    contact_topic: str = ""
    spelled: dict[str, bytes] = field(default_factory=dict, repr=False)  # JSON of its forms, once it is sent

    @property
    def sender(self) -> str:
        """The bare From address."""
        return bare(self.source)

    @property
    def recipients(self) -> list[str]:
        """The bare addresses it goes to."""
        return [bare(text) or text for text in self.destination]

    @property
    def source_arn(self) -> str:
        """The sending identity's ARN."""
        return f"arn:aws:ses:{self.region}:{ACCOUNT}:identity/{self.identity}"


def accept(amazon: Amazon, region: Region, key: AccessKey, mail: Mail, action: str = "ses:SendEmail") -> None:
    """Take the mail in: it has its message id after this. A Refusal says why not."""
    for text in (mail.source, *mail.destination):
        check_address(text)
    owner = owner_of(region, mail.sender)
    identity = owner.name if owner is not None else mail.sender.rpartition("@")[2]
    arn = f"arn:aws:ses:{region.code}:{ACCOUNT}"
    permission.require(key, action, f"{arn}:identity/{identity}", sending=True)
    mail.configuration_set = mail.configuration_set or (owner.configuration_set if owner else "")
    if mail.configuration_set:
        permission.require(key, action, f"{arn}:configuration-set/{mail.configuration_set}", sending=True)
    _not_paused(region, mail)
    if not mail.destination:
        raise Refusal("bad-address", "Missing required header 'To'.")
    if len(mail.destination) > 50:
        raise Refusal("bad-address", "Recipient count exceeds 50.")
    _verified(region, mail)
    if owner is not None:
        _mail_from(owner)
    counted = sum(1 for address in mail.recipients if not is_simulator(address))
    sent = sent_last_24_hours(region, amazon.now())
    if counted and region.max_24_hours >= 0 and sent + counted > region.max_24_hours:
        raise Refusal("daily-quota")
    if not amazon.spend(region, len(mail.recipients)):
        raise Refusal("throttled", "Maximum sending rate exceeded.")
    mail.sent_at = amazon.now()
    mail.message_id = new_message_id(region.code, mail.sent_at)
    mail.caller, mail.identity, mail.region = key.user, identity, region.code
    hour = mail.sent_at // 3_600_000
    region.sent[hour] = region.sent.get(hour, 0) + counted
    for old in [each for each in region.sent if each < hour - 25]:
        del region.sent[old]


def new_message_id(region: str, now: int) -> str:
    """A message id of SES's form; the first part holds the time."""
    return f"{_PREFIX.get(region, '0107')}{now:012x}-{uuid.uuid4()}-000000"


@lru_cache(maxsize=4096)
def bare(text: str) -> str:
    """An address without its display name."""
    return parseaddr(text)[1]


def is_simulator(address: str) -> bool:
    """Whether an address is the mailbox simulator's."""
    return address.lower().endswith("@" + SIMULATOR)


def check_address(text: str) -> None:
    """Refuse what SES refuses as an address: no domain, control characters, a local part beyond ASCII."""
    if any(c in text for c in "\r\n\x00"):
        raise Refusal("bad-address", "Local address contains control or whitespace")
    address = bare(text)
    local, at, domain = address.rpartition("@")
    if not at or not domain:
        raise Refusal("bad-address", "Missing final '@domain'")
    if not local or not local.isascii() or any(c <= " " or c == "\x7f" for c in local):
        raise Refusal("bad-address", "Local address contains control or whitespace")
    if not re.fullmatch(r"[A-Za-z0-9.-]+", domain) or ".." in domain or domain.startswith("."):
        raise Refusal("bad-address", "Domain contains illegal character")


def _not_paused(region: Region, mail: Mail) -> None:
    if region.enforcement == "SHUTDOWN":
        raise Refusal("MessageRejected", PAUSED)
    if not region.sending:
        raise Refusal("account-paused", "Email sending is disabled for your entire Amazon SES account.")
    if mail.configuration_set:
        found = region.configuration_sets.get(mail.configuration_set)
        if found is None:
            raise Refusal("no-set", f"Configuration set <{mail.configuration_set}> does not exist.")
        if not found.sending:
            raise Refusal(
                "set-paused", f"Email sending is disabled for the configuration set <{found.name}>."
            )


def _verified(region: Region, mail: Mail) -> None:
    """The sender always; recipients too while the account is in the sandbox, but for the simulator's."""
    failed = [] if is_verified(region, mail.sender) else [mail.source]
    if not region.production:
        failed += [
            text
            for text, address in zip(mail.destination, mail.recipients, strict=True)
            if not is_simulator(address) and not is_verified(region, address)
        ]
    if failed:
        who = ", ".join(dict.fromkeys(failed))
        raise Refusal("MessageRejected", UNVERIFIED.format(region=region.code.upper(), who=who))


def _mail_from(owner: Identity) -> None:
    if owner.mail_from and owner.mail_from_status != "SUCCESS" and owner.on_mx_failure == "REJECT_MESSAGE":
        raise Refusal("MailFromDomainNotVerifiedException", "The sending domain isn't verified.")
