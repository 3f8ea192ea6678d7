"""Events are found by their recipient, however far apart their days, and on SQLite by the index made for that."""

import sqlalchemy as sa

from core.moment import DAY
from core.store import Store, by_recipient, connections, explorer
from core.store.bulk import write_rows
from core.store.explorer import EventFilter
from core.store.rows import table
from core.store.tables import Connection, StoredEvent

NOW = 1_760_000_000_000
COLUMNS = (
    "connection_id", "message_id", "recipient", "type", "detail", "occurred_at", "received_at", "flags",
)  # fmt: skip
TIMES = (NOW, NOW - 5, NOW - 3 * DAY, NOW - 400 * DAY, 17, NOW + 9_000 * DAY)


def _filled(store: Store) -> list[int]:
    numbers = []
    with store.write() as conn:
        for name in ("one", "other", "empty"):
            made = connections.add(
                conn, Connection(uuid=name, name=name, region="eu-west-1", created_at=NOW, updated_at=NOW)
            )
            numbers.append(int(made.id or 0))
        for number in numbers[:2]:
            for recipient in ("anna@x.example", "ben@x.example"):
                for place, at in enumerate(TIMES):
                    row = (number, f"m{place}", recipient, "Send", "", at, NOW, 0)
                    write_rows(conn, table(StoredEvent), COLUMNS, [row], "")
    return numbers


def test_all_events_of_a_recipient_newest_first_page_by_page(store: Store) -> None:
    one, other, empty = _filled(store)
    told, cursor = [], None
    while True:
        page = explorer.events(store, [one, empty], EventFilter(recipient="anna@x.example"), 2, cursor)
        told += [(each.connection_id, each.recipient, each.occurred_at) for each in page.events]
        cursor = page.next
        if cursor is None:
            break
    assert told == [(one, "anna@x.example", at) for at in sorted(TIMES, reverse=True)]
    both = explorer.events(store, [one, other], EventFilter(recipient="ben@x.example"))
    assert len(both.events) == 2 * len(TIMES)


def test_a_recipient_within_a_time_and_of_a_message(store: Store) -> None:
    one, _, empty = _filled(store)
    within = EventFilter(recipient="anna@x.example", since=NOW - 3 * DAY, until=NOW)
    assert [each.occurred_at for each in explorer.events(store, [one], within).events] == [
        NOW - 5,
        NOW - 3 * DAY,
    ]
    message = EventFilter(recipient="anna@x.example", message_id="m3")
    assert [each.occurred_at for each in explorer.events(store, [one], message).events] == [NOW - 400 * DAY]
    assert explorer.events(store, [empty], EventFilter(recipient="anna@x.example")).events == []


def test_sqlite_takes_the_index_by_day_and_recipient(sqlite_store: Store) -> None:
    one, _, _ = _filled(sqlite_store)
    events = table(StoredEvent)
    with sqlite_store.read() as conn:
        wanted = (
            sa.select(events.c.id)
            .where(*by_recipient.of_recipient(conn, one, "anna@x.example"), by_recipient.at < NOW)
            .order_by(by_recipient.at.desc(), events.c.id)
            .limit(10)
        )
        spelled = wanted.compile(dialect=conn.dialect, compile_kwargs={"literal_binds": True})
        plan = [row[3] for row in conn.exec_driver_sql(f"EXPLAIN QUERY PLAN {spelled}")]
    way = [each for each in plan if each.startswith("SEARCH events ")]
    assert (
        len(way) == 1
        and "events_by_day_and_recipient (connection_id=? AND <expr>=? AND recipient=?)" in way[0]
    )
    assert not any("SCAN e" in each and "INDEX" not in each for each in plan)
