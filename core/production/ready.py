"""Whether an account is ready to be reviewed, from facts that were seen and nothing else."""

from dataclasses import dataclass
from datetime import UTC, datetime

from core.aws.access import Access
from core.aws.identities import covering, identities
from core.diagnosis import Context, explain
from core.doctor import history
from core.doctor.line import BAD
from core.drill.passed import last_passed
from core.in_time import answer
from core.moment import DAY
from core.store.engine import Store
from core.store.tables import Connection

FRESH = 30 * DAY  # a drill that passed earlier proves nothing about today
SEEN_FRESH = 7 * DAY  # what the Doctor saw; settings, DNS and certificates change sooner than a chain
STATES = ("ready", "missing", "unknown")
# What the Doctor's last round says: fact, its words, the lines that decide it.
TOLD = (
    ("unsubscribe", "Readers can unsubscribe", ("unsubscribe/links", "unsubscribe/page", "unsubscribe/headers")),
    ("dmarc", "The domain has a DMARC record", ("dns/dmarc",)),
)  # fmt: skip

NOT_OPENED = "No link was opened. The Doctor opens those that lead to SES Desk's own page."
SEEN = {
    "unsubscribe": "Tests carry link and header, and a link was opened at the public address: our page knew it.",
    "dmarc": "The record is there.",
}


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing a reviewer looks for. `unknown` is not checked yet, and never counts as ready."""

    key: str  # domain | bounces | unsubscribe | dmarc
    label: str
    state: str  # one of STATES
    sentence: str
    page: str = ""  # where it is mended
    on: str = ""  # the day on which it was seen, "" for just now


def facts(store: Store, connection: Connection, access: Access, now: int) -> list[Fact]:
    """Every fact, asked from Amazon or read from what was proved here. Raises nothing of Amazon's; ends with the access's round."""
    return [domain(connection, access), *proved_here(store, connection, now)]


def proved_here(store: Store, connection: Connection, now: int) -> list[Fact]:
    """The facts that were proved here; asks nobody."""
    return [_bounces(store, connection, now), *(_told(store, connection, now, *each) for each in TOLD)]


def domain(connection: Connection, access: Access) -> Fact:
    """Whether Amazon has verified the domain that the connection sends from. Raises nothing of Amazon's."""
    label = "The sender's domain is verified"
    try:
        covered = covering(answer(lambda: identities(access), access.end), connection.from_address)
    except Exception as error:
        said = explain(error, Context(region=connection.region))
        return Fact("domain", label, "unknown", f"Couldn't check: {said.title}.")
    if covered is None or not covered.verified:
        return Fact("domain", label, "missing", "Amazon has not verified it in this region.")
    if not covered.is_domain:
        return Fact("domain", label, "missing", "Only the address is verified, not its domain.")
    return Fact("domain", label, "ready", f"{covered.name} is verified.")


def _bounces(store: Store, connection: Connection, now: int) -> Fact:
    label = "Bounces and complaints come back and are handled"
    passed = last_passed(store, connection.id or 0)
    if passed is None:
        return Fact("bounces", label, "unknown", "No fire drill has passed yet.", "drill.py")
    if now - passed > FRESH:
        return Fact("bounces", label, "unknown", "The last fire drill passed over 30 days ago.", "drill.py")
    return Fact(
        "bounces", label, "ready", "A fire drill proved it; whoever bounces or complains is mailed no more."
    )


def _told(
    store: Store, connection: Connection, now: int, key: str, label: str, names: tuple[str, ...]
) -> Fact:
    """What the Doctor's last round says, while it is fresh and only when every line was looked at."""
    last = history.last(store, connection.id or 0)
    lines = [line for line in last.lines if line.name in names] if last else []
    if any(line.state in BAD for line in lines):
        said = next(line.sentence for line in lines if line.state in BAD)
        return Fact(key, label, "missing", said, "doctor.py")
    if {line.name for line in lines} != set(names) or any(line.state == "unknown" for line in lines):
        return Fact(key, label, "unknown", "Not checked yet: let the Doctor look.", "doctor.py")
    if key == "unsubscribe" and not any(line.facts.get("opened") for line in lines):
        return Fact(key, label, "unknown", NOT_OPENED, "doctor.py")
    if last is None or now - last.at > SEEN_FRESH:
        return Fact(
            key, label, "unknown", "The Doctor looked over 7 days ago: let it look again.", "doctor.py"
        )
    day = f"{datetime.fromtimestamp(last.at / 1000, UTC):%Y-%m-%d}"
    return Fact(key, label, "ready", f"{SEEN[key]} The Doctor saw it on {day}.", on=day)
