"""What the doctor can say of this machine without asking anybody."""

from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

from core import moment
from core.errors import SesDeskError
from core.links import LinkKeys
from core.members import first
from core.moment import DAY, MINUTE
from core.receiver.certificate import read_certificate
from core.settings import Settings
from core.store import audit, certificates, leases
from core.store.engine import Store
from core.store.risks import risks
from core.store.space import free_at
from core.store.turn import MOVED, moved_note
from core.vault import Vault

HERE = "this machine"
LITTLE = 512 * 1024 * 1024  # bytes free
SOON = 30 * DAY  # ms before a certificate ends
OFTEN = ("end-drills", "watch")  # jobs that are done every minute: whoever works holds them


@dataclass(frozen=True)
class Line:
    """One thing that was looked at. `about` is a connection's name, or "this machine"."""

    about: str
    label: str
    state: str  # ok | warn | fail | skip
    sentence: str


def machine(chosen: Settings, store: Store, vault: Vault, now: int) -> Iterator[Line]:
    """Store, disk, keys, audit trail, members, public URL, certificates, worker."""
    yield _store(store)
    yield _disk(chosen)
    locked = vault.state == "locked"
    yield Line(HERE, "Vault", "fail" if locked else "ok", vault.why or "Open: sealed secrets can be read.")
    yield _link_keys(chosen, store)
    trail = audit.verify(store)
    whole = f"Whole, {trail.entries} entries." if trail.whole else "It was changed: run verify-audit."
    yield Line(HERE, "Audit trail", "ok" if trail.whole else "fail", whole)
    alone = first.needed(store)
    who = "Nobody can sign in yet." if alone else "Somebody can sign in."
    yield Line(HERE, "Members", "warn" if alone else "ok", who)
    yield _public(chosen)
    yield _certificates(chosen, store, now)
    yield _worker(store, now)


def room(free: int) -> str:
    """Bytes as people say them: 68.3 GB, or MB where it is little."""
    return f"{free / 1e9:,.1f} GB" if free >= 1e9 else f"{free // 1_000_000} MB"


def _disk(chosen: Settings) -> Line:
    free = free_at(chosen.folder)
    if free is None:
        return Line(HERE, "Disk", "skip", f"The system does not say how much is free in {chosen.folder}.")
    enough = "ok" if free >= LITTLE else "fail"
    return Line(HERE, "Disk", enough, f"{room(free)} are free in {chosen.folder}.")


def _store(store: Store) -> Line:
    if store.turn is not None and moved_note(store.turn.path).exists():
        return Line(HERE, "Store", "fail", MOVED)
    if found := risks(store):
        return Line(HERE, "Store", "fail", " ".join(found))
    if "safe mode" in store.guard:
        return Line(HERE, "Store", "warn", f"{store.guard}.")
    return Line(HERE, "Store", "ok", store.guard)


def _link_keys(chosen: Settings, store: Store) -> Line:
    try:
        count = len(LinkKeys(store, chosen).for_opening().ids)
    except SesDeskError as lost:
        return Line(HERE, "Link keys", "fail", str(lost))
    words = (
        f"{count} in the ring, the newest first."
        if count
        else "None yet: made with the first unsubscribe link."
    )
    return Line(HERE, "Link keys", "ok", words)


def _public(chosen: Settings) -> Line:
    label, url = "Public URL", chosen.public_url
    if not url:
        words = "SES_DESK_PUBLIC_URL is not set, so Amazon cannot deliver events by HTTPS."
        return Line(HERE, label, "warn", words)
    if urlsplit(url).scheme != "https":
        return Line(HERE, label, "warn", f"{url} is not https: callbacks and sessions travel in the open.")
    return Line(HERE, label, "ok", url)


def _certificates(chosen: Settings, store: Store, now: int) -> Line:
    """SNS signing certificates: one that ended is replaced by itself when it was downloaded, not when it is in the folder."""
    label, ends, fetched = "Certificates", [], 0
    texts = [(one.pem, one.fetched_at) for one in certificates.all(store)]
    folder = chosen.certificates
    if folder is not None and not folder.is_dir():
        return Line(HERE, label, "fail", f"The folder {folder} (SES_DESK_CERTIFICATE_DIR) is not there.")
    files = sorted(folder.glob("SimpleNotificationService-*.pem")) if folder is not None else []
    try:
        texts += [(file.read_text("ascii"), 0) for file in files]
        for text, at in texts:
            ends.append(read_certificate(text).not_after)
            fetched = max(fetched, at)
    except (OSError, ValueError):
        return Line(
            HERE, label, "fail", "One that is kept cannot be read: nothing signed with it is taken in."
        )
    if not ends:
        return Line(HERE, label, "ok", "None yet: one is fetched with the first notification.")
    until = moment.rfc3339(max(ends))[:10]
    held = f"{len(ends)} held, good until {until}"
    held += f"; the newest was fetched {(now - fetched) // DAY} days ago." if fetched else "."
    if max(ends) < now + SOON:
        said = "ended" if max(ends) < now else "ends soon"
        return Line(
            HERE, label, "warn", f"{held} It {said}: Amazon will sign with another, which must be to be had."
        )
    return Line(HERE, label, "ok", held)


def _worker(store: Store, now: int) -> Line:
    """Whoever works renews these leases every minute; one that was killed is noticed after two."""
    held = [lease for lease in leases.all(store) if lease.job in OFTEN]
    alive = sorted({lease.holder for lease in held if now - MINUTE < lease.until <= now + leases.LONGEST})
    if alive:
        return Line(HERE, "Worker", "ok", f"At work: {', '.join(alive)}.")
    last = max((lease.until for lease in held), default=None)
    since = "" if last is None else f" since {moment.rfc3339(last)[:16].replace('T', ' ')} UTC"
    words = f"Nobody has done the background jobs{since}. Start the dashboard, or python -m core.worker."
    return Line(HERE, "Worker", "warn", words)
