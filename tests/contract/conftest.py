"""One installation for all contract tests, started as a user would start it; each test gets a connection of its own."""

import itertools
from collections.abc import Iterator
from pathlib import Path

import pytest
from contract.product import Account, Product

_numbers = itertools.count(1)


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def product(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    url = ""
    if request.param == "postgresql":
        url = request.getfixturevalue("pg_server").render_as_string(hide_password=False)
    product = Product(Path(tmp_path_factory.mktemp("product")), url)
    process = product.start()
    yield product
    process.terminate()
    process.wait(20)


@pytest.fixture
def account(product: Product) -> Account:
    return product.connect(f"acct{next(_numbers)}")
