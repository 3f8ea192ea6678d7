"""The last step of a rotation: the old key is switched off, by a button or by hand, and seen to be so."""

from collections.abc import Callable

import streamlit as st

from core import moment
from core.diagnosis import Context
from core.diagnosis.diagnosis import Diagnosis
from core.members.actor import SignedIn
from core.rotation import disable as disabling
from core.rotation import kept
from core.rotation import switch as switching
from core.rotation.disable import Told
from core.store.tables import Connection, Rotation
from pages.parts.desk import desk
from pages.parts.finding import finding
from pages.parts.plain import plain
from pages.parts.rotation import finished, look_again
from pages.parts.trouble import trouble

HELD = "rotation-told"  # what stood in the way of the last try


def disable(signed: SignedIn, connection: Connection, row: Rotation) -> None:
    """Step 4: the old key is alive until somebody switches it off."""
    whose = f" of the user “{plain(kept.old_user(row))}”" if kept.old_user(row) else ""
    st.markdown(
        f"The key ending in **{plain(row.old_hint)}**{whose} still works at Amazon: whoever holds a copy can use it. "
        "Switched off (inactive) it is refused, and can be switched on again."
    )
    held = st.session_state.get(HELD)
    told: Diagnosis | None = held[1] if held and held[0] == (connection.id, row.changed_at) else None
    stuck = told.reference if told else ""
    if told is not None:
        finding(told, key="rotation-told")
    if stuck in ("old-key-by-hand", "old-key-still-taken"):
        _by_hand(row)
    with st.container(horizontal=True):
        if stuck == "old-key-in-use":
            if st.button("Switch it off all the same", type="primary", icon=":material/key_off:"):
                _try(
                    connection,
                    row,
                    lambda: disabling.disable(desk(), connection, signed, moment.now(), even_so=True),
                )
        elif stuck:
            if st.button("I have done it", type="primary", icon=":material/fact_check:"):
                _try(
                    connection, row, lambda: disabling.done_by_hand(desk(), connection, signed, moment.now())
                )
            if st.button("Try the button again", icon=":material/replay:"):
                _try(connection, row, lambda: disabling.disable(desk(), connection, signed, moment.now()))
        elif st.button("Switch the old key off", type="primary", icon=":material/key_off:"):
            _try(connection, row, lambda: disabling.disable(desk(), connection, signed, moment.now()))
        _back(signed, connection, row)
    with st.expander("Leave the old key as it is"):
        st.caption(
            "For a key that another program still needs. It stays active at Amazon, and SES Desk forgets it."
        )
        if st.button("End, and leave it active"):
            with trouble():
                switching.end(desk(), connection, signed, moment.now(), leave_active=True)
                look_again(desk(), connection, signed)
                finished(
                    f"The second key is in use. The key ending in {row.old_hint} was left active at Amazon."
                )


def _by_hand(row: Rotation) -> None:
    with st.container(border=True, key="rotation-by-hand"):
        st.markdown("**By hand, in about a minute**")
        st.markdown("\n".join(f"{n}. {plain(each)}" for n, each in enumerate(disabling.by_hand(row), 1)))


def _try(connection: Connection, row: Rotation, act: Callable[[], Told]) -> None:
    """Do it; what stands in the way is drawn on the next run, above the buttons that help."""
    st.session_state.pop(HELD, None)
    with trouble(Context(region=connection.region)):
        with st.spinner("Asking Amazon …"):
            told = act()
        if told.off:
            finished(f"The key ending in {row.old_hint} is off: Amazon says so.")
        st.session_state[HELD] = ((connection.id, row.changed_at), told.finding)
        st.rerun()


def finish(signed: SignedIn, connection: Connection, row: Rotation) -> None:
    """The old key is off: see that all goes well, then end."""
    st.markdown(
        f"The key ending in **{plain(row.old_hint)}** is inactive. When nothing is missed for some days, delete it in IAM. "
        "Ending this walk forgets it here, and with it the way back."
    )
    with st.container(horizontal=True):
        if st.button("End the rotation", type="primary", icon=":material/done_all:"):
            with trouble():
                switching.end(desk(), connection, signed, moment.now())
                look_again(desk(), connection, signed)
                finished(f"Done. {connection.name} uses the second key, and the first one is off.")
        if row.disabled_by == kept.BY_US:
            _back(signed, connection, row)


def _back(signed: SignedIn, connection: Connection, row: Rotation) -> None:
    """One press takes the switch back."""
    if st.button(f"Go back to {row.old_hint}", icon=":material/undo:", type="tertiary", key="rotation-back"):
        with trouble(Context(region=connection.region)):
            switching.go_back(desk(), connection, signed, moment.now())
            look_again(desk(), connection, signed)
            finished(f"The key ending in {row.old_hint} is in use again. The second one is kept, tested.")
