"""A PostgreSQL far away, on a narrow line, silent for a while or cut off, while posts never cease (F6)."""

import random
import tempfile
import time
from functools import partial
from pathlib import Path

from lame_wire import LameWire
from outpost import Load, Outpost, Post
from sizes import sizes

from benchmarks.torture import scene
from benchmarks.torture.row import Row, Trial, reckoned

SPELLS, QUICK = 120, 5
TROUBLES = ("far", "narrow", "silent", "cut", "well")
FAR, NARROW = 0.04, (0.002, 1024)  # seconds a piece is held up; seconds and bytes of a piece
PROMPT = 0.2  # seconds: the 99th percentile of /healthz
GROWTH = 64e6  # bytes of memory from the first trouble to the last
NAME = "PostgreSQL far, narrow, silent and cut off"


def trials(quick: bool) -> list[Trial]:
    """120 spells of trouble, a second or a few long."""
    return [Trial("slow", NAME, partial(_spells, QUICK if quick else SPELLS))]


def _spells(spells: int) -> Row:
    chance, asked = random.Random(6), list[float]()
    with scene.elephant() as own, tempfile.TemporaryDirectory(prefix="torture") as folder:
        wire = LameWire(own.port)
        with scene.ended(Outpost(Path(folder), own.database(wire.port))) as outpost:
            post = outpost.start()
            with Load(outpost, [post.port], threads=16, pause=0.05) as load:
                load.wait_for(200)
                before = sizes(outpost, post).memory
                for number in range(spells):
                    _suffer(wire, TROUBLES[number % len(TROUBLES)], chance, post, asked)
                load.wait_for(20, within=120)
                grown = sizes(outpost, post).memory - before
            tally = outpost.tally()
        wire.close()
    prompt = sorted(asked)[len(asked) * 99 // 100]
    note = f"/healthz p99 {prompt * 1000:.0f} ms of {len(asked):,} (target 200); memory {grown / 1e6:+.0f} MB (target 64)"
    return reckoned(NAME, spells, load, tally, prompt <= PROMPT and grown <= GROWTH, note)


def _suffer(wire: LameWire, trouble: str, chance: random.Random, post: Post, asked: list[float]) -> None:
    """One spell, with /healthz asked all the while."""
    if trouble == "far":
        wire.delay = FAR
    elif trouble == "narrow":
        wire.delay, wire.piece = NARROW
    elif trouble == "silent":
        wire.stall()
    elif trouble == "cut":
        wire.cut()
    until = time.monotonic() + chance.uniform(0.5, 6.0)
    while time.monotonic() < until:
        begun = time.monotonic()
        post.get("/healthz")
        asked.append(time.monotonic() - begun)
        time.sleep(0.05)
    wire.well()
