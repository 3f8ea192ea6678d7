"""Who may decide for how long a connection keeps what came in, and what is left of the decision."""

import json

import pytest

from core.connect import retention
from core.connect.retention import Kept
from core.desk import Desk
from core.errors import BadInput, NotAllowed
from core.members.actor import Cli, SignedIn
from core.settings import Settings
from core.store import audit, connections
from core.store import retention as rows
from core.store.engine import Store
from core.store.tables import Connection
from core.vault import open_vault
from core.worker import forgetting

NOW = 1_790_000_000_000


def connection_in(store: Store) -> Connection:
    with store.write() as conn:
        return connections.add(conn, Connection(name="shop", region="eu-west-1", created_at=1, updated_at=1))


def test_an_admin_decides_and_it_is_audited(store: Store) -> None:
    connection = connection_in(store)
    assert retention.kept(store, connection) == Kept(90, 400)
    assert retention.keep(store, connection, Kept(7, 0), Cli(), NOW)
    assert not retention.keep(store, connection, Kept(7, 0), Cli(), NOW)
    assert retention.kept(store, connection) == Kept(7, 0)
    told = audit.recent(store, 1)[0]
    assert told.action == "retention-changed" and told.subject == "shop"
    assert json.loads(told.detail)["message_days_before"] == 90


def test_an_operator_may_not(sqlite_store: Store) -> None:
    connection = connection_in(sqlite_store)
    bob = SignedIn(2, "bob", "operator", None, "h")
    with pytest.raises(NotAllowed):
        retention.keep(sqlite_store, connection, Kept(7, 30), bob, NOW)


@pytest.mark.parametrize("wanted", [Kept(-1, 400), Kept(90, 29), Kept(90, 3_651), Kept(4_000, 400)])
def test_what_makes_no_sense_is_refused_with_its_field(sqlite_store: Store, wanted: Kept) -> None:
    connection = connection_in(sqlite_store)
    with pytest.raises(BadInput) as refused:
        retention.keep(sqlite_store, connection, wanted, Cli(), NOW)
    assert refused.value.field in ("message_days", "event_days")
    assert retention.kept(sqlite_store, connection) == Kept(90, 400)


def test_the_job_goes_through_each_connection_once_a_day_and_at_once_after_a_change(
    store: Store, tmp_path: object
) -> None:
    connection = connection_in(store)
    chosen = Settings(data_dir=tmp_path)  # type: ignore[arg-type]
    desk = Desk(store, open_vault(chosen, store), chosen)
    forgetting.forget(desk, NOW)
    forgetting.forget(desk, NOW + 60_000)
    assert rows.get(store, connection.id or 0).swept_at == NOW
    retention.keep(store, connection, Kept(5, 50), Cli(), NOW)
    forgetting.forget(desk, NOW + 60_000)
    found = rows.get(store, connection.id or 0)
    assert (found.swept_at, found.message_days, found.event_days) == (NOW + 60_000, 5, 50)
