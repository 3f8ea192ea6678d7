"""The month of a message is told by its id alone, and the migration's SQL tells the same."""

import importlib.util
from datetime import UTC, datetime
from pathlib import Path
from types import ModuleType

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from core.demo.mail import new_message_id
from core.store import months
from core.store.engine import Store

ROOT = Path(__file__).resolve().parent.parent.parent
times = st.integers(datetime(2011, 1, 1, tzinfo=UTC).timestamp() * 1000 // 1, 4_102_444_799_999)
hexes = st.text("0123456789abcdef", min_size=16, max_size=16)
ids = st.one_of(
    times.map(lambda at: f"0102{at:012x}-7b0c-000000"),
    hexes.map(lambda head: f"{head}-aa"),
    hexes,
    st.text(max_size=40).filter(lambda text: "\x00" not in text),
    st.integers(0, 2**48 - 1).map(lambda at: f"ffff{at:012x}-"),
    st.sampled_from(["", "m001", "010101860D89BC12-x", "0102\n860d89bc12-x", "٠102٠1860d89bc12-x"]),
)


def migration() -> ModuleType:
    (path,) = (ROOT / "core" / "store" / "migrations" / "versions").glob("*_partitions.py")
    spec = importlib.util.spec_from_file_location("partitions_migration", path)
    assert spec is not None and spec.loader is not None
    found = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(found)
    return found


@given(times)
@example(1_677_628_799_999)  # the last millisecond of February 2023
@example(1_677_628_800_000)
def test_an_id_of_amazon_tells_the_month_it_was_sent(at: int) -> None:
    when = datetime.fromtimestamp(at // 1000, UTC)
    month = months.of_message(new_message_id("eu-west-1", at))
    assert month == (when.year - 1970) * 12 + when.month - 1 == months.of_moment(at)
    assert months.start_of(month) <= at < months.start_of(month + 1)
    assert months.read(f"events_{months.spelled(month)}") == month


def test_amazons_own_example_tells_its_month() -> None:
    name = months.spelled(months.of_message("010101860d89bc12-5b9c-4d1f-a2bb-1f2e3d4c5b6a-000000"))
    assert name == "2023_02"


@pytest.mark.parametrize(
    "odd", ["", "m1", "0" * 16 + "-x", "f" * 16 + "-x", "010101860d89bc1-x", "ses-desk-drill-1"]
)
def test_an_id_that_tells_no_time_has_no_month(odd: str) -> None:
    assert months.of_message(odd) == months.UNTOLD


@pytest.mark.postgres
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(ids, min_size=1, max_size=60))
def test_the_migration_counts_the_months_alike(pg_store: Store, told: list[str]) -> None:
    statement = (
        f"SELECT {migration().MONTH} FROM unnest(%s::text[]) WITH ORDINALITY AS t (message_id, n) ORDER BY n"
    )
    with pg_store.read() as conn:
        found = list(conn.exec_driver_sql(statement, (told,)).scalars())
    assert found == [months.of_message(each) for each in told]
