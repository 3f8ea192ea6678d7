"""One receiver per store for a whole module; every test takes a line (connection, callback, topic) of its own."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from receiving import Desk, Line, desk
from sns_signer import Signer

from core.settings import Settings
from core.store import store as open_settled_store
from core.store.engine import Store


@pytest.fixture(scope="module")
def sqlite_store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    opened = open_settled_store(Settings(data_dir=Path(tmp_path_factory.mktemp("data"))))
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def post_office(sqlite_store: Store, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    signer = Signer()
    folder = signer.save(Path(tmp_path_factory.mktemp("certificates")))
    with desk(sqlite_store, folder, signer) as running:
        yield running


@pytest.fixture
def line(post_office: Desk) -> Line:
    return post_office.line()
