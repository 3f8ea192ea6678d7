"""The fire drill on a screen: starting one, and its pieces with their hops as they tick."""

from dataclasses import dataclass

import streamlit as st

from core import moment
from core.diagnosis import Context
from core.drill import drill, passed, progress
from core.drill.hops import CLEARED
from core.drill.progress import Piece, Progress
from core.drill.stuck import FOUND
from core.members.actor import SignedIn
from core.members.roles import require_sight
from core.store import drills
from core.store.tables import Connection, Drill
from pages.parts import drill_causes
from pages.parts.ago import ago, exact, took
from pages.parts.badge import badge
from pages.parts.desk import desk
from pages.parts.live import live
from pages.parts.plain import plain
from pages.parts.trouble import trouble

WHAT = (
    "Four mails go to Amazon's mailbox simulator, the way every mail of yours goes. "
    "What comes back counts in no rate, and its marks leave your list when the drill ends."
)
WITHOUT = "Publishes one marked message to the topic. Proves everything from the topic on; no mail is sent."


@dataclass(frozen=True)
class Look:
    """The drills of a connection, newest first, and how far the newest came. One look serves the whole page:
    with a second one a drill could end in between, and its button would stay disabled."""

    kept: list[Drill]
    shown: Progress | None

    @property
    def moves(self) -> bool:
        """Whether a drill is on its way, so that no other may start."""
        return self.shown is not None and not (self.shown.over or self.shown.stuck)


def look(connection: Connection) -> Look:
    """Look once at the drills of this connection."""
    kept = drills.recent(desk().store, connection.id or 0, 6)
    shown = progress.progress(desk().store, kept[0].id or 0, moment.now()) if kept else None
    return Look(kept, shown)


def last_passed(connection: Connection) -> None:
    """When it was proved last."""
    at = passed.last_passed(desk().store, connection.id or 0)
    st.caption(
        f"Last passed {ago(at)}." if at else "No drill has passed yet.", help=exact(at) if at else None
    )


def start(signed: SignedIn, connection: Connection, seen: Look) -> None:
    """The one button, and the drill without mail. While one moves there is nothing to start."""
    with st.container(horizontal=True, vertical_alignment="center"):
        mail = st.button(
            "Start the fire drill",
            type="primary" if seen.shown is None or seen.shown.over else "secondary",
            icon=":material/local_fire_department:",
            disabled=seen.moves,
            help=WHAT,
        )
        publish = st.button(
            "Drill without mail", icon=":material/campaign:", disabled=seen.moves, help=WITHOUT
        )
    if mail or publish:
        drill_causes.forget()
        with trouble(Context(region=connection.region)):
            with st.spinner("Sending four mails to the simulator …" if mail else "Publishing a message …"):
                drill.start(desk(), connection, "mail" if mail else "publish", signed, moment.now())
            st.rerun()


def newest(signed: SignedIn, connection: Connection, seen: Look) -> None:
    """The newest drill: live while it moves, with its causes when it does not, and the drills before it."""
    drill_causes.done()
    kept, shown = seen.kept, seen.shown
    if shown is None:
        st.caption(WHAT)
        return
    if seen.moves:
        _moving(connection, shown.drill_id)
    else:
        asked = not shown.passed and drill_causes.wanted(kept[0])
        causes = drill_causes.look(signed, kept[0]) if asked else []
        found = next((one for one in causes if one.checked == FOUND), None)
        _verdict(shown, found.hop if found else "", found.finding.title if found else "")
        if not shown.passed:
            drill_causes.draw(signed, connection, kept[0], causes)
        if not shown.over:
            _still(connection, shown.drill_id, found.hop if found else "")
        else:
            _pieces(shown, found.hop if found else "")
    _earlier(kept[1:])


@live(1.0, "operator")
def _moving(signed: SignedIn, connection: Connection, drill_id: int) -> None:
    """A drill on its way: looked at every second."""
    require_sight(signed, connection.id or 0)
    shown = progress.progress(desk().store, drill_id, moment.now())
    if shown.over or shown.stuck:
        st.rerun(scope="app")
    _verdict(shown, "", "")
    _pieces(shown)


