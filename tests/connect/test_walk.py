"""Saving, changing and removing a connection; the walk of a credential, from form to boto3, over the wire."""

import json

import pytest
import sqlalchemy as sa
from amazon import ALICE, BOB, VERA, credentials_of
from botocore.exceptions import ClientError

from core.aws.account import who_am_i
from core.aws.check import CheckLine
from core.connect import access, checks, drafts, retention, walk
from core.connect.endpoint import Endpoint, recognise
from core.connect.retention import Kept
from core.demo.beginning import new_key
from core.demo.running import Running
from core.errors import BadInput, Conflict, Locked, NotAllowed, NotFound
from core.members.actor import Actor
from core.settings import Settings
from core.store import audit, connections, credentials
from core.store import drafts as rows
from core.store.engine import Store
from core.store.tables import Connection
from core.vault import Vault

NOW = 1_800_000_000_000


def wanted(amazon: Running, name: str = "Shop", **more: object) -> walk.Wanted:
    values: dict[str, object] = {
        "demo": True,
        "display_name": "The  Shop\n",
        "account_id": "000000000000",
    } | more
    return walk.Wanted(name, recognise("eu-west-1"), credentials_of(amazon), "news@example.com", **values)  # type: ignore[arg-type]


@pytest.fixture
def shop(amazon: Running, store: Store, vault: Vault) -> Connection:
    return walk.save(store, vault, wanted(amazon), ALICE, NOW)


def said_in_audit(store: Store) -> list[str]:
    return [entry.action for entry in audit.recent(store, 10)]


def test_a_saved_connection_works_with_the_keys_as_they_were_kept(
    amazon: Running, store: Store, vault: Vault, its_settings: Settings, shop: Connection
) -> None:
    kept = connections.by_name(store, "Shop")
    assert kept is not None and kept.display_name == "The Shop" and kept.region == "eu-west-1"
    assert who_am_i(access.of(store, vault, its_settings, kept)).account_id == "000000000000"
    assert said_in_audit(store) == ["connection-added"]


def test_no_key_stands_readable_in_the_store(amazon: Running, store: Store, shop: Connection) -> None:
    row = credentials.get(store, shop.id or 0)
    assert row is not None and row.key_hint == amazon.demo.access_key_id[-4:]
    with store.read() as conn:
        everything = "".join(
            str(tuple(found))
            for table in ("connections", "credentials", "audit", "findings", "meta")
            for found in conn.execute(sa.text(f"SELECT * FROM {table}"))
        )
    assert amazon.demo.secret_access_key not in everything and amazon.demo.access_key_id not in everything


def test_keys_copied_to_another_connection_stay_shut(
    amazon: Running, store: Store, vault: Vault, its_settings: Settings, shop: Connection
) -> None:
    other = walk.save(store, vault, wanted(amazon, "Other"), ALICE, NOW)
    with store.write() as conn:
        token = conn.execute(
            sa.text("SELECT secret_access_key_sealed FROM credentials WHERE connection_id = :id"),
            {"id": shop.id},
        ).scalar_one()
        conn.execute(
            sa.text("UPDATE credentials SET secret_access_key_sealed = :token WHERE connection_id = :id"),
            {"token": token, "id": other.id},
        )
    with pytest.raises(Locked):
        access.of(store, vault, its_settings, other)


