"""The limit: what one message costs at the very least, as the sum of its parts, each measured alone in the same run.

HTTP by the floor; reading, verifying and parsing as the receiver does them; writing in batches of 256. No handing over,
no waiting, no second process: nobody reaches it. The load generator's own cost belongs to it, on the same cores.
"""

import gc
import os
import statistics
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from benchmarks.corpus import Signer
from benchmarks.serving import Round

BATCH = 256
PARTS = ("envelope", "signature", "parse", "write")


def parts(folder: Path, signer: Signer, notifications: Sequence[dict[str, Any]]) -> dict[str, float]:
    """CPU of the single steps in this process, microseconds per message."""
    from core.events.event import Notification
    from core.events.parse import parse
    from core.receiver.certificate import read_certificate
    from core.receiver.envelope import read_envelope
    from core.receiver.signature import is_signed
    from core.settings import Settings
    from core.store import callbacks, connections, store
    from core.store.record import record
    from core.store.tables import Connection

    opened = store(Settings(data_dir=Path(tempfile.mkdtemp(dir=folder))))
    now = int(time.time() * 1000)
    with opened.write() as conn:
        made = connections.add(
            conn, Connection(uuid="b", name="b", region=signer.region, created_at=now, updated_at=now)
        )
        callbacks.add(conn, made.id or 0, "t" * 32, False, None, now)
    bodies = [signer.body(one) for one in notifications]
    key = read_certificate(signer.pem).key
    assert key is not None
    gc.collect()
    gc.freeze()  # as the receiver does
    gc.disable()

    def timed(work: Callable[[], Any]) -> tuple[float, Any]:
        begun = time.process_time()
        result = work()
        return (time.process_time() - begun) / len(bodies) * 1e6, result

    try:
        envelope, read = timed(lambda: [read_envelope(body) for body in bodies])
        signature, good = timed(
            lambda: [is_signed(key, e.signature_version, e.signature, e.signed) for e in read]
        )
        made_of = [
            Notification(made.id or 0, None, e.message_id, e.subject, e.message, e.published_at, now, e.signature_version)
            for e in read
        ]  # fmt: skip
        parsing, taken = timed(lambda: [(one, parse(one)) for one in made_of])

        def write() -> int:
            new = 0
            for place in range(0, len(taken), BATCH):
                with opened.write() as conn:
                    new += sum(record(conn, taken[place : place + BATCH]))
            return new

        writing, new = timed(write)
    finally:
        gc.enable()
        gc.unfreeze()
        opened.close()
    if not all(good) or new != len(bodies):
        raise RuntimeError(f"{len(bodies)} messages, {sum(good)} verified, {new} stored")
    return dict(zip(PARTS, (envelope, signature, parsing, writing), strict=True))


def summed(floors: Sequence[Round], costs: Sequence[dict[str, float]]) -> tuple[dict[str, float], float]:
    """The medians of the parts in microseconds, and the messages per second that all cores together could take."""
    told = {"HTTP": statistics.median(one.cpu for one in floors)}
    told |= {name: statistics.median(cost[name] for cost in costs) for name in PARTS}
    client = statistics.median(one.client for one in floors)
    return told, cores() * 1e6 / (sum(told.values()) + client)


def cores() -> int:
    """How many this process may use."""
    return len(os.sched_getaffinity(0))
