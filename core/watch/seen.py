"""What the watch remembers of a connection between its rounds. Times in ms."""

import json
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from core.store import meta
from core.store.engine import Store


@dataclass(frozen=True, slots=True)
class Settings:
    """How an identity reported."""

    topics: dict[str, str] = field(default_factory=dict)
    forwarding: bool = True
    configuration_set: str = ""


@dataclass(frozen=True, slots=True)
class Seen:
    """`topics`, `forwarding` and `configuration_set` are the sender's settings as they were when all was well; `beside`
    the same of further identities that report here, by name."""

    chain_at: int = 0
    identity: str = ""
    topics: dict[str, str] = field(default_factory=dict)
    forwarding: bool = True
    configuration_set: str = ""
    beside: dict[str, dict[str, Any]] = field(default_factory=dict)

    def of(self, identity: str) -> Settings | None:
        """What is remembered of an identity, None when nothing is."""
        if identity == self.identity:
            return Settings(self.topics, self.forwarding, self.configuration_set)
        kept = self.beside.get(identity)
        return Settings(**kept) if kept else None


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
