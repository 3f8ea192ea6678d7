"""A power cut: the file as a disk may have it at any moment, put together from what was synced by then.

A recording wrapper notes every write, sync and answer of a receiver. A cut keeps of each file what was synced before it,
and of what was not synced any part, as a disk may.
"""

import random
import shutil
import struct
import subprocess
from dataclasses import dataclass
from pathlib import Path

from outpost import Outpost

from core.store.engine import open_store

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


def library(folder: Path, compiler: str) -> Path:
    """The recording wrapper, compiled."""
    made = folder / "power.so"
    words = [compiler, "-shared", "-fPIC", "-O1", "-w", "-o", str(made), str(SOURCE), "-ldl"]
    subprocess.run(words, check=True, timeout=60)
    return made


def lost_by_cuts(outpost: Outpost, folder: Path, compiler: str, posts: int, cuts: int) -> list[str]:
    """Post so many messages, cut the power so often; what was wrong afterwards, in words. Half of the cuts follow an answer."""
    notes = folder / "power.bin"
    before = (outpost.folder / "data" / "ses-desk.db").read_bytes()
    post = outpost.start(LD_PRELOAD=str(library(folder, compiler)), POWER_FILE=str(notes))
    told = []
    for number in range(posts):
        message = outpost.message(number)
        assert post.send(message) == 200
        told.append(message[0])
    post.kill()
    steps = recorded(notes)
    answers = [place for place, step in enumerate(steps) if step.kind == "A"][-posts:]  # /healthz came first
    assert len(answers) == posts and {step.kind for step in steps} >= {"W", "S"}
    chance, wrong = random.Random(5), []
    for number in range(cuts):
        cut = chance.choice(answers) + 1 if number % 2 else chance.randrange(len(steps))
        place = folder / f"cut{number}"
        place.mkdir()
        database, log = after_the_cut(steps[:cut], before, chance)
        (place / "ses-desk.db").write_bytes(database)
        (place / "ses-desk.db-wal").write_bytes(log)
        acknowledged = set(told[: sum(at < cut for at in answers)])
        if said := _wrong(place / "ses-desk.db", acknowledged):
            wrong.append(f"cut at step {cut} of {len(steps)}: {said}")
        shutil.rmtree(place)
    return wrong


def _wrong(database: Path, acknowledged: set[str]) -> str:
    store = open_store(f"sqlite:///{database}")
    try:
        with store.read() as conn:
            whole = conn.exec_driver_sql("PRAGMA integrity_check").scalar()
            stored = {row[0] for row in conn.exec_driver_sql("SELECT sns_message_id FROM notifications")}
            events = conn.exec_driver_sql("SELECT count(*) FROM events").scalar()
    finally:
        store.close()
    if whole != "ok":
        return str(whole)
    if missing := acknowledged - stored:
        return f"{len(missing)} acknowledged are missing"
    return "" if events == len(stored) else f"{len(stored)} notifications, {events} events"
