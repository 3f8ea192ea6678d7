"""What only the Doctor finds stands on Home until it is gone: the machine's own once, the way back in its own words."""

import time
from typing import Any

import pytest
from amazon import BOB
from drilling import Yard
from mailbag import connect

from core import moment
from core.admin import machine as admin
from core.doctor import machine, standing
from core.doctor import round as rounds
from core.doctor.line import Line
from core.store import connections, findings
from core.watch import proved
from core.watch.round import watch, watch_one

DISK = "disk-nearly-full"


def looked(ground: Yard, *only: str) -> None:
    mine = connections.by_id(ground.desk.store, ground.number)
    assert mine is not None
    list(rounds.round(ground.desk, mine, BOB, moment.now(), only))


def stands(store: Any, number: int) -> set[str]:
    return {one.reference for one in findings.standing(store, [number])}


def test_a_full_disk_stands_once_for_the_machine_until_it_is_gone(
    ground: Yard, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = ground.desk.store
    monkeypatch.setattr(admin, "LITTLE", 1 << 62)
    looked(ground, "machine")
    assert DISK in stands(store, standing.THE_MACHINE) and DISK not in stands(store, ground.number)
    assert "public-url-not-right" not in stands(store, standing.THE_MACHINE), "a desk may do without"
    monkeypatch.undo()
    other = connect(store, "Other")
    list(rounds.round(ground.desk, other, BOB, moment.now(), ("machine",)))  # anybody's round speaks for it
    assert DISK not in stands(store, standing.THE_MACHINE)


def test_what_could_not_be_checked_of_the_machine_resolves_nothing(ground: Yard) -> None:
    store = ground.desk.store
    with store.write() as conn:
        findings.raise_(conn, standing.THE_MACHINE, DISK, "", {}, 1)
        unknown = [Line("machine", "disk", "Disk", "unknown", "The system does not say.")]
        standing.stand(conn, ground.connection, unknown, [], 2)
    assert DISK in stands(store, standing.THE_MACHINE)


def test_a_clock_that_differs_stands_with_the_connection_it_was_compared_for(
    ground: Yard, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = ground.desk.store
    monkeypatch.setattr(machine, "ahead", lambda access: 10 * moment.MINUTE)
    looked(ground, "machine")
    assert standing.CLOCK in stands(store, ground.number)
    monkeypatch.undo()
    looked(ground, "machine")
    assert standing.CLOCK not in stands(store, ground.number)


def test_a_worker_that_was_missed_is_back_with_the_first_round_of_the_watch(ground: Yard) -> None:
    store = ground.desk.store
    looked(ground, "machine")
    assert proved.NO_WORKER in stands(store, standing.THE_MACHINE)
    watch(ground.desk, moment.now())
    assert proved.NO_WORKER not in stands(store, standing.THE_MACHINE)


def test_that_nothing_listens_stands_until_something_does_and_then_the_drill_until_it_passed(
    ground: Yard,
) -> None:
    store, number = ground.desk.store, ground.number
    looked(ground, "events")
    assert proved.NOTHING_LISTENS in stands(store, number) and proved.NOT_PASSED not in stands(store, number)
    ground.listen("identity")
    watch_one(ground.desk, ground.connection, moment.now())
    assert proved.NOTHING_LISTENS not in stands(store, number), "nobody waits for the Doctor's next round"
    looked(ground, "events")
    assert proved.NOT_PASSED in stands(store, number)
    ground.passes()
    proved.over(ground.desk, ground.connection, moment.now())
    assert proved.NOT_PASSED not in stands(store, number)
    late = moment.now() + proved.OLD + 1
    mine = connections.by_id(store, number)
    assert mine is not None
    list(rounds.round(ground.desk, mine, BOB, late, ("events",)))
    [row] = [one for one in findings.standing(store, [number]) if one.reference == proved.NOT_PASSED]
    assert "last" in row.evidence, "once proved and not again: more than a quiet line"
    assert proved.over(ground.desk, ground.connection, late + 1) == 0


def words(page: Any) -> str:
    return " ".join(one.value for one in (*page.markdown, *page.caption, *page.subheader))


def links(page: Any) -> set[str]:
    return {one.proto.label for one in page.get("page_link")}


def raised(store: Any, number: int, reference: str, **evidence: str) -> None:
    with store.write() as conn:
        findings.raise_(conn, number, reference, "", evidence, int(time.time() * 1000))


def test_an_account_that_never_drilled_gets_one_quiet_line(screen: Any, own_desk: Any) -> None:
    shop = connect(own_desk.store)
    raised(own_desk.store, shop.id or 0, proved.NOT_PASSED)
    page = screen("home.py").run()
    assert not page.exception and not any(one.value == "What was found" for one in page.subheader)
    assert "The way back is not proved: no fire drill has passed yet." in words(page)
    assert "Run the fire drill" in links(page)
    raised(own_desk.store, shop.id or 0, proved.NOT_PASSED, last="on 2026-01-01 at 10:00 UTC")
    assert any(one.value == "What was found" for one in screen("home.py").run().subheader)


@pytest.mark.parametrize(("name", "may"), [("alice", True), ("bob", True), ("victor", False)])
def test_the_machine_is_told_to_whoever_may_call_the_doctor(
    screen: Any, own_desk: Any, name: str, may: bool
) -> None:
    connect(own_desk.store)
    raised(own_desk.store, standing.THE_MACHINE, DISK)
    page = screen("home.py", name).run()
    assert not page.exception and ("This machine: " in words(page)) is may


@pytest.mark.parametrize(
    ("reference", "label"),
    [
        ("in-sandbox", "Leave the sandbox"),
        ("recipient-not-verified", "Leave the sandbox"),
        ("production-access-missing", "Leave the sandbox"),
        ("permission-missing", "Use another key"),
        ("denied-explicitly", "Use another key"),
        ("root-keys", "Rotate the key"),
    ],
)
def test_a_finding_leads_to_the_page_that_helps(
    screen: Any, own_desk: Any, reference: str, label: str
) -> None:
    shop = connect(own_desk.store)
    raised(own_desk.store, shop.id or 0, reference)
    page = screen("home.py").run()
    assert not page.exception and label in links(page)
    assert label not in links(screen("home.py", "bob").run()), "an admin's page"
