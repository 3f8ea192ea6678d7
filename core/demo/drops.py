"""Deliveries lost on request: the next ones of a kind never arrive, are not tried again, and reach no dead-letter queue.

No Amazon promises never to lose one. `{"count": 3, "protocol": "http", "kind": "Bounce"}`; `*` stands for any, `http` for https too.
"""

import json
import threading
from dataclasses import dataclass, field
from typing import Any


@dataclass
class Drop:
    """What is lost, and how often still (-1: until taken away). `kind` is the SES event; `*` also takes what is none."""

    count: int = 1
    protocol: str = "*"
    kind: str = "*"


@dataclass
class Drops:
    """Those asked for, in order."""

    waiting: list[Drop] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def add(self, wish: dict[str, Any]) -> Drop:
        """Ask for some."""
        drop = Drop(**wish)
        if drop.protocol not in ("*", "http", "sqs"):
            raise ValueError("protocol is http, sqs or *.")
        with self.lock:
            self.waiting.append(drop)
        return drop

    def take(self, protocol: str, message: str) -> bool:
        """Whether this delivery is one of them; counted down."""
        if not self.waiting:
            return False
        way, kind = "http" if protocol == "https" else protocol, _kind_of(message)
        with self.lock:
            for drop in self.waiting:
                if drop.protocol in ("*", way) and drop.kind in ("*", kind):
                    if drop.count > 0:
                        drop.count -= 1
                        if drop.count == 0:
                            self.waiting.remove(drop)
                    return True
        return False

    def clear(self) -> None:
        """Lose nothing more."""
        with self.lock:
            self.waiting.clear()


def _kind_of(message: str) -> str:
    try:
        told = json.loads(message)
    except ValueError:
        return ""
    return str(told.get("eventType") or told.get("notificationType") or "") if isinstance(told, dict) else ""
