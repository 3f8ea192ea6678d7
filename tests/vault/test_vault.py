"""The vault is open with the key that sealed what is there, else locked with words; it never costs what is stored."""

import base64
import os
import secrets
from pathlib import Path

import pytest
from pydantic import SecretStr

from core.errors import BadInput, Locked
from core.settings import Settings
from core.store import connections, credentials, meta
from core.store.engine import Store
from core.store.tables import Connection, Credential
from core.vault import Secret, open_vault
from core.vault.owner import credential
from core.vault.rotation import left, rotate
from core.vault.vault import CANARY

NOW = 1_790_000_000_000
PLAIN = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"


def chosen(folder: Path, keys: str | None = None) -> Settings:
    return Settings(data_dir=folder, vault_keys=SecretStr(keys) if keys else None)


def entry(kid: str) -> str:
    return f"{kid}:{base64.b64encode(secrets.token_bytes(32)).decode()}"


def connect(store: Store, settings: Settings, name: str = "acme") -> Connection:
    """A connection with a sealed secret."""
    vault = open_vault(settings, store)
    with store.write() as conn:
        mine = connections.add(
            conn, Connection(name=name, region="eu-west-1", created_at=NOW, updated_at=NOW)
        )
        sealed = vault.seal(Secret(PLAIN), credential(mine.uuid, "secret_access_key_sealed"))
        credentials.put(
            conn, Credential(connection_id=mine.id or 0, secret_access_key_sealed=sealed, changed_at=NOW)
        )
    return mine


def sealed_of(store: Store, mine: Connection) -> str:
    row = credentials.get(store, mine.id or 0)
    assert row is not None and row.secret_access_key_sealed is not None
    return row.secret_access_key_sealed


def test_the_first_start_makes_a_key_file_that_its_owner_alone_may_read(store: Store, tmp_path: Path) -> None:
    vault = open_vault(chosen(tmp_path), store)
    assert vault.state == "open" and not vault.why
    assert (tmp_path / "vault.keys").stat().st_mode & 0o777 == 0o600
    assert [p.name for p in tmp_path.iterdir() if "vault" in p.name] == ["vault.keys"]


def test_a_second_start_uses_the_same_key(store: Store, tmp_path: Path) -> None:
    mine = connect(store, chosen(tmp_path))
    again = open_vault(chosen(tmp_path), store)
    owner = credential(mine.uuid, "secret_access_key_sealed")
    assert again.unseal(sealed_of(store, mine), owner).reveal() == PLAIN


def test_a_lost_key_file_locks_the_vault_and_is_not_made_anew(store: Store, tmp_path: Path) -> None:
    mine = connect(store, chosen(tmp_path))
    before = sealed_of(store, mine)
    (tmp_path / "vault.keys").unlink()
    vault = open_vault(chosen(tmp_path), store)
    assert vault.state == "locked"
    assert "is gone" in vault.why and "backup" in vault.why
    assert not (tmp_path / "vault.keys").exists()
    assert sealed_of(store, mine) == before


def test_a_lost_file_locks_even_when_only_the_canary_was_sealed(store: Store, tmp_path: Path) -> None:
    open_vault(chosen(tmp_path), store)
    (tmp_path / "vault.keys").unlink()
    assert open_vault(chosen(tmp_path), store).state == "locked"
    assert not (tmp_path / "vault.keys").exists()


def test_a_lost_file_locks_even_when_the_canary_is_gone_but_something_is_sealed(
    store: Store, tmp_path: Path
) -> None:
    connect(store, chosen(tmp_path))
    with store.write() as conn:
        meta.remove(conn, CANARY)
    (tmp_path / "vault.keys").unlink()
    assert open_vault(chosen(tmp_path), store).state == "locked"


def test_a_wrong_key_locks_and_changes_nothing(store: Store, tmp_path: Path) -> None:
    mine = connect(store, chosen(tmp_path, entry("k1")))
    before, canary = sealed_of(store, mine), meta.get(store, CANARY)
    for wrong in (entry("k1"), entry("k2")):
        vault = open_vault(chosen(tmp_path, wrong), store)
        assert vault.state == "locked" and "Nothing was changed" in vault.why
        with pytest.raises(Locked):
            vault.seal(Secret("x"), credential(mine.uuid, "secret_access_key_sealed"))
        with pytest.raises(Locked):
            vault.unseal(before, credential(mine.uuid, "secret_access_key_sealed"))
    assert (sealed_of(store, mine), meta.get(store, CANARY)) == (before, canary)


