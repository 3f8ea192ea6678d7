"""How far a drill came: every hop ticks only when it was seen, and the marks on our list go with the drill's end."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from core.diagnosis.diagnosis import Diagnosis
from core.drill import hops
from core.drill.hops import Hop
from core.drill.pieces import MAILS, REASON, Sent, as_text, from_text
from core.errors import NotFound
from core.store import audit, connections, drills, suppressions
from core.store.engine import Store
from core.store.tables import Drill

LONGEST = 600_000  # ms until a drill is ended by itself
CUT_OFF = 90_000  # ms; sending that takes longer was cut off by a restart


@dataclass(frozen=True, slots=True)
class Piece:
    """One mail or message with its hops. `finding`: why Amazon did not take it."""

    scenario: str
    title: str
    hops: tuple[Hop, ...]
    finding: Diagnosis | None = None

    @property
    def arrived(self) -> bool:
        """Whether every hop was seen."""
        return all(hop.state == "Arrived" for hop in self.hops)

    @property
    def stuck_at(self) -> str:
        """The hop that did not tick within its time, "" while there is none."""
        return next((hop.name for hop in self.hops if hop.state == "Stuck"), "")


@dataclass(frozen=True, slots=True)
class Progress:
    """A drill as it stands. `over`: nothing more is awaited; `passed`: every hop of every piece was seen."""

    drill_id: int
    connection_id: int
    kind: str
    pieces: tuple[Piece, ...]
    started_at: int
    ended_at: int | None
    over: bool
    passed: bool
    stuck: bool  # something did not come within its time


def progress(store: Store, drill_id: int, now: int) -> Progress:
    """Look what has come, mark on our list what came back, and end the drill when all of it has. Raises NotFound."""
    drill = _drill(store, drill_id)
    if drill.state != "running":
        return _shown(store, drill, now)
    _mark(store, drill, now)
    drill = _drill(store, drill_id)
    shown = _shown(store, drill, now)
    waiting = [hop.name for piece in shown.pieces for hop in piece.hops if hop.state != "Arrived"]
    if _whole(drill, from_text(drill.pieces)) and all(name == hops.CLEARED for name in waiting):
        return end(store, drill_id, now)
    return shown


def end(store: Store, drill_id: int, now: int) -> Progress:
    """End a drill: its marks go off our list; it has passed when every hop was seen. Ending it again changes nothing."""
    drill = _drill(store, drill_id)
    known = {one.message_id: hops.seen(store, drill.connection_id, one) for one in from_text(drill.pieces)}
    with store.write() as conn:
        drills.only_one(conn, drill.connection_id)
        kept = drills.by_id(conn, drill_id)
        if kept is None or kept.state != "running":
            return _shown(store, kept or drill, now)
        cleared = [_cleared(conn, drill.connection_id, piece, now) for piece in from_text(kept.pieces)]
        drawn = [
            hops.hops(piece, known.get(piece.message_id, hops.Seen()), now, running=False)
            for piece in cleared
        ]
        passed = _whole(kept, cleared) and all(hop.state == "Arrived" for each in drawn for hop in each)
        state = "passed" if passed else "failed"
        drills.end(conn, drill_id, state, as_text(cleared), now)
        connection = connections.by_id(conn, drill.connection_id)
        name = connection.name if connection else ""
        audit.append(conn, drill.member, f"drill-{state}", name, {"drill": drill_id}, now)
    return _shown(store, _drill(store, drill_id), now)


def end_those_left(store: Store, now: int) -> int:
    """For the worker: look at every running drill, and end those that have run for ten minutes. Returns how many ended."""
    ended = 0
    for drill in drills.all_running(store):
        shown = progress(store, drill.id or 0, now)
        if not shown.over and now - drill.started_at > LONGEST:
            shown = end(store, drill.id or 0, now)
        ended += shown.over
    return ended


def _cleared(conn: Any, connection_id: int, piece: Sent, now: int) -> Sent:
    """The piece without its mark on our list."""
    if piece.marked_at is None:
        return piece
    suppressions.release(conn, connection_id, piece.recipient, REASON, now)
    still = REASON in suppressions.reasons(conn, connection_id, piece.recipient)
    return replace(piece, unmarked_at=None if still else now)


def _whole(drill: Drill, pieces: Sequence[Sent]) -> bool:
    """Whether everything that belongs to the drill was sent."""
    return bool(pieces) and (drill.kind != "mail" or len(pieces) == len(MAILS))


def _mark(store: Store, drill: Drill, now: int) -> None:
    """Put on our list, as `drill`, the recipients whose event is stored and kept out of the rates."""
    ready = [
        piece.message_id
        for piece in from_text(drill.pieces)
        if piece.marks and piece.marked_at is None and hops.seen(store, drill.connection_id, piece).kept_out
    ]
    if not ready:
        return
    with store.write() as conn:
        drills.only_one(conn, drill.connection_id)
        kept = drills.by_id(conn, drill.id or 0)
        if kept is None or kept.state != "running":
            return
        pieces = []
        for piece in from_text(kept.pieces):
            if piece.message_id in ready and piece.marked_at is None:
                note = f"Fire drill {drill.id}"
                suppressions.suppress(conn, drill.connection_id, piece.recipient, REASON, now, note=note)
                if REASON in suppressions.reasons(conn, drill.connection_id, piece.recipient):
                    piece = replace(piece, marked_at=now)
            pieces.append(piece)
        drills.keep(conn, drill.id or 0, as_text(pieces))


def _shown(store: Store, drill: Drill, now: int) -> Progress:
    pieces = tuple(
        Piece(
            sent.scenario,
            sent.title,
            hops.hops(sent, hops.seen(store, drill.connection_id, sent), now, drill.state == "running"),
            Diagnosis.from_json(sent.finding) if sent.finding else None,
        )
        for sent in from_text(drill.pieces)
    )
    cut_off = not _whole(drill, from_text(drill.pieces)) and now - drill.started_at > CUT_OFF
    return Progress(
        drill.id or 0, drill.connection_id, drill.kind, pieces, drill.started_at, drill.ended_at,
        over=drill.state != "running", passed=drill.state == "passed",
        stuck=any(piece.stuck_at for piece in pieces) or cut_off,
    )  # fmt: skip


def _drill(store: Store, drill_id: int) -> Drill:
    found = drills.by_id(store, drill_id)
    if found is None:
        raise NotFound("This drill is gone. Start a new one.")
    return found
