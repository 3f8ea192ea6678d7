"""Killing a set-up for good: SIGKILL to the process that applies it, after a step or while a call is on its way."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from houses import House
from servers import ROOT, environment

from core import moment
from core.demo import process
from core.setup import hold, looking, site

HANG = {"name": "timeout-after", "seconds": 10.0}  # the call is carried out, and its answer never comes


class Walker:
    """Processes on the house's store and data folder that apply set-ups, one at a time."""

    def __init__(self, house: House) -> None:
        self.house = house
        folder = house.desk.settings.folder
        (folder / process.FOLDER).mkdir(exist_ok=True)
        process.announce(folder / process.FOLDER, house.amazon.demo)
        url = house.store.engine.url.render_as_string(hide_password=False)
        more = {"SES_DESK_DATABASE_URL": url, "PORT": os.environ["PORT"], "PYTHONPATH": str(ROOT)}
        self._process = subprocess.Popen(
            [sys.executable, str(Path(__file__).with_name("walker.py"))], cwd=ROOT, env=environment(folder, **more),
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, start_new_session=True,
        )  # fmt: skip
        self.said: list[str] = []
        self._reading = threading.Thread(target=self._read, daemon=True)
        self._reading.start()

    def _read(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            self.said.append(line.strip())

    def killed_after(self, number: int, step: str) -> None:
        """Kill the walk when this step is done and its line was said."""
        self._kill(number, step, lambda: "standing" in self.said)
        assert [line for line in self.said if line.startswith("tick")][-1].split()[1] == step

    def killed_at(self, number: int, call: int) -> None:
        """Kill the walk when this call of it was carried out in Amazon, before it hears so."""
        amazon = self.house.amazon.amazon
        amazon.calls.clear()
        amazon.faults.add({**HANG, "after": call})
        self._kill(number, "", lambda: len(amazon.calls) > call)
        amazon.faults.clear()

    def _kill(self, number: int, step: str, there: Callable[[], bool]) -> None:
        self.said.clear()
        wish = {"connection": self.house.connection.id, "set_up": number, "stand_after": step}
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(wish) + "\n")
        self._process.stdin.flush()
        self._until(there)
        os.kill(int(self._heard("begun")), signal.SIGKILL)
        assert self._heard("ended") == str(-signal.SIGKILL)

    def _heard(self, word: str) -> str:
        self._until(lambda: any(line.startswith(word) for line in self.said))
        return next(line for line in self.said if line.startswith(word)).split()[1]

    def _until(self, there: Callable[[], bool]) -> None:
        ended = time.monotonic() + 60
        while not there():
            gone = [line for line in self.said if line.startswith("ended")]
            assert not gone and self._process.poll() is None, f"it ended by itself: {self.said}"
            assert time.monotonic() < ended, self.said
            time.sleep(0.005)

    def close(self) -> None:
        """End it, and a walk that may still stand."""
        os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        self._reading.join(5)
        for pipe in (self._process.stdin, self._process.stdout):
            assert pipe is not None
            pipe.close()


@pytest.fixture
def walker(house: House) -> Iterator[Walker]:
    made = Walker(house)
    yield made
    made.close()


@contextmanager
def after_its_lease(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """While it lasts, walks happen at a time when the lease of one that died just now has run out."""

    def later() -> int:
        return moment.now() + hold.LENGTH + moment.SECOND

    def opened(*given: Any, **more: Any) -> site.Site:
        return site.open_site(*given, **{**more, "clock": later})

    with monkeypatch.context() as patch:
        patch.setattr(looking, "open_site", opened)
        yield