def test_a_wrong_key_with_no_canary_is_noticed_by_what_is_sealed(store: Store, tmp_path: Path) -> None:
    connect(store, chosen(tmp_path, entry("k1")))
    with store.write() as conn:
        meta.remove(conn, CANARY)
    assert open_vault(chosen(tmp_path, entry("k1")), store).state == "locked"
    assert meta.get(store, CANARY) is None


def test_a_key_that_cannot_be_read_locks_with_the_name_of_the_setting(store: Store, tmp_path: Path) -> None:
    vault = open_vault(chosen(tmp_path, "k1:short"), store)
    assert vault.state == "locked" and "SES_DESK_VAULT_KEYS" in vault.why


@pytest.mark.skipif(os.name != "posix", reason="file modes are POSIX")
@pytest.mark.parametrize("mode", [0o644, 0o640, 0o604, 0o660])
def test_a_key_file_that_others_may_read_locks_with_the_command_that_mends_it(
    store: Store, tmp_path: Path, mode: int
) -> None:
    open_vault(chosen(tmp_path), store)
    (tmp_path / "vault.keys").chmod(mode)
    vault = open_vault(chosen(tmp_path), store)
    assert vault.state == "locked" and "chmod 600" in vault.why
    (tmp_path / "vault.keys").chmod(0o600)
    assert open_vault(chosen(tmp_path), store).state == "open"


def test_a_damaged_key_file_locks(store: Store, tmp_path: Path) -> None:
    open_vault(chosen(tmp_path), store)
    (tmp_path / "vault.keys").write_bytes(b"\xff\xfe\x00")
    assert open_vault(chosen(tmp_path), store).state == "locked"


def test_a_row_copied_to_another_connection_does_not_open(store: Store, tmp_path: Path) -> None:
    settings = chosen(tmp_path)
    alice, mallory = connect(store, settings, "alice"), connect(store, settings, "mallory")
    stolen = sealed_of(store, alice)
    with store.write() as conn:
        credentials.put(
            conn, Credential(connection_id=mallory.id or 0, secret_access_key_sealed=stolen, changed_at=NOW)
        )
    with pytest.raises(Locked):
        open_vault(settings, store).unseal(
            sealed_of(store, mallory), credential(mallory.uuid, "secret_access_key_sealed")
        )


def test_nothing_empty_is_sealed(store: Store, tmp_path: Path) -> None:
    with pytest.raises(BadInput):
        open_vault(chosen(tmp_path), store).seal(Secret(""), credential("u", "secret_access_key_sealed"))


def test_the_database_holds_no_plain_secret(tmp_path: Path) -> None:
    from core.store import store as open_settled_store

    settings = chosen(tmp_path)
    opened = open_settled_store(settings)
    connect(opened, settings)
    opened.close()
    for file in tmp_path.glob("ses-desk.db*"):
        assert PLAIN.encode() not in file.read_bytes()


def test_rotation_seals_everything_anew_and_then_the_old_key_may_go(store: Store, tmp_path: Path) -> None:
    old, new = entry("k1"), entry("k2")
    mine = connect(store, chosen(tmp_path, old))
    both = open_vault(chosen(tmp_path, f"{new},{old}"), store)
    assert left(store) == {"k1": 1}
    assert rotate(store, both) == {"k2": 1}
    alone = open_vault(chosen(tmp_path, new), store)
    assert alone.state == "open"
    owner = credential(mine.uuid, "secret_access_key_sealed")
    assert alone.unseal(sealed_of(store, mine), owner).reveal() == PLAIN
    assert open_vault(chosen(tmp_path, old), store).state == "locked"


def test_rotation_twice_changes_nothing_more(store: Store, tmp_path: Path) -> None:
    old, new = entry("k1"), entry("k2")
    mine = connect(store, chosen(tmp_path, old))
    both = open_vault(chosen(tmp_path, f"{new},{old}"), store)
    rotate(store, both)
    token = sealed_of(store, mine)
    rotate(store, both)
    assert sealed_of(store, mine) == token
