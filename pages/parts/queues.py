"""The queues of a connection: whether they are read, what they prove about HTTPS, and what was put aside from them."""

import streamlit as st

from core import moment
from core.diagnosis import Context
from core.diagnosis.diagnosis import Diagnosis
from core.members.actor import SignedIn
from core.moment import MINUTE
from core.queues import by_hand
from core.queues.proof import proof
from core.safe_text import safe_markdown
from core.store import queues as kept
from core.store.tables import Connection, Queue
from core.worker import dead_letters
from pages.parts.ago import ago, exact
from pages.parts.badge import badge
from pages.parts.desk import desk
from pages.parts.finding import finding
from pages.parts.live import live
from pages.parts.queue_poison import put_aside
from pages.parts.trouble import lasting_trouble, still_troubled, trouble

KINDS = {
    kept.EVENTS: ("Reports", "Read all the time."),
    kept.DEAD_LETTERS: (
        "Dead letters",
        "What HTTPS could not deliver waits here up to 14 days. Read every 5 minutes.",
    ),
}
QUIET = {kept.EVENTS: 4 * MINUTE, kept.DEAD_LETTERS: 12 * MINUTE}  # after which the worker must be missing


def queues(signed: SignedIn, connection: Connection) -> None:
    """Every queue that the worker empties for this connection."""
    said = st.session_state.pop(f"queues-said-{connection.id}", "")
    if said:
        st.success(said, icon=":material/check_circle:")
    _list(connection)
    with trouble():
        put_aside(signed, connection)


@live(15, "admin")
def _list(signed: SignedIn, connection: Connection) -> None:
    with trouble():
        found = kept.of_connection(desk().store, connection.id or 0)
        if not found:
            st.markdown(
                "Nothing is fetched from a queue. A queue needs no public address, and beside HTTPS it proves that nothing was lost."
            )
            st.caption("Choose it in the set-up above, or give SES Desk a queue of yours under By hand.")
            return
        st.markdown(proof(desk().store, connection.id or 0, moment.now()).sentence)
        for queue in found:
            _queue(signed, connection, queue)


def _queue(signed: SignedIn, connection: Connection, queue: Queue) -> None:
    now = moment.now()
    title, what = KINDS[queue.kind]
    with st.container(border=True, key=f"queue-{queue.id}"):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(f"**{title}** · {safe_markdown(queue.arn.rsplit(':', 1)[-1], 90)}", width="content")
            badge(_state(queue, now))
        last = queue.message_at
        st.markdown(f"{what} {f'Last message {ago(last, now)}.' if last else 'No message yet.'}")
        if queue.trouble:
            finding(Diagnosis.from_json(queue.trouble), key=f"trouble-{queue.id}")
        elif _state(queue, now) == "Stuck":
            st.warning(
                "The worker has not read it for some minutes. It runs with make run, or alone as python -m core.worker.",
                icon=":material/pause_circle:",
            )
        with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
            st.caption(
                f"Last read {ago(queue.polled_at, now)}" if queue.polled_at else "Not read yet",
                help=exact(queue.polled_at) if queue.polled_at else None,
                width="content",
            )
            with st.container(horizontal=True, width="content"):
                _buttons(signed, connection, queue)
        still_troubled(f"queue-{queue.id}")


def _state(queue: Queue, now: int) -> str:
    """One word: unknown is never healthy."""
    heard = queue.polled_at or queue.created_at
    if queue.trouble or now - heard > QUIET[queue.kind]:
        return "Stuck"
    return "Verified" if queue.polled_at else "Waiting"


def _buttons(signed: SignedIn, connection: Connection, queue: Queue) -> None:
    if queue.kind == kept.DEAD_LETTERS and st.button(
        "Read it now", key=f"drain-{queue.id}", icon=":material/download:"
    ):
        with lasting_trouble(f"queue-{queue.id}", Context(region=connection.region, service="sqs")):
            with st.spinner("Reading the dead letters …"):
                came = dead_letters.drain_now(desk(), connection, queue.id or 0, signed)
            _say(connection, f"{came:,} message{'' if came == 1 else 's'} came." if came else "It is empty.")
    if queue.by_hand and st.button(
        "Stop reading it", key=f"leave-{queue.id}", icon=":material/link_off:",
        help="What is in the queue stays there. What was put aside from it is forgotten here.",
    ):  # fmt: skip
        with lasting_trouble(f"queue-{queue.id}"):
            by_hand.take_away(desk(), connection, queue.id or 0, signed, moment.now())
            _say(connection, "This queue is left alone from now on.")


def _say(connection: Connection, sentence: str) -> None:
    """Say it at the top of the part, with everything drawn afresh."""
    st.session_state[f"queues-said-{connection.id}"] = sentence
    st.rerun(scope="app")
