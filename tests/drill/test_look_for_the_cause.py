"""Looking for the cause of a stuck drill when Amazon cannot be asked: it is said, and stays said."""

from typing import Any

import pytest
from mailbag import connect
from streamlit.testing.v1 import AppTest

from core.errors import Unavailable
from pages.parts import drill_causes


def causes() -> None:
    """The part by itself, of a drill of long ago."""
    from core.members.actor import SignedIn
    from core.store import connections
    from core.store.tables import Drill
    from pages.parts import drill_causes
    from pages.parts.desk import desk

    shop = connections.all(desk().store)[0]
    drill = Drill(
        id=1,
        connection_id=shop.id or 0,
        kind="mail",
        state="failed",
        member="alice",
        started_at=1,
        ended_at=2,
    )
    drill_causes.draw(SignedIn(1, "alice", "admin", None, "h"), shop, drill, [])


def test_why_it_cannot_be_looked_for_stays_on_the_screen(
    own_desk: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []

    def busy(*_: Any) -> Any:
        asked.append(1)
        raise Unavailable("The database is busy.")

    connect(own_desk.store)
    monkeypatch.setattr(drill_causes, "why_stuck", busy)
    page = AppTest.from_function(causes, default_timeout=60).run()
    page = next(one for one in page.button if one.label == "Look for the cause").click().run()
    assert not page.exception and "The database is busy." in [one.value for one in page.error]
    assert len(asked) == 1
