"""What the watch remembers of a connection between its rounds. Times in ms."""

import json
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from core.store import meta
from core.store.engine import Store


@dataclass(frozen=True, slots=True)
class Seen:
    """`topics`, `forwarding` and `configuration_set` are the sender's settings as they were when all was well."""

    chain_at: int = 0
    identity: str = ""
    topics: dict[str, str] = field(default_factory=dict)
    forwarding: bool = True
    configuration_set: str = ""


def seen(store: Store, connection_id: int) -> Seen:
    """What is remembered; empty when the watch has never looked."""
    kept = meta.get(store, _name(connection_id))
    return Seen(**json.loads(kept)) if kept else Seen()


def change(store: Store, connection_id: int, before: Seen, **what: Any) -> Seen:
    """Remember something else."""
    now_seen = replace(before, **what)
    meta.put(store, _name(connection_id), json.dumps(asdict(now_seen)))
    return now_seen


def _name(connection_id: int) -> str:
    return f"watch-seen:{connection_id}"
