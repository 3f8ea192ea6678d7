"""The shared parts of screens: banners, badges, findings, times, what a broken screen says, and the live part."""

import pytest
from servers import ROOT
from streamlit.testing.v1 import AppTest

from core import lifespan, moment
from core.diagnosis.diagnosis import Diagnosis
from core.members import sessions
from core.store import connections
from core.store.tables import Connection
from core.vault import Vault
from pages.parts.ago import ago, exact
from pages.parts.badge import LOOKS, badge_words


def add(own_desk, name, demo=False):
    now = moment.now()
    with own_desk.store.write() as conn:
        return connections.add(
            conn,
            Connection(
                uuid=f"uuid-{name}", name=name, region="eu-west-1", demo=demo, created_at=now, updated_at=now
            ),
        )


def texts(page):
    return "\n".join(
        str(one.value) for kind in ("markdown", "caption", "error", "info") for one in getattr(page, kind)
    )


@pytest.mark.parametrize(("name", "button"), [("alice", 1), ("bob", 0), ("victor", 0)])
def test_demo_data_is_marked_and_only_an_admin_may_remove_it(screen, own_desk, name, button):
    add(own_desk, "Demo", demo=True)
    page = screen("account.py", name).run()
    assert "made-up mail" in texts(page)
    assert sum(one.label == "Remove the demo" for one in page.button) == button


def test_without_demo_data_nothing_is_marked(screen, own_desk):
    add(own_desk, "Shop")
    assert "made-up" not in texts(screen("account.py").run())


def test_a_locked_vault_is_said_on_every_screen_and_nothing_breaks(screen, own_desk):
    lifespan.use(
        lifespan.Desk(
            own_desk.store, Vault(None, "The vault is locked. The key file is gone."), own_desk.settings
        )
    )
    for file in ("home.py", "connections.py", "connect.py", "account.py"):
        page = screen(file).run()
        assert not page.exception, (file, [one.value for one in page.exception])
        assert "The key file is gone." in texts(page), file


def drawn(script, *args):
    page = AppTest.from_function(script, args=args, default_timeout=60).run()
    assert not page.exception, [one.value for one in page.exception]
    return page


def test_a_finding_says_what_it_means_whose_side_and_what_to_do():
    def script():
        from core.diagnosis.diagnosis import Diagnosis
        from pages.parts.finding import finding

        evidence = {"Amazon": "![x](http://evil.example/x.png) \x1b[31m"}
        finding(
            Diagnosis(
                "keys-refused",
                "Amazon does not know this key",
                "It was removed.",
                "yours",
                ("Make a new key.", "Paste it."),
                "https://docs.aws.amazon.com/",
                '{"a": 1}',
                evidence,
            )
        )

    page = drawn(script)
    said = texts(page)
    for words in ("Amazon does not know this key", "It was removed.", "1. Make a new key.\n2. Paste it."):
        assert words in said
    assert page.code[0].value == '{"a": 1}'
    assert (
        "evil.example" in page.code[1].value
        and "evil.example" not in said
        and "\x1b" not in page.code[1].value
    )


def test_a_finding_never_links_to_anything_but_https():
    def script():
        from core.diagnosis.diagnosis import Diagnosis
        from pages.parts.finding import finding

        finding(Diagnosis("x", "T", "M", link="javascript:alert(1)"))

    assert "javascript" not in texts(drawn(script))
    assert Diagnosis("x", "T", "M").side


def test_a_screen_that_breaks_says_so_without_its_insides():
    def script():
        from core.errors import Unavailable
        from pages.parts.broken import broken

        broken(ValueError("secret insides"))
        broken(Unavailable("The store is busy just now. Try again in a moment."))

    page = drawn(script)
    assert "secret insides" not in texts(page) and "fault in SES Desk" in page.error[0].value
    assert page.error[1].value == "The store is busy just now. Try again in a moment."


def test_a_live_part_stops_for_whoever_was_signed_out(screen, own_desk, monkeypatch):
    from servers import session_for

    from pages import gate

    token = session_for(own_desk.store, "victor")
    monkeypatch.setattr(gate, "cookie_token", lambda: token)

    def script():
        import streamlit as st

        from pages import gate
        from pages.parts.live import live

        @live(every=None)
        def part(signed):
            st.button("again")
            st.text(f"shown to {signed.name}, {signed.role}")

        if gate.signed_in() is None:
            st.text("the sign-in")
            st.stop()
        part()

    page = drawn(script)
    assert [one.value for one in page.text] == ["shown to victor, viewer"]
    sessions.sign_out(own_desk.store, token, moment.now())
    page.button[0].click().run()
    assert [one.value for one in page.text] == ["the sign-in"]


def test_a_page_left_open_does_not_keep_a_session_alive(own_desk, monkeypatch):
    from servers import session_for

    from pages import gate

    token = session_for(own_desk.store, "victor")
    monkeypatch.setattr(gate, "cookie_token", lambda: token)
    later = moment.now() + 10 * 60_000
    monkeypatch.setattr(moment, "now", lambda: later)

    def seen() -> int:
        victor = gate.signed_in(touch=False)
        return sessions.list_sessions(own_desk.store, victor, victor.member_id, later)[0].seen_at

    assert seen() < later
    gate.signed_in()
    assert seen() == later


def test_every_state_has_a_word_a_shape_and_a_colour():
    for word, (colour, icon) in LOOKS.items():
        assert word in badge_words(word) and icon.startswith(":material/") and colour
    assert LOOKS["Not checked yet"][0] == LOOKS["Cannot be known"][0] == "gray"
    assert "gray" in badge_words("a word nobody knows")


@pytest.mark.parametrize(
    ("away", "words"),
    [
        (0, "just now"), (4_000, "just now"), (30_000, "30 seconds ago"), (60_000, "1 minute ago"), (7_200_000, "2 hours ago"),
        (86_400_000, "1 day ago"), (10 * 86_400_000, "10 days ago"), (-120_000, "in 2 minutes"), (40 * 86_400_000, "on 22 November 2023"),
    ],
)  # fmt: skip
def test_times_are_said_in_words(away, words):
    now = 1_704_067_200_000
    assert ago(now - away, now) == words


def test_the_exact_time_carries_its_zone():
    assert exact(1_704_067_200_000) == "1 January 2024, 00:00:00 UTC"
    assert ago(None) == "never"


def test_only_the_gate_runs_a_script():
    for path in (ROOT / "pages").rglob("*.py"):
        if path.name != "gate.py":
            assert "javascript" not in path.read_text().lower(), path


def test_a_verification_that_was_refused_is_said_until_it_is_asked_for_again(screen, own_desk):
    from mailbag import connect

    from core import moment
    from core.connect.recipients import REFERENCE
    from core.diagnosis import finding
    from core.store import sent_tests

    shop, now = connect(own_desk.store), moment.now()  # without keys
    with own_desk.store.write() as conn:
        number = sent_tests.begin(conn, shop.id, "person", "ann@example.org", "api", "alice", now)
        sent_tests.answered(conn, number, "refused", now, None, finding(REFERENCE, {}).as_json())
    page = screen("tests.py").run()
    page.button(key=f"verify-{number}").click().run()
    for look in (page, page.run()):
        assert any("This connection has no keys" in one.value for one in (*look.error, *look.markdown))
