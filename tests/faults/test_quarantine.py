"""What our own code could not read is kept, said on Home, and counted once it can be read (F32)."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from amazon import ALICE, BOB, VERA
from mailbag import connect
from sns_signer import ses_event

from core import moment, quarantine
from core.desk import Desk
from core.errors import SesDeskError, Unavailable
from core.events.event import Notification, Parsed
from core.receiver import batch
from core.receiver.batch import UNREAD, take_in_now
from core.settings import Settings
from core.store import audit, connections, findings, raw, retention, suppressions
from core.store.engine import Store
from core.store.tables import Connection
from core.vault import open_vault
from core.worker.forgetting import forget_of

NOW = moment.now()


def breaking(_: Notification) -> Parsed:
    raise KeyError("a bug of ours")


def told(connection: Connection, number: int) -> Notification:
    message = json.dumps(ses_event("Bounce", f"r{number}@example.com", message_id=f"m{number}"))
    return Notification(connection.id or 0, None, f"sns-{number}", None, message, NOW - number, NOW, "2")


@pytest.fixture
def kept(store: Store, its_settings: Settings) -> tuple[Desk, Connection]:
    """Three bounces that a bug kept from being read, one of which had come another way already."""
    desk = Desk(store, open_vault(its_settings, store), its_settings)
    with store.write() as conn:
        made = connections.add(
            conn, Connection(uuid="u", name="shop", region="eu-west-1", created_at=NOW, updated_at=NOW)
        )
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(batch, "parse", breaking)
        assert take_in_now(store, [told(made, number) for number in range(3)]) == [True] * 3
    twin = told(made, 2)
    take_in_now(
        store, [Notification(twin.connection_id, None, "sns-twin", None, twin.message, NOW, NOW, "2")]
    )
    return desk, made


def counted(store: Store) -> tuple[int, int]:
    with store.read() as conn:
        events = conn.exec_driver_sql("SELECT count(*) FROM events").scalar()
        bounced = conn.exec_driver_sql(
            "SELECT sum(bounced_permanent) FROM rollups WHERE dimension = '' AND grain = 'd' AND cohort = 's'"
        ).scalar()
    return int(events or 0), int(bounced or 0)


def test_once_the_bug_is_gone_all_is_read_and_each_counts_once(kept: tuple[Desk, Connection]) -> None:
    desk, shop = kept
    assert [row.reference for row in findings.standing(desk.store, [shop.id or 0])] == [UNREAD]
    assert counted(desk.store) == (1, 1) and raw.count_unread(desk.store, shop.id or 0) == 3
    assert quarantine.read_again(desk, shop, ALICE, NOW) == quarantine.Replayed(3, 0)
    assert counted(desk.store) == (3, 3)
    assert not findings.standing(desk.store, [shop.id or 0])
    assert quarantine.read_again(desk, shop, ALICE, NOW) == quarantine.Replayed(0, 0)
    assert counted(desk.store) == (3, 3)
    assert "example.com" not in str(audit.recent(desk.store, 10))


def test_whom_a_report_read_late_puts_on_the_list_is_told_to_those_who_follow_it(
    kept: tuple[Desk, Connection],
) -> None:
    desk, shop = kept
    assert quarantine.read_again(desk, shop, ALICE, NOW + 130 * moment.DAY).read == 3
    rows = suppressions.changed(desk.store, shop.id or 0, NOW + 130 * moment.DAY, 10)
    assert [row.address for row in rows] == ["r0@example.com", "r1@example.com"]


def test_a_report_read_after_its_message_was_forgotten_counts_nobody_twice(
    kept: tuple[Desk, Connection],
) -> None:
    desk, shop = kept
    with desk.store.write() as conn:
        retention.change(conn, shop.id or 0, message_days=retention.FOREVER, event_days=100)
    later = NOW + 130 * moment.DAY
    take_in_now(desk.store, [told(shop, 9)])  # the newest event is never forgotten
    assert counted(desk.store) == (2, 2) and forget_of(desk.store, shop.id or 0, later) > 0
    assert counted(desk.store) == (1, 2)
    assert quarantine.read_again(desk, shop, ALICE, later).read == 3
    assert counted(desk.store) == (4, 2)


def test_what_still_cannot_be_read_stays_and_stops_no_other(
    kept: tuple[Desk, Connection], monkeypatch: pytest.MonkeyPatch
) -> None:
    desk, shop = kept
    real = quarantine.parse
    monkeypatch.setattr(
        quarantine, "parse", lambda one: breaking(one) if one.sns_message_id == "sns-1" else real(one)
    )
    done = quarantine.read_again(desk, shop, ALICE, NOW)
    assert done == quarantine.Replayed(2, 1) and "kept for a newer version" in done.sentence
    (left,) = raw.unread(desk.store, shop.id or 0)
    assert left.sns_message_id == "sns-1" and json.loads(left.message)["mail"]["messageId"] == "m1"
    assert [row.reference for row in findings.standing(desk.store, [shop.id or 0])] == [UNREAD]


def test_a_bug_while_counting_leaves_nothing_half_done(
    kept: tuple[Desk, Connection], monkeypatch: pytest.MonkeyPatch
) -> None:
    desk, shop = kept
    real = quarantine.record_again

    def late(conn: Any, *given: Any) -> None:
        real(conn, *given)
        raise ZeroDivisionError

    monkeypatch.setattr(quarantine, "record_again", late)
    assert quarantine.read_again(desk, shop, ALICE, NOW) == quarantine.Replayed(0, 3)
    assert counted(desk.store) == (1, 1)


@pytest.mark.parametrize("actor", [BOB, VERA])
def test_only_an_admin_has_them_read_again(kept: tuple[Desk, Connection], actor: Any) -> None:
    desk, shop = kept
    with pytest.raises(SesDeskError):
        quarantine.read_again(desk, shop, actor, NOW)
    assert raw.count_unread(desk.store, shop.id or 0) == 3


@pytest.mark.parametrize(("name", "may"), [("alice", True), ("bob", False)])
def test_home_says_it_and_gives_an_admin_the_button(
    screen: Callable[..., Any], own_desk: Any, name: str, may: bool
) -> None:
    shop = connect(own_desk.store)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(batch, "parse", breaking)
        take_in_now(own_desk.store, [told(shop, 1)])
    page = screen("home.py", name).run()
    assert not page.exception
    assert "Reports came that SES Desk could not read" in " ".join(one.value for one in page.markdown)
    buttons = [one for one in page.button if one.label == "Read them again"]
    assert bool(buttons) is may
    if may:
        page = buttons[0].click().run()
        assert not page.exception and raw.count_unread(own_desk.store, shop.id) == 0
        assert "1 report was read and counted. Nothing waits any more." in [one.value for one in page.success]


@pytest.mark.parametrize("where", ["core.events.parse.read_usual_event", "core.receiver.batch.record"])
def test_what_met_no_memory_is_not_put_aside_but_comes_again(
    kept: tuple[Desk, Connection], monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    """Its reading or its recording: that is the machine's trouble, so the answer is a 503 (F30)."""
    desk, connection = kept
    before, new = counted(desk.store), told(connection, 7)

    def no_memory(*_: object) -> None:
        raise MemoryError

    with monkeypatch.context() as patch:
        patch.setattr(where, no_memory)
        with pytest.raises((Unavailable, MemoryError)):
            take_in_now(desk.store, [new])
    assert counted(desk.store) == before
    assert take_in_now(desk.store, [new]) == [True]
    assert counted(desk.store) == (before[0] + 1, before[1] + 1)
