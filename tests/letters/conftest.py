"""Mail for these tests, the keys it is signed with, and the names these are published under, on loopback."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "dns"))
from nameserver import Names, serving

HERE = Path(__file__).resolve().parent


@pytest.fixture
def names() -> Iterator[Names]:
    with serving() as here:
        yield here


@pytest.fixture(scope="module")
def published_names() -> Iterator[Names]:
    """A server that knows every key which the published mails' sources publish with them."""
    with serving() as here:
        for line in (HERE / "published" / "keys.zone").read_text().splitlines():
            if not line.startswith("#"):
                name, _, record = line.partition("\t")
                here.publish(name, "TXT", record)
        here.resolver.trouble["blackhole2.messiah.edu"] = "SERVFAIL"
        yield here
