"""One receiver per store for a whole module; every test takes a line (connection, callback, topic) of its own.

A module that shall run on PostgreSQL as well says `pytestmark = on_both`.
"""

from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
import sqlalchemy as sa
from receiving import Desk, Line, desk
from sns_signer import Signer

from core.settings import Settings
from core.store import store as open_settled_store
from core.store.engine import Store


@pytest.fixture(scope="module")
def office_store(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    folder = Path(tmp_path_factory.mktemp("data"))
    url = ""
    if getattr(request, "param", "sqlite") == "postgresql":
        server: sa.URL = request.getfixturevalue("pg_server")
        name = f"t{uuid4().hex}"
        admin = sa.create_engine(server, isolation_level="AUTOCOMMIT")
        with admin.connect() as conn:
            conn.execute(sa.text(f"CREATE DATABASE {name}"))
        admin.dispose()
        url = server.set(database=name).render_as_string(hide_password=False)
    opened = open_settled_store(Settings(data_dir=folder, database_url=url))
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def post_office(office_store: Store, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    signer = Signer()
    folder = signer.save(Path(tmp_path_factory.mktemp("certificates")))
    with desk(office_store, folder, signer) as running:
        yield running


@pytest.fixture
def line(post_office: Desk) -> Line:
    return post_office.line()
