"""A move to PostgreSQL while Amazon goes on posting: 503 for as long as it lasts, nothing lost, nothing twice (F22)."""

import os
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest
from elephant import Elephant
from outpost import ROOT, Load, Outpost

from core.store.engine import open_store
from core.store.migrate import migrate
from core.store.move import move

WAITS = "SELECT count(*) FROM pg_locks JOIN pg_database d ON d.oid = database WHERE NOT granted AND datname = current_database()"


def until(ready: Callable[[], object], seconds: float = 60) -> None:
    ended = time.monotonic() + seconds
    while not ready():
        assert time.monotonic() < ended
        time.sleep(0.02)


@pytest.mark.postgres
def test_while_everything_moves_posts_are_put_off_and_come_through_at_the_new_place(
    elephant: Elephant, make_outpost: Callable[[], Outpost]
) -> None:
    outpost, target = make_outpost(), elephant.database()
    empty = open_store(target)
    migrate(empty)
    empty.close()
    post = outpost.start()
    with Load(outpost, [post.port]) as load, psycopg.connect(target.replace("+psycopg", "")) as holder:
        load.wait_for(20)
        holder.execute("LOCK TABLE events IN SHARE MODE")  # it comes as far as this table
        moving = subprocess.Popen(
            [sys.executable, "-m", "core.admin", "move", "--to", target], cwd=ROOT, env=outpost.environment,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        try:
            until(lambda: holder.execute(WAITS.encode()).fetchone() != (0,))
            moving.send_signal(signal.SIGSTOP)  # a move of hours, as far as the receiver can tell
            holder.rollback()
            until(lambda: load.answers[503] >= 4)
            before = len(load.acknowledged)
            assert post.get("/healthz")[0] == 200
            until(lambda: post.get("/readyz")[0] == 503)
            assert len(load.acknowledged) == before
            moving.send_signal(signal.SIGCONT)
            assert moving.wait(120) == 0
        finally:
            moving.kill()
            moving.wait()
        put_off = load.answers[503]
        until(lambda: load.answers[503] >= put_off + 4)  # the old place takes nothing any more
        assert len(load.acknowledged) == before and post.get("/readyz")[0] == 503
        assert post.ask_to_stop() == 0
        load.ports[:] = [outpost.start(SES_DESK_DATABASE_URL=target).port]
        load.wait_for(20)
    assert set(load.answers) == {200, 503}
    outpost.url = target
    tally = outpost.tally()
    assert load.acknowledged <= set(tally.ids) and tally.whole


@pytest.mark.postgres
def test_a_power_cut_does_not_forget_that_it_was_moved(
    elephant: Elephant, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The note that keeps the old place shut is synced, and then the entry of its folder."""
    old = open_store(f"sqlite:///{tmp_path / 'old.db'}")
    migrate(old)
    synced: list[str] = []
    true = os.fsync

    def fsync(handle: int) -> None:
        is_folder = stat.S_ISDIR(os.fstat(handle).st_mode)
        synced.append(("folder " if is_folder else "file ") + os.readlink(f"/proc/self/fd/{handle}"))
        true(handle)

    monkeypatch.setattr(os, "fsync", fsync)
    move(old, elephant.database(), lambda *_: None)
    old.close()
    assert synced == [f"file {tmp_path / 'old.db.moved'}", f"folder {tmp_path}"]
