"""What earlier looks at a sender's records found: when each was right last, and since when it fails."""

import json
from collections.abc import Iterable
from typing import Any

from core.identities.row import UNKNOWN, Row
from core.store import meta
from core.store.engine import Store
from core.store.rows import Source
from core.store.tables import Connection

MOST = 200  # senders of a connection that are remembered, the newest looks

Kept = dict[str, Any]  # sender -> {"at": ms, "rows": {row: [name, right at, failing since]}}


def note(store: Store, connection: Connection, sender: str, rows: Iterable[Row], now: int) -> None:
    """Remember a look, also one without an answer. What couldn't be checked leaves what was known as it is."""
    with store.write() as conn:
        kept = read(conn, connection)
        before = kept.get(sender, {}).get("rows", {})
        after = {row.key: _after(before.get(row.key), row, now) for row in rows}
        kept[sender] = {"at": now, "rows": {**before, **after}}
        newest = sorted(kept, key=lambda name: -int(kept[name]["at"]))[:MOST]
        meta.put(conn, _name(connection), json.dumps({name: kept[name] for name in newest}))


def read(source: Source, connection: Connection) -> Kept:
    """All that is remembered of a connection's senders."""
    kept = meta.get(source, _name(connection))
    return dict(json.loads(kept)) if kept else {}


def of(kept: Kept, sender: str, row: Row) -> tuple[int, int]:
    """When this record was right last, and since when it fails; 0 for what was never seen."""
    name, right, failing = kept.get(sender, {}).get("rows", {}).get(row.key, ("", 0, 0))
    return (right, failing) if name == row.name else (0, 0)


def whole_at(source: Source, connection: Connection) -> int:
    """When every sender had been looked at (ms), 0 before the first time."""
    return int(meta.get(source, f"{_name(connection)}:whole") or 0)


def whole(store: Store, connection: Connection, now: int) -> None:
    """Every sender was looked at."""
    meta.put(store, f"{_name(connection)}:whole", str(now))


def _after(before: list[Any] | None, row: Row, now: int) -> list[Any]:
    name, right, failing = before or ("", 0, 0)
    if name != row.name:  # another bounce domain, other DKIM keys: another record
        right, failing = 0, 0
    if row.good:
        return [row.name, now, 0]
    return [row.name, right, failing if row.state == UNKNOWN else failing or now]


def _name(connection: Connection) -> str:
    return f"records-seen:{connection.uuid}"
