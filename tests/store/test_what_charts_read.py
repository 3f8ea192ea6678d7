"""No chart reads events: what every screen and the API show of rates comes from rollups, however many events there are."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
import sqlalchemy as sa
from test_spans import FIRST, TODAY, connect, keep, told

from core.moment import DAY
from core.period import Period
from core.reports.held_up import held_up_by_provider
from core.reports.home import state
from core.reports.origin import origin
from core.reports.reasons import reasons_of
from core.reports.review import identities_of, review
from core.store import connections, daily, explorer, sums
from core.store.engine import Store
from core.store.rates import COHORTS, DIMENSIONS, rates, total
from core.store.tag_names import tag_names
from core.worker.summing_up import sum_up

RAW = re.compile(r"\b(events|notifications|outcomes)\b", re.IGNORECASE)
COUNTS = re.compile(r"\bcount\(", re.IGNORECASE)
SKIPS = re.compile(r"\boffset\b(?! 0$)", re.IGNORECASE)


@contextmanager
def asked(store: Store) -> Iterator[list[str]]:
    """Every statement that goes to the database meanwhile."""
    statements: list[str] = []

    def note(
        _conn: object, _cursor: object, statement: str, parameters: tuple[object, ...], *_rest: object
    ) -> None:
        if statement.endswith("OFFSET ?"):  # SQLAlchemy's way of asking SQLite for no offset
            statement = f"{statement[:-1]}{parameters[-1]}"
        statements.append(statement)

    sa.event.listen(store.engine, "before_cursor_execute", note)
    try:
        yield statements
    finally:
        sa.event.remove(store.engine, "before_cursor_execute", note)


@pytest.fixture
def connection_id(store: Store) -> int:
    number = connect(store)
    bodies = []
    for day in range(TODAY - 40, TODAY + 1):
        for to in ("a@gmail.com", "b@x.example", "c@y.example"):
            bodies.append(told("Send", f"{day}{to}", to, day, tags={"campaign": ["spring"]}))
    bodies += [told("Bounce", f"{TODAY - 3}{to}", to, TODAY - 3) for to in ("b@x.example", "c@y.example")]
    keep(store, number, bodies)
    sum_up(store, number, TODAY * DAY, share=0)
    return number


def charts(store: Store, connection_id: int) -> list[Callable[[], object]]:
    ids, month = [connection_id], Period(TODAY - 29, TODAY + 1)
    connection = connections.by_id(store, connection_id)
    assert connection is not None
    found: list[Callable[[], object]] = [
        lambda: state(store, connection, TODAY * DAY),
        lambda: review(store, ids, month),
        lambda: review(store, ids, month, ["x.example"]),
        lambda: identities_of(store, ids, month),
        lambda: held_up_by_provider(store, ids, month),
        lambda: reasons_of(store, ids, month),
        lambda: origin(store, ids, TODAY - 3, month),
        lambda: total(store, ids, FIRST, TODAY),
        lambda: daily.whole(store, ids, FIRST, TODAY),
        lambda: daily.hourly(store, ids, (TODAY - 2) * 24, TODAY * 24),
        lambda: sums.identities_of(store, ids),
        lambda: tag_names(store, ids),
    ]
    for by in ("day", *DIMENSIONS, "tag:campaign"):
        for cohort in COHORTS:
            found.append(lambda by=by, cohort=cohort: rates(store, ids, FIRST, TODAY, by, cohort))  # type: ignore[misc]
    return found


def test_no_chart_reads_events(store: Store, connection_id: int) -> None:
    for chart in charts(store, connection_id):
        with asked(store) as statements:
            assert chart() is not None
        assert statements
        assert [statement for statement in statements if RAW.search(statement)] == []


def test_sqlite_itself_sees_no_chart_open_the_events(sqlite_store: Store) -> None:
    """The database's own word for it: whatever a statement is called, it may not touch these tables."""
    number = connect(sqlite_store)
    keep(sqlite_store, number, [told("Send", "m1", "a@x.example", TODAY, tags={"campaign": ["spring"]})])
    read: set[str] = set()

    def allow(_action: int, first: str | None, *_rest: str | None) -> int:
        read.add(str(first))
        return 0

    with sqlite_store.read() as conn:
        driver = conn.connection.driver_connection
        assert driver is not None
        driver.set_authorizer(allow)
    try:
        for chart in charts(sqlite_store, number):
            chart()
        assert "rollups" in read and not read & {"events", "notifications", "outcomes"}
        explorer.events(sqlite_store, [number], explorer.EventFilter())
        assert {"events", "outcomes"} <= read  # so it would have been seen
    finally:
        driver.set_authorizer(None)


def test_the_explorer_pages_by_key_and_counts_nothing(store: Store, connection_id: int) -> None:
    seen: list[int] = []
    cursor: str | None = None
    with asked(store) as statements:
        while True:
            page = explorer.events(store, [connection_id], explorer.EventFilter(), 50, cursor)
            seen += [event.id for event in page.events]
            cursor = page.next
            if cursor is None:
                break
        explorer.events(store, [connection_id], explorer.EventFilter(recipient="a@gmail.com"), 50)
        explorer.of_message(store, connection_id, f"{TODAY}a@gmail.com")
    assert len(seen) == len(set(seen)) == 125
    assert [one for one in statements if COUNTS.search(one) or SKIPS.search(one)] == []
