"""The vault's key lost, wrong or unreadable: reports go on being stored, and no sealed value changes (F23)."""

import os
import secrets
from collections.abc import Callable
from pathlib import Path

import pytest
from outpost import Outpost, post
from servers import start_server

from core import keyring
from core.settings import Settings
from core.store import callbacks, credentials, meta, sealed
from core.store.engine import open_store
from core.store.tables import Credential
from core.vault import Secret, open_vault
from core.vault.owner import callback, credential
from core.vault.vault import CANARY, FILE_NAME, RING_NAME

BOTH = ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)]
POSTS = 10
Make = Callable[[str], Outpost]
Sealed = dict[tuple[object, ...], str]


def seal_something(outpost: Outpost) -> None:
    """A key for its connection and a second callback, both sealed, as the walk leaves them."""
    store = open_store(outpost.store_url)
    try:
        vault = open_vault(chosen(outpost), store)
        key = vault.seal(Secret("w" * 40), credential("u", "secret_access_key_sealed"))
        token = vault.seal(Secret("s" * 40), callback("u", "h" * 64))
        with store.write() as conn:
            credentials.put(
                conn,
                Credential(connection_id=outpost.connection_id, secret_access_key_sealed=key, changed_at=1),
            )
            callbacks.add(conn, outpost.connection_id, secrets.token_hex(20), True, token, 1)
    finally:
        store.close()


def all_sealed(outpost: Outpost) -> Sealed:
    """Every sealed value with its place, and the canary."""
    store = open_store(outpost.store_url)
    try:
        with store.read() as conn:
            found: Sealed = {
                (each.table, each.column, *each.key.values()): each.token for each in sealed.every(conn)
            }
            return {**found, (CANARY,): str(meta.get(conn, CANARY))}
    finally:
        store.close()


def chosen(outpost: Outpost) -> Settings:
    return Settings(data_dir=outpost.folder / "data", database_url=outpost.url)


def lose(file: Path) -> dict[str, str]:
    file.unlink()
    return {}


def another(file: Path) -> dict[str, str]:
    """Another key under the same name: the one mistake that no name gives away."""
    kid = file.read_text().partition(":")[0]
    file.write_text(f"{kid}:{keyring.new_entry().partition(':')[2]}\n")
    return {}


def spoil(file: Path) -> dict[str, str]:
    file.write_bytes(os.urandom(60))
    return {}


def foreign_in_the_environment(file: Path) -> dict[str, str]:
    file.unlink()
    return {RING_NAME: keyring.new_entry()}


FAULTS = [lose, another, spoil, foreign_in_the_environment]


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("database", BOTH, indirect=True)
def test_a_receiver_stores_on_without_the_key(
    database: str, make_outpost: Make, fault: Callable[[Path], dict[str, str]]
) -> None:
    outpost = make_outpost(database)
    seal_something(outpost)
    before = all_sealed(outpost)
    file = outpost.folder / "data" / FILE_NAME
    more = fault(file)
    left = file.read_bytes() if file.exists() else None
    receiver = outpost.start(**more)
    assert [receiver.send(outpost.message(number)) for number in range(POSTS)] == [200] * POSTS
    assert receiver.get("/readyz")[0] == 200
    assert receiver.ask_to_stop(60) == 0
    tally = outpost.tally()
    assert tally.whole and len(tally.ids) == POSTS
    assert all_sealed(outpost) == before and len(before) == 3
    assert (file.read_bytes() if file.exists() else None) == left, "no key is made in place of the lost one"


@pytest.mark.parametrize("fault", [lose, another])
def test_a_dashboard_with_the_vault_locked_stores_on_too(
    make_outpost: Make, fault: Callable[[Path], dict[str, str]]
) -> None:
    """What a person sees then: frame/test_parts."""
    outpost = make_outpost("")
    seal_something(outpost)
    before = all_sealed(outpost)
    data = outpost.folder / "data"
    fault(data / FILE_NAME)
    left = (data / FILE_NAME).read_bytes() if (data / FILE_NAME).exists() else None
    desk = start_server(data, SES_DESK_CERTIFICATE_DIR=str(outpost.folder / "certificates"))
    try:
        assert [post(desk.port, outpost.message(number)) for number in range(POSTS)] == [200] * POSTS
        assert desk.get("/")[0] == 200
    finally:
        desk.stop()
    tally = outpost.tally()
    assert tally.whole and len(tally.ids) == POSTS
    assert all_sealed(outpost) == before
    assert ((data / FILE_NAME).read_bytes() if (data / FILE_NAME).exists() else None) == left