@live(5.0, "operator")
def _still(signed: SignedIn, connection: Connection, drill_id: int, culprit: str) -> None:
    """A stuck one: what comes late still ticks."""
    require_sight(signed, connection.id or 0)
    shown = progress.progress(desk().store, drill_id, moment.now())
    if shown.over or not shown.stuck:
        st.rerun(scope="app")
    _pieces(shown, culprit)


def _verdict(shown: Progress, hop: str, title: str) -> None:
    """The answer first: passed, on its way, or where it is stuck and why."""
    if shown.passed:
        seconds = max((hop.seconds or 0 for piece in shown.pieces for hop in piece.hops), default=0)
        whole = "Every mail" if shown.kind == "mail" else "The message"
        st.success(
            f"**Passed.** {whole} came back, was stored and kept out of the rates. "
            f"The last hop ticked after {took(seconds)}.",
            icon=":material/check_circle:",
        )
    elif not shown.over and not shown.stuck:
        through = sum(_came(piece) for piece in shown.pieces)
        st.info(
            f"{through} of {len(shown.pieces)} have come back so far. This page looks every second.",
            icon=":material/schedule:",
        )
    else:
        named = hop or next((piece.stuck_at for piece in shown.pieces if piece.stuck_at), "the beginning")
        st.error(
            f"**Stuck at: {plain(named)}.** " + (f"{plain(title)}." if title else "The causes are below."),
            icon=":material/error:",
        )


def _came(piece: Piece) -> bool:
    return all(hop.state == "Arrived" for hop in piece.hops if hop.name != CLEARED)


def _pieces(shown: Progress, culprit: str = "") -> None:
    """Each mail or message with its hops. `culprit`: the hop that was found to be broken."""
    st.subheader("Hop by hop", anchor=False)
    for piece in shown.pieces:
        word = "Stuck" if piece.stuck_at else "Arrived" if _came(piece) else "Waiting"
        with st.container(border=True, gap="small", key=f"piece-{piece.scenario}-{piece.title}"):
            with st.container(horizontal=True, vertical_alignment="center"):
                badge(word)
                st.markdown(f"**{plain(piece.title)}**", width="content")
            st.markdown("\u00a0→ ".join(_hops(piece, culprit)))
            for words in dict.fromkeys(hop.words for hop in piece.hops if hop.words):
                st.caption(plain(words[:1].upper() + words[1:] + "."))


def _hops(piece: Piece, culprit: str) -> list[str]:
    """The hops of a piece, none broken across lines. What lies before the culprit was not seen either: it gets no cross."""
    unseen = [hop.name for hop in piece.hops if hop.state != "Arrived"]
    crossed = culprit if piece.stuck_at and culprit in unseen else piece.stuck_at
    drawn = []
    for hop in piece.hops:
        name = hop.name.replace(" ", "\u00a0")
        if hop.state == "Arrived":
            drawn.append(f":green[✓]\u00a0{name}\u00a0{took(hop.seconds or 0)}")
        else:
            drawn.append(f":red[✗\u00a0{name}]" if hop.name == crossed else f":gray[{name}\u00a0…]")
    return drawn


def _earlier(before: list[Drill]) -> None:
    if not before:
        return
    with st.expander(f"{len(before)} earlier drill{'' if len(before) == 1 else 's'}"):
        for one in before:
            with st.container(horizontal=True, vertical_alignment="center", gap="small"):
                badge("Arrived" if one.state == "passed" else "Stuck")
                kind = "with mail" if one.kind == "mail" else "without mail"
                st.caption(
                    f"{'Passed' if one.state == 'passed' else 'Not passed'}, {kind}, {ago(one.started_at)}, "
                    f"by {plain(one.member)}",
                    help=exact(one.started_at),
                )
