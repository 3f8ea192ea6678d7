"""The check, line by line as it runs: who am I, account, senders, permissions, SMTP sign-in.

Each line is yielded twice under the same key: once `running`, once with its result. A line that fails ends in a
Diagnosis; later lines are skipped when they could only fail for the same reason. Nothing is sent or changed. All of it
takes no longer than LIMIT: the line that has not answered by then says so, and those behind it are not asked.
"""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from core import moment, smtp
from core.aws import permissions
from core.aws.access import Access
from core.aws.account import Account, account, who_am_i
from core.aws.hosts import api_host
from core.aws.identities import identities
from core.connect.regions import place
from core.diagnosis import Context, explain, finding
from core.diagnosis.diagnosis import Diagnosis
from core.in_time import LIMIT, Late, stream

STATES = ("running", "ok", "warn", "fail", "skip")
LABELS = {
    "who": "Amazon knows the key",
    "account": "Account",
    "senders": "Senders",
    "permissions": "Permissions",
    "smtp": "SMTP sign-in",
}


@dataclass(frozen=True, slots=True)
class CheckLine:
    """One line of the live list. `facts` are plain values for the connection's record (see core.connect.checks)."""

    key: str  # who | account | senders | permissions | smtp
    label: str
    state: str  # one of STATES
    sentence: str = ""
    seconds: float = 0.0
    finding: Diagnosis | None = None
    facts: dict[str, Any] = field(default_factory=dict)


Said = tuple[str, str, Diagnosis | None, dict[str, Any]]  # state, sentence, finding, facts


def check(
    access: Access, features: Sequence[str] = ("review",), transport: str = "api"
) -> Iterator[CheckLine]:
    """Run the check, yielding lines live. Never raises for what Amazon or the network does."""
    way = access.within(LIMIT)
    keys = ["who", "account", "senders", "permissions"] if access.credentials.can_sign else ["who"]
    keys += ["smtp"] if access.transport == "smtp" or not access.credentials.can_sign else []
    open_ = dict.fromkeys(keys, False)  # whether it is running
    try:
        for line in stream(_lines(way, features), way.end):
            if line.state == "running":
                open_[line.key] = True
            else:
                open_.pop(line.key, None)
            yield line
    except Late as late:
        for key, running in open_.items():
            if running:
                yield CheckLine(key, LABELS[key], "fail", str(late), LIMIT, explain(late))
            else:
                yield CheckLine(key, LABELS[key], "skip", "Not asked: the time was over.")


def _lines(access: Access, features: Sequence[str]) -> Iterator[CheckLine]:
    if not access.credentials.can_sign:
        said = finding("smtp-only")
        yield CheckLine(
            "who", LABELS["who"], "skip", said.title + ": enough to send, not to check.", finding=said
        )
        yield from _line("smtp", _smtp, access)
        return
    trusted = True  # whether asking on makes sense
    for key, ask in (("who", _who), ("account", _account), ("senders", _senders)):
        if trusted:
            for line in _line(key, ask, access):
                yield line
            trusted = not (line.state == "fail" and _final(line))
        else:
            yield CheckLine(key, LABELS[key], "skip", "Not asked: the line above has to work first.")
    if trusted:
        yield from _line("permissions", lambda one: _permissions(one, features), access)
    else:
        yield CheckLine(
            "permissions", LABELS["permissions"], "skip", "Not asked: the keys have to work first."
        )
    if access.transport == "smtp":
        yield from _line("smtp", _smtp, access)


def ask(access: Access, key: str, features: Sequence[str] = ("review",)) -> Iterator[CheckLine]:
    """One line of the check alone, by its key. Raises KeyError for a key there is none of."""
    asks: dict[str, Callable[[Access], Said]] = {
        "who": _who, "account": _account, "senders": _senders, "smtp": _smtp,
        "permissions": lambda one: _permissions(one, features),
    }  # fmt: skip
    return _line(key, asks[key], access)


def _line(key: str, ask: Callable[[Access], Said], access: Access) -> Iterator[CheckLine]:
    """One line: running, then its result."""
    yield CheckLine(key, LABELS[key], "running")
    begun = time.monotonic()
    try:
        state, sentence, found, facts = ask(access)
    except Exception as error:  # every error becomes words: this is the place where they are wanted
        found = explain(error, _context(access, key))
        state, sentence, facts = "fail", found.title + ".", {}
    yield CheckLine(key, LABELS[key], state, sentence, round(time.monotonic() - begun, 3), found, facts)


