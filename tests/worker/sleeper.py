"""A worker in a process of its own whose one job has an effect that must not come twice: `sleeper.py URL DATA GATE`.

It says `begun` when it has looked what is to be done, waits until the file GATE is there, then writes the effect.
"""

import json
import os
import sys
import threading
import time
from pathlib import Path

from core.desk import Desk
from core.errors import Unavailable
from core.settings import Settings
from core.store import meta, open_store
from core.vault import open_vault
from core.worker import jobs

LEASE = 1_500  # ms
jobs.LEASE, jobs.RENEW, jobs.ASK_AGAIN = LEASE, 0.3, 0.2


def main(url: str, data: str, gate: str) -> None:
    """Work until killed."""
    store, chosen = open_store(url), Settings(data_dir=Path(data))

    def add_one(desk: Desk, now: int) -> int:
        done = json.loads(meta.get(desk.store, "effects") or "[]")
        if len(done) >= int(meta.get(desk.store, "asked") or 0):
            return 0
        print("begun", flush=True)
        while not Path(gate).exists():
            time.sleep(0.02)
        try:
            with desk.store.write() as conn:
                effects = json.loads(meta.get(conn, "effects") or "[]")
                meta.put(conn, "effects", json.dumps([*effects, os.getpid()]))
        except Unavailable as refused:
            print("refused", refused, flush=True)
            raise
        print("done", flush=True)
        return 1

    desk = Desk(store, open_vault(chosen, store), chosen)
    jobs.work(desk, threading.Event(), (jobs.Job("add-one", 0.5, add_one),))


if __name__ == "__main__":
    main(*sys.argv[1:])
