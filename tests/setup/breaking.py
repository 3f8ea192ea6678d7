"""Breaking a set-up at its k-th call, in every way a call can break."""

import copy
import json
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

from amazon import ALICE
from houses import HOME, House

from core import moment
from core.aws.talk import Talk
from core.setup import saga

# Faults of the demo Amazon, and how many calls in a row they meet.
FAULTS = {
    "denied": 1, "slow-down": 2, "limit": 1, "exists": 1, "broken": 1, "timeout": 1, "timeout-after": 1, "close": 1,
    "close-after": 1, "empty": 1, "garbage": 1, "close-after for long": 9,
}  # fmt: skip
CUTS = ("power cut before", "power cut after")
KINDS = (*FAULTS, *CUTS)
TELL = "EVERY_FAULT"  # names a file that gets a line for each walk that was broken


def rotating(calls: int, begin: int) -> list[tuple[int, str]]:
    """Every call with one kind of trouble, each kind in its turn; from another beginning each call meets another kind."""
    assert calls >= len(KINDS), "too few calls for every kind to have its turn"
    return [(at, KINDS[(at + begin) % len(KINDS)]) for at in range(calls)]


def product(calls: int) -> list[tuple[int, str]]:
    """Every call with every kind of trouble."""
    return [(at, kind) for kind in KINDS for at in range(calls)]


class PowerCut(BaseException):
    """Ends the walk where it stands: nothing of ours may catch it."""


@dataclass
class Counter:
    """Counts calls, and cuts the power at one of them."""

    at: int = -1
    when: str = ""
    calls: list[str] = field(default_factory=list)


@contextmanager
def counted(monkeypatch: Any, counter: Counter) -> Iterator[Counter]:
    """While it lasts, every call of a talk is counted, and may be the last."""
    real = Talk._call

    def call(self: Talk, service: str, operation: str, region: str, given: dict[str, Any]) -> dict[str, Any]:
        number = len(counter.calls)
        counter.calls.append(f"{service}:{operation}")
        if number == counter.at and counter.when.endswith("before"):
            raise PowerCut
        said = real(self, service, operation, region, given)
        if number == counter.at and counter.when.endswith("after"):
            raise PowerCut
        return said

    with monkeypatch.context() as patch:
        patch.setattr(Talk, "_call", call)
        yield counter


@dataclass
class Bench:
    """The same connection in the same account, as often as wanted."""

    house: House
    monkeypatch: Any
    plans: dict[tuple[str, str, bool], Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.region = copy.deepcopy(self.house.region)
        self.before = text(self.house.world())

    def reset(self) -> None:
        """As it was before anything was set up."""
        self.house.amazon.amazon.faults.clear()
        with self.house.amazon.amazon.lock:
            self.house.amazon.amazon.world.regions[HOME] = copy.deepcopy(self.region)
        number = self.house.connection.id
        with self.house.store.write() as conn:
            for table in ("set_ups", "topics", "queues", "findings"):
                conn.exec_driver_sql(f"DELETE FROM {table} WHERE connection_id = {number}")
            conn.exec_driver_sql("DELETE FROM leases")

    def begin(self, way: str, intake: str, forwarding: bool = True) -> int:
        """A set-up written down; planned once, the account being the same each time."""
        chosen = (way, intake, forwarding)
        if chosen not in self.plans:
            self.plans[chosen] = self.house.plan(way=way, intake=intake, keep_forwarding=forwarding)
        return saga.begin(self.house.desk, self.house.connection, self.plans[chosen], ALICE, moment.now())

    def number(self) -> int:
        """The set-up that stands."""
        shown = saga.current(self.house.store, self.house.connection.id or 0)
        assert shown is not None
        return shown.set_up_id

    def broken(self, walk: Callable[[], Any], kind: str, at: int) -> None:
        """Let a walk break at one call; whatever it says or raises is none of our concern here."""
        if told := os.environ.get(TELL):
            with open(told, "a") as lines:
                lines.write(f"{kind} at {at}\n")
        name = kind.removesuffix(" for long")
        if kind in CUTS:
            with counted(self.monkeypatch, Counter(at, kind)), suppress(PowerCut):
                walk()
        else:
            wish = {"name": name, "after": at, "count": FAULTS[kind], "seconds": 0.6}
            self.house.amazon.amazon.faults.add(wish)
            walk()
        self.house.amazon.amazon.faults.clear()

    def finished(self, number: int) -> str:
        """The state of a set-up after it was taken up again."""
        self.house.apply(number)
        shown = saga.current(self.house.store, self.house.connection.id or 0)
        assert shown is not None
        return shown.state


def text(world: Any) -> str:
    """A world to compare; a difference is readable."""
    return json.dumps(world, indent=1, sort_keys=True, default=lambda value: sorted(value))
