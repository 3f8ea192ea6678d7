"""Set-ups applied in processes that somebody kills: `walker.py`, then on stdin a line of JSON for each walk.

Each walk is a process of its own, forked from this one so that what is read in is read once; this one has opened
no store and no connection. A walk says each line as it comes, stands still after the step it was told, and who ended it is told at last.
"""

import json
import os
import signal
import sys
from typing import Any

from core.aws.client import client
from core.aws.credentials import Credentials
from core.desk import Desk
from core.members.actor import Cli
from core.settings import Settings
from core.setup import saga
from core.store import connections
from core.store.engine import open_store
from core.vault import Secret, open_vault

SERVICES = ("sns", "sqs", "ses", "sesv2")
DONE = ("made", "changed", "reused")


def main() -> None:
    """Walk until nobody wants it any more."""
    for service in SERVICES:  # what boto3 reads of each is kept for all that are forked
        client(
            service, Credentials("keys", Secret("none"), Secret("none")), "eu-west-1", "http://127.0.0.1:9"
        )
    for line in sys.stdin:
        child = os.fork()
        if not child:
            try:
                walk(**json.loads(line))
            finally:
                os._exit(0)
        say("begun", child)
        _, status = os.waitpid(child, 0)
        say("ended", os.waitstatus_to_exitcode(status))


def walk(connection: int, set_up: int, stand_after: str) -> None:
    """One set-up applied, as the dashboard does; it stands still for ever once that step is done."""
    chosen = Settings()
    store = open_store(chosen.store_url)
    desk = Desk(store, open_vault(chosen, store), chosen)
    found = connections.by_id(store, connection)
    assert found is not None
    for line in saga.apply(desk, found, set_up, Cli()):
        say("tick", line.key, line.state)
        if line.key == stand_after and line.state in DONE:
            say("standing")
            while True:
                signal.pause()


def say(*words: Any) -> None:
    """One line, in one piece."""
    os.write(1, (" ".join(map(str, words)) + "\n").encode())


if __name__ == "__main__":
    main()
