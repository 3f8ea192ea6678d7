"""Looks at a store in which rows come and go, often enough to see each: what was stored in all, though little of it is left."""

from outpost import Outpost, Tally

from core.store.engine import open_store

BEHIND = 2_000  # PostgreSQL gives numbers before it commits: so many are read once more


class Onlooker:
    """`look` more often than rows are forgotten. No number is ever given twice, so every row seen counts once."""

    def __init__(self, outpost: Outpost) -> None:
        self._outpost, self._store = outpost, open_store(outpost.store_url)
        self._mine = f"connection_id = {outpost.connection_id}"
        self.notifications: dict[int, str] = {}  # by the row's number: SNS's id
        self.events: dict[int, str] = {}  # by the row's number: SES's id

    def look(self) -> None:
        """Note what is new."""
        with self._store.read() as conn:
            for name, column, seen in (
                ("notifications", "sns_message_id", self.notifications),
                ("events", "message_id", self.events),
            ):
                since = max(seen, default=0) - BEHIND
                found = conn.exec_driver_sql(
                    f"SELECT id, {column} FROM {name} WHERE {self._mine} AND id > {since}"
                )
                seen.update((int(row[0]), str(row[1])) for row in found)

    def tally(self) -> Tally:
        """Everything ever stored, against what the rollups count: those are never forgotten."""
        self.look()
        left = self._outpost.tally()
        return Tally(tuple(self.notifications.values()), len(self.events), left.delivered)

    def close(self) -> None:
        self._store.close()