def _final(line: CheckLine) -> bool:
    """A missing permission ends only its own line; wrong keys or no network end all."""
    return line.finding is None or line.finding.reference not in (
        "permission-missing",
        "denied-explicitly",
        "asked-too-often",
    )


def _who(access: Access) -> Said:
    who = who_am_i(access)
    facts = {"account_id": who.account_id, "arn": who.arn}
    sentence = f"Account {who.account_id}, as {who.name}."
    if who.root:
        return "warn", sentence, finding("root-keys"), facts
    return "ok", sentence, None, facts


def _account(access: Access) -> Said:
    said = account(access)
    found = _account_finding(said, access.region)
    return "ok" if found is None else "warn", account_sentence(said), found, said.as_dict()


def _account_finding(said: Account, region: str) -> Diagnosis | None:
    """The worst thing there is to say of an account."""
    if said.enforcement == "SHUTDOWN":
        return finding("shut-down", region=region)
    if not said.sending_enabled:
        return finding("sending-disabled", region=region)
    if said.enforcement == "PROBATION":
        return finding("under-review", region=region)
    if not said.production:
        return finding("in-sandbox", region=region)
    if said.max_24h and said.sent_24h >= 0.8 * said.max_24h:
        return finding("quota-nearly-used", region=region)
    return None


def account_sentence(said: Account) -> str:
    """The account in one sentence, numbers with their base."""
    mode = "Production access" if said.production else "In the sandbox"
    if said.max_24h is None:
        quota = f"{said.sent_24h:,.0f} sent in 24 hours, no limit"
    else:
        quota = f"{said.sent_24h:,.0f} of {said.max_24h:,.0f} sent in 24 hours"
    return f"{mode} · {quota} · {said.max_rate:g} a second."


def _senders(access: Access) -> Said:
    known = identities(access)
    verified = [one.name for one in known if one.verified]
    facts = {"verified": verified[:200], "identities": len(known)}
    if not verified:
        count = f"{len(known)} here, none of them verified." if known else "None here yet."
        return "warn", count, finding("no-verified-identity", region=access.region), facts
    named = ", ".join(verified[:3]) + (f" and {len(verified) - 3} more" if len(verified) > 3 else "")
    return "ok", f"{len(verified)} verified in {place(access.region)}: {named}.", None, facts


def _permissions(access: Access, features: Sequence[str]) -> Said:
    missing, unclear = permissions.probe(access, features)
    facts = {"missing": [each.action for each in missing]}
    if missing:
        named = ", ".join(each.action for each in missing)
        return "warn", f"Missing: {named}.", permissions.together(missing), facts
    if unclear:
        return "warn", "Not all could be tried: " + unclear[0].title.lower() + ".", unclear[0], facts
    untried = " Sending is proved by the test mail." if "send" in features else ""
    return "ok", "Everything that could be tried is allowed." + untried, None, facts


def _smtp(access: Access) -> Said:
    user, word = smtp_login(access)
    smtp.sign_in(access.smtp, access.smtp_port, user, word, access.trusted_pem)
    return "ok", f"Signed in at {access.smtp}, port {access.smtp_port}.", None, {}


def smtp_login(access: Access) -> tuple[Any, Any]:
    """User name and password for SMTP: those that were typed, else made from the access key."""
    keys = access.credentials
    if keys.smtp_username and keys.smtp_password:
        return keys.smtp_username, keys.smtp_password
    if not keys.access_key_id or not keys.secret_access_key or keys.session_token:
        raise smtp.NoSmtpPassword("An SMTP password can be made only from a long-term access key (AKIA…).")
    return keys.access_key_id, smtp.password(keys.secret_access_key, access.region)


def _context(access: Access, key: str) -> Context:
    over_smtp = key == "smtp"
    host = access.smtp if over_smtp else (access.ses_host or api_host(access.region))
    return Context(
        region=access.region,
        host=host,
        transport="smtp" if over_smtp else "api",
        service="sts" if key == "who" else "ses",
        now=moment.now(),
    )
