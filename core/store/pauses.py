"""When SES Desk was not running: told by the watch, which notes that it is awake. Times in ms."""

import json

from core.moment import DAY, MINUTE
from core.store import meta
from core.store.rows import Source, writing

NAME = "awake"
LONGEST = 15 * MINUTE  # without a note: it was not running
KEPT = 90 * DAY
MOST = 200

Pauses = list[tuple[int, int]]


def note(source: Source, now: int) -> None:
    """Note that somebody is awake now; a long time since the last note was a pause."""
    with writing(source) as conn:
        last, pauses = _read(conn)
        if last and now - last > LONGEST:
            pauses = [*pauses, (last, now)]
        kept = [pause for pause in pauses if pause[1] > now - KEPT][-MOST:]
        meta.put(conn, NAME, json.dumps({"last": max(last, now), "pauses": kept}))


def pauses(source: Source, since: int, until: int) -> Pauses:
    """The pauses that touch a span."""
    return [one for one in _read(source)[1] if one[0] < until and one[1] > since]


def _read(source: Source) -> tuple[int, Pauses]:
    kept = meta.get(source, NAME)
    if not kept:
        return 0, []
    said = json.loads(kept)
    return int(said["last"]), [(int(start), int(end)) for start, end in said["pauses"]]
