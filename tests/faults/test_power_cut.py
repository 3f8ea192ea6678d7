"""The power goes at any moment: what was synced by then, put together again, holds everything acknowledged by then (F2).

A recording wrapper notes every write, sync and answer of a receiver. A cut keeps of each file what was synced before it,
and of what was not synced any part, as a disk may.
"""

import os
import random
import shutil
import struct
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from outpost import Outpost

from core.store.engine import open_store

CUTS, POSTS = int(os.environ.get("SES_DESK_POWER_CUTS", "40")), 25
SOURCE = Path(__file__).with_name("power.c")
HEAD = struct.Struct("=4q")


@dataclass(frozen=True, slots=True)
class Step:
    kind: str  # Write, Truncate, Sync, Answer
    file: int
    at: int
    data: bytes


def recorded(path: Path) -> list[Step]:
    whole, at, steps = path.read_bytes(), 0, []
    while at < len(whole):
        kind, file, place, size = HEAD.unpack_from(whole, at)
        at += HEAD.size
        steps.append(Step(chr(kind), file, place, whole[at : at + size]))
        at += size
    return steps


def after_the_cut(steps: list[Step], before: bytes, chance: random.Random) -> list[bytes]:
    """The database and its log as the disk may have them."""
    found = []
    for file, start in ((0, before), (1, b"")):
        mine = [step for step in steps if step.file == file]
        last = max((place for place, step in enumerate(mine) if step.kind == "S"), default=-1)
        state = bytearray(start)
        for place, step in enumerate(mine):
            if place > last and chance.random() < 0.5:
                continue
            if step.kind == "W":
                state.extend(bytes(max(step.at + len(step.data) - len(state), 0)))
                state[step.at : step.at + len(step.data)] = step.data
            elif step.kind == "T":
                del state[step.at :]
        found.append(bytes(state))
    return found


def test_whenever_the_power_goes_everything_acknowledged_is_there(
    make_outpost: Callable[[], Outpost], tmp_path: Path
) -> None:
    compiler = shutil.which("cc") or shutil.which("gcc")
    if compiler is None:
        pytest.skip("No C compiler for the recording wrapper: apt-get install gcc")
    library, notes = tmp_path / "power.so", tmp_path / "power.bin"
    words = [compiler, "-shared", "-fPIC", "-O1", "-w", "-o", str(library), str(SOURCE), "-ldl"]
    subprocess.run(words, check=True, timeout=60)
    outpost = make_outpost()
    before = (outpost.folder / "data" / "ses-desk.db").read_bytes()
    post = outpost.start(LD_PRELOAD=str(library), POWER_FILE=str(notes))
    told = []
    for number in range(POSTS):
        message = outpost.message(number)
        assert post.send(message) == 200
        told.append(message[0])
    post.kill()
    steps = recorded(notes)
    answers = [place for place, step in enumerate(steps) if step.kind == "A"][
        -POSTS:
    ]  # the first are of /healthz
    assert len(answers) == POSTS and {step.kind for step in steps} >= {"W", "S"}
    chance = random.Random(5)
    for number in range(CUTS):
        cut = chance.choice(answers) + 1 if number % 2 else chance.randrange(len(steps))
        database, log = after_the_cut(steps[:cut], before, chance)
        folder = tmp_path / f"cut{number}"
        folder.mkdir()
        (folder / "ses-desk.db").write_bytes(database)
        (folder / "ses-desk.db-wal").write_bytes(log)
        store = open_store(f"sqlite:///{folder / 'ses-desk.db'}")
        with store.read() as conn:
            assert conn.exec_driver_sql("PRAGMA integrity_check").scalar() == "ok"
            stored = {row[0] for row in conn.exec_driver_sql("SELECT sns_message_id FROM notifications")}
            events = conn.exec_driver_sql("SELECT count(*) FROM events").scalar()
        store.close()
        acknowledged = set(told[: sum(place < cut for place in answers)])
        assert acknowledged <= stored and events == len(stored), f"cut at step {cut} of {len(steps)}"
