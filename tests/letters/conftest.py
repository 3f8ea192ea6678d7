"""Mail for these tests, and the names it is signed under, on loopback."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "dns"))
from nameserver import Names, serving

BODY = b"From: Shop <news@example.com>\r\nTo: you@example.net\r\nSubject: Hello\r\nDate: Tue, 24 Nov 2026 08:00:00 +0000\r\n\r\nGood morning.\r\n"


@pytest.fixture
def names() -> Iterator[Names]:
    with serving() as here:
        yield here