def test_a_connection_and_the_draft_it_comes_from_are_never_there_both(
    amazon: Running, store: Store, vault: Vault, monkeypatch: pytest.MonkeyPatch
) -> None:
    mine = ("a" * 64, "connect")
    drafts.put(store, vault, *mine, {"region": "eu-west-1"}, NOW)
    with monkeypatch.context() as patch:
        patch.setattr(rows, "clear", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            walk.save(store, vault, wanted(amazon), ALICE, NOW, mine)
    assert connections.all(store) == [] and drafts.get(store, vault, *mine, NOW + 1)
    walk.save(store, vault, wanted(amazon), ALICE, NOW, mine)
    assert len(connections.all(store)) == 1 and drafts.get(store, vault, *mine, NOW + 1) is None


@pytest.mark.parametrize(
    ("change", "field"),
    [({"name": ""}, "name"), ({"name": "x" * 65}, "name"), ({"name": "Shop"}, "name"), ({"from_address": "nobody"}, "from_address")],
)  # fmt: skip
def test_a_bad_name_or_sender_is_refused_at_its_field(
    amazon: Running, store: Store, vault: Vault, shop: Connection, change: dict[str, str], field: str
) -> None:
    bad = walk.Wanted(**{**{f: getattr(wanted(amazon, "New"), f) for f in walk.Wanted.__slots__}, **change})  # type: ignore[attr-defined]
    with pytest.raises(BadInput) as refused:
        walk.save(store, vault, bad, ALICE, NOW)
    assert refused.value.field == field and len(connections.all(store)) == 1


def test_new_keys_are_tried_before_they_replace_the_old(
    amazon: Running, store: Store, vault: Vault, its_settings: Settings, shop: Connection
) -> None:
    before = credentials.get(store, shop.id or 0)
    with pytest.raises(ClientError):
        walk.replace_keys(
            store, vault, its_settings, shop, ("AKIAIOSFODNN7EXAMPLE", "w" * 40, ""), ALICE, NOW
        )
    assert credentials.get(store, shop.id or 0) == before
    fresh = new_key()
    amazon.amazon.world.keys[fresh.id] = fresh
    who = walk.replace_keys(
        store, vault, its_settings, shop, (f" {fresh.id}\n", fresh.secret, ""), ALICE, NOW + 1
    )
    row = credentials.get(store, shop.id or 0)
    assert who is not None and row is not None and row.key_hint == fresh.id[-4:]
    assert said_in_audit(store)[0] == "keys-replaced"


def test_an_empty_secret_keeps_the_old_keys(
    amazon: Running, store: Store, vault: Vault, its_settings: Settings, shop: Connection
) -> None:
    before = credentials.get(store, shop.id or 0)
    assert walk.replace_keys(store, vault, its_settings, shop, ("", " ", ""), ALICE, NOW) is None
    assert credentials.get(store, shop.id or 0) == before


def test_keys_of_another_account_replace_nothing(
    amazon: Running, store: Store, vault: Vault, its_settings: Settings, shop: Connection
) -> None:
    elsewhere = shop.model_copy(update={"account_id": "111111111111"})
    typed = (amazon.demo.access_key_id, amazon.demo.secret_access_key, "")
    with pytest.raises(BadInput, match="111111111111"):
        walk.replace_keys(store, vault, its_settings, elsewhere, typed, ALICE, NOW)


def test_two_admins_who_edit_at_once_lose_nothing(store: Store, shop: Connection) -> None:
    walk.edit(store, shop, ALICE, NOW + 1, name="Shop one")
    with pytest.raises(Conflict):
        walk.edit(store, shop, ALICE, NOW + 2, name="Shop two")
    kept = connections.by_id(store, shop.id or 0)
    assert kept is not None and kept.name == "Shop one"


def test_moving_to_another_region_forgets_the_check_of_the_old_one(
    amazon: Running, store: Store, vault: Vault, its_settings: Settings, shop: Connection
) -> None:
    checked = checks.keep(store, shop, checks.run(access.of(store, vault, its_settings, shop)), ALICE, NOW)
    assert checked.check and checks.last(checked) is not None
    moved = walk.edit(store, checked, ALICE, NOW, endpoint=Endpoint("us-east-1", "smtp", "", 465))
    assert (moved.region, moved.transport, moved.smtp_port, moved.check, moved.checked_at) == (
        "us-east-1",
        "smtp",
        465,
        "",
        None,
    )


def test_steps_are_recorded_once_and_survive(store: Store, shop: Connection) -> None:
    walk.finish_step(store, shop, "test", BOB, NOW + 5)
    walk.finish_step(store, shop, "test", BOB, NOW + 9)
    kept = connections.by_id(store, shop.id or 0)
    assert kept is not None and walk.done(kept) == {
        "endpoint": NOW,
        "keys": NOW,
        "sender": NOW,
        "test": NOW + 5,
    }
    assert set(walk.done(kept)) <= set(walk.STEPS) and json.loads(kept.steps)


def test_removing_takes_the_keys_along(store: Store, shop: Connection) -> None:
    walk.remove(store, shop, ALICE, NOW)
    assert connections.all(store) == [] and credentials.get(store, shop.id or 0) is None
    with pytest.raises(NotFound):
        walk.remove(store, shop, ALICE, NOW)
    assert audit.verify(store).whole


def test_a_disabled_connection_calls_nobody(
    store: Store, vault: Vault, its_settings: Settings, shop: Connection
) -> None:
    off = walk.set_disabled(store, shop, True, ALICE, NOW)
    with pytest.raises(BadInput, match="disabled"):
        access.of(store, vault, its_settings, off)


@pytest.mark.parametrize("who", [BOB, VERA, None])
def test_only_an_admin_changes_connections(
    amazon: Running, store: Store, vault: Vault, its_settings: Settings, shop: Connection, who: Actor
) -> None:
    actions = (
        lambda: walk.save(store, vault, wanted(amazon, "New"), who, NOW),
        lambda: walk.edit(store, shop, who, NOW, name="x"),
        lambda: walk.replace_keys(store, vault, its_settings, shop, ("", "", ""), who, NOW),
        lambda: walk.set_disabled(store, shop, True, who, NOW),
        lambda: walk.remove(store, shop, who, NOW),
    )
    for act in actions:
        with pytest.raises(NotAllowed):
            act()
    if who is not BOB:
        with pytest.raises(NotAllowed):
            walk.finish_step(store, shop, "test", who, NOW)


def test_what_a_check_noted_meanwhile_is_nobodys_change_and_stays(store: Store, shop: Connection) -> None:
    line = CheckLine("who", "Amazon knows the key", "ok", "", 0.1, None, {"account_id": "123456789012"})
    checks.keep(store, shop, [line], ALICE, NOW + 1)
    walk.finish_step(store, shop, "test", ALICE, NOW + 2)
    walk.edit(store, shop, ALICE, NOW + 3, name="Shop one")
    kept = connections.by_id(store, shop.id or 0)
    assert kept is not None and kept.name == "Shop one" and kept.checked_at == NOW + 1
    assert "test" in walk.done(kept)


def test_an_edit_keeps_all_of_it_or_nothing(store: Store, shop: Connection) -> None:
    for refused in ({"from_address": "no address"}, {"kept": Kept(7, 1)}):
        with pytest.raises(BadInput):
            walk.edit(store, shop, ALICE, NOW, **{"name": "Shop one", "kept": Kept(7, 30), **refused})  # type: ignore[arg-type]
    walk.edit(store, shop, ALICE, NOW + 1, name="Shop two")
    with pytest.raises(Conflict):
        walk.edit(store, shop, ALICE, NOW + 2, name="Shop three", kept=Kept(7, 30))
    assert retention.kept(store, shop) == Kept(90, 400)
