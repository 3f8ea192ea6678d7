"""A demo Amazon for tests that call it with our own code, and the cast who may or may not do so."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from core.aws import pace
from core.aws.access import Access
from core.aws.credentials import Credentials
from core.demo import process
from core.demo.running import Running, running
from core.members.actor import SignedIn
from core.settings import Settings
from core.store.engine import Store
from core.vault import Secret, Vault, open_vault

ALICE = SignedIn(1, "alice", "admin", None, "a" * 64)
BOB = SignedIn(2, "bob", "operator", None, "b" * 64)
VERA = SignedIn(3, "vera", "viewer", None, "c" * 64)
MALLORY = SignedIn(4, "mallory", "operator", frozenset(), "d" * 64)  # an operator who may see nothing


@pytest.fixture(scope="module")
def _running() -> Iterator[Running]:
    with running() as here:
        here.amazon.world.tuning.event_delay = 0.05
        here.amazon.world.tuning.rate_limits = False
        yield here


@pytest.fixture
def amazon(_running: Running, monkeypatch: pytest.MonkeyPatch) -> Iterator[Running]:
    """A demo Amazon on loopback; demo connections find it. Its faults end with the test."""
    monkeypatch.setattr(process, "ensure", lambda settings: _running.demo)
    monkeypatch.setattr(process, "running_now", lambda settings: _running.demo)
    before = {code: region.production for code, region in _running.amazon.world.regions.items()}
    yield _running
    _running.amazon.faults.clear()
    _running.amazon.world.tuning.control_rate = 0
    pace.forget()
    _running.amazon.drops.clear()
    for code, region in _running.amazon.world.regions.items():
        region.production, region.sending, region.enforcement = before[code], True, "HEALTHY"


@pytest.fixture(params=[0, 1], ids=["free", "one a second"])
def rate(request: pytest.FixtureRequest, amazon: Running) -> int:
    """How many control calls a second and region the demo Amazon lets pass: all (0), and as many as Amazon's own documentation says."""
    amazon.amazon.world.tuning.control_rate = request.param
    amazon.amazon.paced.clear()
    return int(request.param)


def credentials_of(amazon: Running) -> Credentials:
    """The demo's own key pair."""
    return Credentials("keys", Secret(amazon.demo.access_key_id), Secret(amazon.demo.secret_access_key))


@pytest.fixture
def way(amazon: Running) -> Access:
    """Access to the demo's account in Ireland."""
    demo = amazon.demo
    return Access(
        credentials_of(amazon), "eu-west-1", endpoint_url=demo.endpoint_url,
        smtp_server=demo.smtp_host, smtp_port=demo.smtp_port, trusted_pem=demo.smtp_ca_pem,
    )  # fmt: skip


@pytest.fixture
def its_settings(tmp_path: Path) -> Settings:
    """Settings with a data folder of the test's own."""
    return Settings(data_dir=tmp_path, public_url="https://mail.example.com", _env_file=None)


@pytest.fixture
def vault(its_settings: Settings, store: Store) -> Vault:
    """An open vault over the test's store."""
    return open_vault(its_settings, store)
