"""Breaking a set-up at its k-th call, in every way a call can break."""

import copy
import json
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

import pytest
from amazon import ALICE
from houses import HOME, House

from core import moment
from core.aws import access, client, pace
from core.aws.talk import Talk
from core.setup import own_queues, saga, waiting

# Faults of the demo Amazon, and how many calls in a row they meet.
FAULTS = {
    "denied": 1, "slow-down": 2, "limit": 1, "exists": 1, "broken": 1, "timeout": 1, "timeout-after": 1, "close": 1,
    "close-after": 1, "empty": 1, "garbage": 1, "close-after for long": 9,
}  # fmt: skip
CUTS = ("power cut before", "power cut after")
KINDS = (*FAULTS, *CUTS)
TELL = "EVERY_FAULT"  # names a file that gets a line for each walk that was broken
GIVE_UP = 0.8 if os.environ.get(TELL) else 0.4  # seconds; the long form runs beside others, on a busy machine
WHOLE, SMALL, QUIET = ("configuration-set", "both"), ("identity", "https"), ("identity", "https", False)
EVERY = pytest.mark.parametrize("chosen", [WHOLE, SMALL, QUIET], ids=("whole", "small", "forwarding-off"))
Chosen = tuple[str, str] | tuple[str, str, bool]


def rotating(calls: int, begin: int) -> list[tuple[int, str]]:
    """Every call with one kind of trouble, each kind in its turn; from another beginning each call meets another kind."""
    assert calls >= len(KINDS), "too few calls for every kind to have its turn"
    return [(at, KINDS[(at + begin) % len(KINDS)]) for at in range(calls)]


def product(calls: int) -> list[tuple[int, str]]:
    """Every call with every kind of trouble."""
    return [(at, kind) for kind in KINDS for at in range(calls)]


def troubles(calls: int, begin: int) -> list[tuple[int, str]]:
    """Which call meets what: a rotation that covers every kind, or the full product."""
    return product(calls) if os.environ.get(TELL) else rotating(calls, begin)


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
            wish = {"name": name, "after": at, "count": FAULTS[kind], "seconds": GIVE_UP * 1.5}
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


@pytest.fixture
def bench(house: House, monkeypatch: pytest.MonkeyPatch) -> Iterator[Bench]:
    """Clients are made once, and give up soon: a thousand walks are a lot."""
    made: dict[Any, Any] = {}

    def kept(service: str, credentials: Any, region: str, *given: Any, **more: Any) -> Any:
        name = (service, region, str(sorted(more.items())))
        if name not in made:
            if more.get("read_seconds") == client.READ_SECONDS:
                more["read_seconds"] = GIVE_UP
            made[name] = client.client(service, credentials, region, *given, **more)
        return made[name]

    monkeypatch.setattr(waiting, "PATIENCE", 10.0)
    monkeypatch.setattr(own_queues, "EMPTY", 0)
    monkeypatch.setattr(pace, "SLOW_FOR", 0.0)  # one walk that was throttled slows no other
    monkeypatch.setattr(access, "client", kept)
    bench = Bench(house, monkeypatch)
    yield bench
    bench.reset()


def clean(bench: Bench, chosen: Chosen, monkeypatch: Any) -> tuple[str, list[str]]:
    """The world after a set-up that nothing disturbed, and its calls."""
    with counted(monkeypatch, Counter()) as counter:
        number = bench.begin(*chosen)
        bench.house.apply(number)
    return text(bench.house.world()), counter.calls
