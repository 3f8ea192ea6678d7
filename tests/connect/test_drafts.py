"""A draft waits sealed, for its own sign-in, for fifteen minutes."""

import pytest
import sqlalchemy as sa

from core.connect import drafts
from core.errors import Locked
from core.store.engine import Store
from core.vault import Secret, Vault

NOW = 1_800_000_000_000
MINE, OTHER = "a" * 64, "b" * 64
TYPED = {
    "region": "eu-west-1",
    "port": 587,
    "lines": [{"key": "who"}],
    "secret_access_key": Secret("hush-hush-hush"),
}


def test_a_draft_comes_back_with_its_secrets_still_secret(store: Store, vault: Vault) -> None:
    drafts.put(store, vault, MINE, "connect", TYPED, NOW)
    assert drafts.get(store, vault, MINE, "connect", NOW + 1) == TYPED


def test_a_draft_ends_after_fifteen_minutes_or_when_cleared(store: Store, vault: Vault) -> None:
    drafts.put(store, vault, MINE, "connect", TYPED, NOW)
    assert drafts.get(store, vault, MINE, "connect", NOW + drafts.LIFE - 1)
    assert drafts.get(store, vault, MINE, "connect", NOW + drafts.LIFE) is None
    drafts.clear(store, MINE, "connect")
    assert drafts.get(store, vault, MINE, "connect", NOW) is None


def test_a_draft_belongs_to_one_sign_in_and_one_walk(store: Store, vault: Vault) -> None:
    drafts.put(store, vault, MINE, "connect", TYPED, NOW)
    assert drafts.get(store, vault, OTHER, "connect", NOW) is None
    assert drafts.get(store, vault, MINE, "quick-check", NOW) is None


def test_a_draft_copied_to_another_sign_in_stays_shut(store: Store, vault: Vault) -> None:
    drafts.put(store, vault, MINE, "connect", TYPED, NOW)
    with store.write() as conn:
        conn.execute(sa.text("UPDATE drafts SET session_hash = :other"), {"other": OTHER})
    with pytest.raises(Locked):
        drafts.get(store, vault, OTHER, "connect", NOW)


def test_nothing_readable_of_a_draft_is_in_the_store(store: Store, vault: Vault) -> None:
    drafts.put(store, vault, MINE, "connect", TYPED, NOW)
    with store.read() as conn:
        row = conn.execute(sa.text("SELECT sealed FROM drafts")).scalar_one()
    assert "hush" not in row and "eu-west-1" not in row


def test_a_newer_draft_replaces_the_older(store: Store, vault: Vault) -> None:
    drafts.put(store, vault, MINE, "connect", TYPED, NOW)
    drafts.put(store, vault, MINE, "connect", {"region": "us-east-1"}, NOW + 5)
    assert drafts.get(store, vault, MINE, "connect", NOW + 6) == {"region": "us-east-1"}
