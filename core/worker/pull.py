"""The pullers of this process: one per queue of events, begun and ended as queues come and go."""

import threading
import time

from core.aws.pulling import LONG_POLL
from core.desk import Desk
from core.errors import SesDeskError
from core.log import log
from core.store import queues
from core.worker.puller import Puller

LOOK = 2.0  # seconds between two looks at which queues there are


class Pullers:
    """Any number of processes may pull from the same queue: Amazon gives each message to one of them at a time."""

    def __init__(self, desk: Desk, stop: threading.Event, wait: int = LONG_POLL) -> None:
        self._desk, self._stop, self._wait = desk, stop, wait
        self._at_work: dict[int, Puller] = {}

    @property
    def at_work(self) -> list[Puller]:
        """Those that read just now."""
        return list(self._at_work.values())

    def look(self) -> None:
        """Begin with queues that are new, end with those that are gone. Raises Unavailable."""
        wanted = [queue.id or 0 for queue in queues.all(self._desk.store) if queue.kind == queues.EVENTS]
        for queue_id in [each for each in self._at_work if each not in wanted]:
            self._at_work.pop(queue_id).stop()
        for queue_id in wanted:
            puller = self._at_work.get(queue_id)
            if puller is None or not puller.thread.is_alive():
                self._at_work[queue_id] = Puller(self._desk, queue_id, self._stop, self._wait)
                self._at_work[queue_id].thread.start()

    def run(self) -> None:
        """Look again and again until told to stop."""
        while not self._stop.is_set():
            try:
                self.look()
            except SesDeskError as error:
                log.warning("the list of queues cannot be read just now", reason=str(error))
            except Exception:  # a fault of ours must not end the pulling
                log.exception("looking for queues failed")
            self._stop.wait(LOOK)

    def settle(self, seconds: float) -> None:
        """Let every commit and the deletion after it finish. A poll that merely waits for messages is left behind."""
        until = time.monotonic() + seconds
        for puller in self.at_work:
            puller.settle(max(0.0, until - time.monotonic()))
