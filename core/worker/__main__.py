"""`python -m core.worker`: the background jobs and the queues alone, until SIGTERM."""

import signal
import sys
import threading

from core import log
from core.desk import Desk
from core.errors import SesDeskError
from core.settings import settings
from core.store import store
from core.vault import open_vault
from core.worker.run import run


def main() -> int:
    """Open the desk, work until told to stop. Exit 1 with one sentence when the store cannot be used."""
    log.set_up()
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    try:
        chosen = settings()
        opened = store(chosen)
        desk = Desk(opened, open_vault(chosen, opened), chosen)
    except SesDeskError as error:
        print(error, file=sys.stderr)
        return 1
    log.log.info("worker-started", store=opened.dialect, vault=desk.vault.state)
    run(desk, stop)
    log.log.info("worker-stopped")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
