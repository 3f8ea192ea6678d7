"""Tries at the sign-in, limited per name and per address: a delay that grows with each failure and runs out by itself.

A try is counted before the password is looked at, in one transaction, so that a thousand at once are not counted as one; the
right password takes its count back. At most ten tries are looked at in any 15 minutes, for one name and for one address.
"""

import ipaddress
from dataclasses import dataclass

from core.members.tokens import digest
from core.store import attempts
from core.store.attempts import Attempts
from core.store.engine import Store

SECOND, MINUTE = 1000, 60_000
LONGEST_DELAY = 15 * MINUTE
FORGOTTEN_AFTER = 60 * MINUTE
NAME_FREE, NAME_DELAY = 5, 30 * SECOND  # the fifth failure is the first that costs a delay
ADDRESS_FREE, ADDRESS_DELAY = (
    7,
    60 * SECOND,
)  # an office behind one address mistypes more often than one person


@dataclass(frozen=True)
class Subject:
    """A name or an address, hashed, with what its failures cost."""

    hash: str
    free: int
    delay: int  # ms, doubled with each failure after the free ones

    def after(self, failures: int) -> int:
        """The wait in ms after this many failures."""
        if failures < self.free:
            return 0
        return int(min(LONGEST_DELAY, self.delay * 2 ** min(failures - self.free, 20)))


@dataclass(frozen=True)
class Reservation:
    """One try that may go ahead, or `wait` ms until the next one may."""

    wait: int
    subjects: tuple[Subject, Subject]
    at: int


def subjects(name: str, address: str) -> tuple[Subject, Subject]:
    """What a try is counted against."""
    return (
        Subject(digest(f"name:{name}"), NAME_FREE, NAME_DELAY),
        Subject(digest(f"address:{neighbourhood(address)}"), ADDRESS_FREE, ADDRESS_DELAY),
    )


def neighbourhood(address: str) -> str:
    """An IPv4 address by itself; of an IPv6 address the /64, since one person has all of it."""
    try:
        found = ipaddress.ip_address(address.strip())
    except ValueError:
        return "unknown"
    if isinstance(found, ipaddress.IPv6Address):
        if found.ipv4_mapped:
            return str(found.ipv4_mapped)
        return str(ipaddress.ip_network((int(found), 64), strict=False))
    return str(found)


def reserve(store: Store, name: str, address: str, now: int) -> Reservation:
    """Count a try as failed and let it go ahead, or say how long to wait. A try that must wait is not counted."""
    both = subjects(name, address)
    with store.read() as conn:
        wait = _wait(attempts.of(conn, [each.hash for each in both]), now)
    if wait:
        return Reservation(wait, both, now)
    with store.write() as conn:
        attempts.sweep(conn, now - FORGOTTEN_AFTER)
        held = attempts.held(conn, [each.hash for each in both], now)
        wait = _wait(held, now)
        if not wait:
            for each in both:
                failures = held[each.hash].failures + 1
                attempts.write(conn, each.hash, Attempts(failures, now, now + each.after(failures)))
    return Reservation(wait, both, now)


def take_back(store: Store, reservation: Reservation) -> None:
    """The password was right: the name starts anew, the address gets this one try back."""
    name, address = reservation.subjects
    with store.write() as conn:
        attempts.forget(conn, name.hash)
        held = attempts.of(conn, [address.hash]).get(address.hash)
        if held is not None:
            failures = max(0, held.failures - 1)
            until = reservation.at if held.last_at == reservation.at else held.blocked_until
            attempts.write(conn, address.hash, Attempts(failures, held.last_at, until))


def forgive(store: Store, name: str) -> None:
    """Let this name try again at once: after an admin set a new password."""
    with store.write() as conn:
        attempts.forget(conn, subjects(name, "")[0].hash)


def _wait(found: dict[str, Attempts], now: int) -> int:
    """The longest wait in ms among these. Counts from a future that a corrected clock took back keep nobody waiting."""
    present = [each for each in found.values() if each.last_at <= now + LONGEST_DELAY]
    return max(
        (min(each.blocked_until - now, LONGEST_DELAY) for each in present if each.blocked_until > now),
        default=0,
    )
