"""How many messages each queue held when the worker last looked: for /metrics, whose process may not ask Amazon."""

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass

from core.store import meta
from core.store.rows import Source

_NAME = "queue-depths"


@dataclass(frozen=True, slots=True)
class Depth:
    """One queue by its number. `waiting`: to be read; `hidden`: received by somebody and not deleted yet. Amazon says about."""

    queue: int
    kind: str  # events | dead-letters
    waiting: int
    hidden: int
    seen_at: int


def note(source: Source, depths: Iterable[Depth]) -> None:
    """Keep these in place of all that were known."""
    meta.put(source, _NAME, json.dumps([asdict(one) for one in depths]))


def seen(source: Source) -> list[Depth]:
    """What was last seen of each queue."""
    return [Depth(**one) for one in json.loads(meta.get(source, _NAME) or "[]")]
