"""A set-up that stands, or stopped on its way: where it is, and the next step. Undoing asks first."""

import streamlit as st

from core import moment
from core.drill import passed
from core.members.actor import SignedIn
from core.queues.proof import proof
from core.safe_text import safe_markdown
from core.setup import saga
from core.setup.saga import SetUpShown
from core.store.tables import Connection
from pages import gate
from pages.parts import setup_lines, setup_run
from pages.parts.ago import ago, exact
from pages.parts.choice import PARAMETER
from pages.parts.desk import desk
from pages.parts.live import live
from pages.parts.looked import look_again
from pages.parts.plain import plain
from pages.parts.setup_choices import REACHES, REPORTS
from pages.parts.setup_plan import go_on


def standing(signed: SignedIn, connection: Connection, shown: SetUpShown) -> None:
    """Done: prove it. Stopped: go on, or roll back. At work elsewhere: wait."""
    if shown.busy:
        _elsewhere(connection)
    elif shown.state == "done":
        _done(connection, shown)
    else:
        _stopped(signed, connection, shown)


def _done(connection: Connection, shown: SetUpShown) -> None:
    last = passed.last_passed(desk().store, connection.id or 0)
    proved = last if last and last >= shown.changed_at else None  # an earlier drill proved another chain
    chosen = shown.choices
    begun = f"Set up {ago(shown.changed_at)}."
    setup_run.trouble(connection)
    if any(line.state == "undone" for line in shown.lines):
        st.warning(
            "A part of this set-up was taken back. **Set up anew** makes it whole. "
            "A fire drill shows whether reports still come in.",
            icon=":material/warning:",
        )
    elif proved:
        st.success(f"{begun} A fire drill proved it {ago(proved)}.", icon=":material/check_circle:")
    else:
        st.info(
            f"{begun} Not proved yet: run a fire drill, it takes under a minute.",
            icon=":material/local_fire_department:",
        )
    names = ", ".join(safe_markdown(name, 120) for name in chosen.identities)
    st.markdown(f"{names} · {REPORTS[chosen.way][0].lower()} · {REACHES[chosen.intake][0]}")
    if chosen.intake == "both":
        st.markdown(proof(desk().store, connection.id or 0, moment.now()).sentence)
    run = setup_run.last_said(connection)
    if run is not None:
        read = [line for key, line in run.lines.items() if key.startswith(setup_run.READ)]
        lines = read or list(run.lines.values())
        good = len([line for line in lines if line.state not in ("failed", "waiting")])
        with st.expander(
            f"Read back from Amazon: {good} of {len(lines)} as they should be"
            if read
            else f"{run.title}: {good} of {len(lines)} done",
            expanded=good < len(lines),
            icon=":material/fact_check:",
        ):
            setup_lines.steps(lines)
    with st.container(horizontal=True, vertical_alignment="center"):
        main = "secondary" if proved else "primary"
        if st.button("Run the fire drill", type=main, icon=":material/local_fire_department:"):
            st.switch_page("drill.py", query_params={PARAMETER: connection.name})
        if st.button("Read it back from Amazon", icon=":material/fact_check:"):
            setup_run.start(
                connection,
                "Reading back from Amazon",
                lambda mine: (line for line in ()),
                lambda mine: saga.verify(mine, connection, shown.set_up_id),
            )
            st.rerun()
        if st.button("Set up anew", icon=":material/replay:", help="Other choices, or a further identity."):
            st.session_state[f"setup-anew-{connection.id}"] = True
            st.rerun()
        if st.button("Undo everything", icon=":material/undo:"):
            undo(connection, shown.set_up_id)


def _stopped(signed: SignedIn, connection: Connection, shown: SetUpShown) -> None:
    waits = any(line.state == "waiting" for line in shown.lines)
    st.warning(
        f"{'This set-up waits' if waits else 'This set-up stopped on its way'}, {ago(shown.changed_at)}. "
        "Going on does what is left; rolling back takes away what was made.",
        icon=":material/schedule:" if waits else ":material/pause_circle:",
    )
    setup_run.trouble(connection)
    with st.container(border=True, key="setup-stopped"):
        setup_lines.steps(shown.lines)
    with st.container(horizontal=True, vertical_alignment="center"):
        if shown.state == "undoing":
            pressed = st.button("Go on rolling back", type="primary", icon=":material/undo:")
            if pressed:
                roll_back(signed, connection, shown.set_up_id)
        else:
            if st.button("Go on", type="primary", icon=":material/play_arrow:"):
                go_on(signed, connection, shown.set_up_id)
            if st.button("Roll back", icon=":material/undo:"):
                roll_back(signed, connection, shown.set_up_id)


@live(2.0, role="admin")
def _elsewhere(signed: SignedIn, connection: Connection) -> None:
    shown = saga.current(desk().store, connection.id or 0)
    if shown is None or not shown.busy:
        st.rerun(scope="app")
        return
    st.info(
        "This set-up is being worked on just now, in another window or process. "
        "Has that one ended? Then you can go on here within a minute.",
        icon=":material/sync:",
    )
    setup_lines.steps(shown.lines)
    st.caption(f"Last step {ago(shown.changed_at)}", help=exact(shown.changed_at))


def roll_back(
    signed: SignedIn, connection: Connection, number: int, keys: tuple[str, ...] | None = None
) -> None:
    """Take back what was made, newest first."""
    setup_run.start(
        connection,
        "Taking back what SES Desk made" if keys is None else "Taking back one thing",
        lambda mine: saga.undo(mine, connection, number, signed, keys),
    )
    st.rerun()


@st.dialog("Undo the set-up")
def undo(connection: Connection, number: int, key: str = "", label: str = "") -> None:
    """What goes is said before it goes."""
    signed = gate.require_member("admin")
    what = f"**{plain(label)}** is taken away" if key else "Everything SES Desk made is taken away"
    st.markdown(
        f"{what} from your account, and what it changed is put back. From then on bounces and complaints of "
        f"{safe_markdown(connection.name)} may no longer come in. What is stored here stays."
    )
    if st.button("Undo it", type="primary", icon=":material/undo:"):
        look_again("made")
        roll_back(signed, connection, number, (key,) if key else None)
