"""One installation for all contract tests, started as a user would start it; each test gets a connection of its own."""

import itertools
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from contract.product import Account, Product
from stores import fresh_database

_numbers = itertools.count(1)


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def product(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    folder = Path(tmp_path_factory.mktemp("product"))
    with ExitStack() as stack:
        url = ""
        if request.param == "postgresql":
            url = stack.enter_context(fresh_database(request.getfixturevalue("pg_server")))
        product = Product(folder, url)
        process = product.start()
        yield product
        process.terminate()
        process.wait(20)


@pytest.fixture
def account(product: Product) -> Account:
    return product.connect(f"acct{next(_numbers)}")
