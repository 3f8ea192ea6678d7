"""Whose turn it is to write: who queues gets it in the end, who only glances gives up, and a glance suffices for a short wait."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from core.errors import Unavailable
from core.store.turn import Turn


@contextmanager
def held(path: Path) -> Iterator[threading.Event]:
    """Somebody else has the turn until the event is set (or the block ends)."""
    got, go = threading.Event(), threading.Event()

    def hold() -> None:
        with Turn(path).taken():
            got.set()
            go.wait(20)

    thread = threading.Thread(target=hold)
    thread.start()
    assert got.wait(20)
    try:
        yield go
    finally:
        go.set()
        thread.join(20)


@pytest.mark.parametrize("patience", [0, 0.002])
def test_who_does_not_queue_is_told_that_it_is_busy(tmp_path: Path, patience: float) -> None:
    with (
        held(tmp_path / "a.lock"),
        pytest.raises(Unavailable, match="busy"),
        Turn(tmp_path / "a.lock").taken(patience),
    ):
        raise AssertionError("two had the turn")
    with Turn(tmp_path / "a.lock").taken(patience):
        pass  # and nothing was left behind


@pytest.mark.parametrize("patience", [2.0, 5.0])
def test_who_waits_gets_it_once_it_is_given_back(tmp_path: Path, patience: float) -> None:
    with held(tmp_path / "a.lock") as go:
        threading.Timer(0.05, go.set).start()
        with Turn(tmp_path / "a.lock").taken(patience):
            assert go.is_set()
