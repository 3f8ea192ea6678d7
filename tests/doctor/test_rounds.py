"""A round of the Doctor against the demo Amazon in every mood: words for everything, no hang, no traceback, nothing changed."""

import threading
import time
from collections import Counter
from collections.abc import Iterator

import pytest
from amazon import ALICE, BOB, MALLORY, VERA
from drilling import IRELAND, Yard

from core import moment
from core.connect import checks, walk
from core.demo.control import BUTTONS
from core.demo.running import Running
from core.doctor import daily, history, side_by_side
from core.doctor import round as rounds
from core.doctor.checks import CHECKS
from core.doctor.groups import GROUPS
from core.doctor.line import STATES, Line
from core.doctor.patient import Patient
from core.errors import NotAllowed, NotFound
from core.store import audit, connections, doctor_runs, findings
from core.vault import Secret

OURS = {"keys", "permissions", "account", "events", "unsubscribe", "machine"}


def looked(ground: Yard, *only: str, now: int = 0) -> dict[str, Line]:
    """The results of one round, by name."""
    mine = connections.by_id(ground.desk.store, ground.number)
    assert mine is not None
    lines = list(rounds.round(ground.desk, mine, BOB, now or moment.now(), only))
    assert all(line.state in STATES and line.group in GROUPS for line in lines)
    for line in lines:
        assert (line.state in ("warn", "fail")) <= (line.finding is not None), line
        assert line.finding is None or line.finding.known, line
    return {line.name: line for line in lines if line.ended}


def standing(ground: Yard) -> set[str]:
    return {one.reference for one in findings.standing(ground.desk.store, [ground.number])}


def new_keys(ground: Yard, key_id: str, secret: str) -> None:
    """The keys as they would be saved when somebody overrides the check."""
    from core.connect import access
    from core.connect.keys import clean
    from core.store import credentials

    mine = connections.by_id(ground.desk.store, ground.number)
    assert mine is not None
    row = access.seal(ground.desk.vault, mine, clean(key_id, secret), moment.now())
    with ground.desk.store.write() as conn:
        credentials.put(conn, row)


def test_a_sound_account_is_in_order_and_every_group_speaks(ground: Yard, rate: int) -> None:
    ground.listen("identity")
    lines = looked(ground)
    assert {line.group for line in lines.values()} >= OURS
    in_order = ("keys/who", "account/account", "account/senders", "events/listening", "events/chain")
    for name in (*in_order, "permissions/permissions", "sender/verified", "region/sender", "dns/records"):
        assert lines[name].state == "ok", lines[name]
    assert lines["machine/clock"].state == "ok" and lines["machine/store"].state == "ok"
    kept = history.last(ground.desk.store, ground.number)
    assert kept is not None and kept.member == "bob" and {line.name for line in kept.lines} == set(lines)


def test_a_round_asks_amazon_nothing_twice(ground: Yard, amazon: Running) -> None:
    ground.listen("identity")
    amazon.amazon.calls.clear()
    looked(ground)
    asked = Counter(one.action for one in amazon.amazon.calls if one.region == IRELAND)
    for once in ("GetCallerIdentity", "GetAccount", "ListEmailIdentities"):
        assert asked[once] == 1, asked
    assert asked["GetEmailIdentity"] == 2, "the address, which is none of its own, and its domain"


def test_a_round_changes_nothing_at_amazon_and_leaves_no_audit_entry(ground: Yard, amazon: Running) -> None:
    ground.listen("identity")
    before = repr(amazon.amazon.world.regions[IRELAND])
    entries = audit.verify(ground.desk.store).entries
    looked(ground)
    assert repr(amazon.amazon.world.regions[IRELAND]) == before
    assert audit.verify(ground.desk.store).entries == entries


def test_a_wrong_secret_is_said_once_and_stands_on_home_until_it_is_right(
    ground: Yard, amazon: Running
) -> None:
    new_keys(ground, amazon.demo.access_key_id, "w" * 40)
    lines = looked(ground)
    assert lines["keys/who"].finding is not None
    assert lines["keys/who"].finding.reference == "secret-does-not-match"
    assert {line.state for line in lines.values() if line.group in ("account", "permissions", "events")} == {
        "skipped"
    }
    assert lines["machine/store"].state == "ok" and "secret-does-not-match" in standing(ground)
    new_keys(ground, amazon.demo.access_key_id, amazon.demo.secret_access_key)
    assert looked(ground)["keys/who"].state == "ok" and "secret-does-not-match" not in standing(ground)


def test_root_keys_work_and_are_warned_about(ground: Yard, amazon: Running) -> None:
    root = BUTTONS["POST", "/_demo/keys"](amazon.amazon, {"root": True})
    new_keys(ground, root["id"], root["secret"])
    line = looked(ground)["keys/who"]
    assert line.state == "warn" and line.finding is not None and line.finding.reference == "root-keys"
    assert "root-keys" in standing(ground)


def test_the_sandbox_stands_until_a_round_finds_it_gone_and_home_reads_the_same_check(ground: Yard) -> None:
    ground.region.production = False
    looked(ground)
    assert "in-sandbox" in standing(ground)
    ground.region.production = True
    looked(ground)
    assert "in-sandbox" not in standing(ground)
    mine = connections.by_id(ground.desk.store, ground.number)
    assert mine is not None
    last = checks.last(mine)
    assert last is not None and last.ok and last.account is not None and last.account.production


@pytest.mark.parametrize(
    "fault",
    ["portal", "empty", "garbage", "close", "unavailable", "slow-down", "clock-behind", "region-disabled"],
)
def test_every_way_in_which_amazon_does_not_answer_ends_in_words(
    ground: Yard, amazon: Running, fault: str
) -> None:
    amazon.amazon.faults.add({"name": fault, "count": -1})
    line = looked(ground)["keys/who"]
    assert line.state in ("fail", "unknown") and line.finding is not None and line.finding.steps
    if fault in ("portal", "garbage", "close", "unavailable", "slow-down"):
        assert line.state == "unknown", "nothing was learnt of the keys"


def test_a_missing_permission_costs_its_own_line_only(ground: Yard, amazon: Running) -> None:
    amazon.amazon.faults.add({"name": "denied", "service": "sesv2", "action": "GetAccount", "count": -1})
    lines = looked(ground)
    found = lines["account/account"].finding
    assert found is not None and found.reference == "permission-missing" and "ses:GetAccount" in found.snippet
    assert lines["account/senders"].state == "ok" and "permission-missing" in standing(ground)


def test_an_amazon_that_is_silent_holds_no_round_up(
    ground: Yard, amazon: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(side_by_side, "LIMIT", 1.0)
    amazon.amazon.faults.add({"name": "timeout", "seconds": 4.0, "count": -1})
    begun = time.monotonic()
    lines = looked(ground)
    assert time.monotonic() - begun < side_by_side.LIMIT + 8
    assert lines["keys/who"].state == "unknown"
    assert lines["keys/who"].finding is not None and lines["keys/who"].finding.reference == "check-too-long"
    assert lines["account/group"].state == "skipped" and lines["machine/store"].state == "ok"


def test_a_check_that_stumbles_is_couldnt_check_and_the_others_go_on(
    ground: Yard, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stumbles(patient: Patient) -> Iterator[Line]:
        yield Line("unsubscribe", "links", "Links", "running")
        raise ConnectionRefusedError(111, "refused")

    monkeypatch.setitem(CHECKS, "unsubscribe", stumbles)
    lines = looked(ground)
    assert {lines[name].state for name in lines if name.startswith("unsubscribe/")} == {"unknown"}
    assert lines["keys/who"].state == "ok"


def test_checks_run_side_by_side(ground: Yard, monkeypatch: pytest.MonkeyPatch) -> None:
    together = threading.Barrier(2, timeout=10)

    def meets(group: str) -> Iterator[Line]:
        together.wait()
        yield Line(group, "met", "Met", "ok")

    monkeypatch.setitem(CHECKS, "account", lambda patient: meets("account"))
    monkeypatch.setitem(CHECKS, "permissions", lambda patient: meets("permissions"))
    lines = looked(ground, "keys", "account", "permissions")
    assert lines["account/met"].state == lines["permissions/met"].state == "ok"


def test_what_was_right_and_fails_is_drift_since_the_round_that_saw_it(ground: Yard) -> None:
    first, second, third = (moment.now() + n * 60_000 for n in range(3))
    assert looked(ground, now=first)["account/account"].since == first
    ground.region.production = False
    assert looked(ground, now=second)["account/account"].since == second
    [drifted] = [
        one for one in history.changed(ground.desk.store, ground.number) if one.line.name == "account/account"
    ]
    assert drifted.was_right and drifted.before == "ok" and drifted.at == second
    assert looked(ground, now=third)["account/account"].since == second, (
        "since when it is so, not when it was asked"
    )
    assert not [
        one for one in history.changed(ground.desk.store, ground.number) if one.line.name == "account/account"
    ]


def test_couldnt_check_is_no_change_and_resolves_nothing(ground: Yard, amazon: Running) -> None:
    ground.region.production = False
    looked(ground)
    ground.region.production = True
    amazon.amazon.faults.add({"name": "unavailable", "count": -1})
    lines = looked(ground)
    assert lines["keys/who"].state == "unknown" and "in-sandbox" in standing(ground)
    assert not [
        one
        for one in history.changed(ground.desk.store, ground.number)
        if one.line.group in ("keys", "account")
    ]


def test_one_line_is_looked_at_again_and_the_others_stay(ground: Yard) -> None:
    whole = looked(ground)
    ground.region.production = False
    again = looked(ground, "account/account")
    assert set(again) == {"account/account"} and again["account/account"].state == "warn"
    kept = history.last(ground.desk.store, ground.number)
    assert kept is not None and {line.name for line in kept.lines} == set(whole)
    assert "in-sandbox" in standing(ground)


def test_a_finding_that_only_the_doctor_knows_stands_and_goes(
    ground: Yard, monkeypatch: pytest.MonkeyPatch
) -> None:
    from core.diagnosis import finding

    state = "fail"

    def sender(patient: Patient) -> Iterator[Line]:
        found = finding("one-click-off") if state == "fail" else None
        yield Line("sender", "spf", "SPF", state, "It is so.", found, facts={"subject": "example.com"})

    monkeypatch.setitem(CHECKS, "sender", sender)
    looked(ground)
    rows = findings.standing(ground.desk.store, [ground.number])
    assert ("one-click-off", "example.com") in {(row.reference, row.subject) for row in rows}
    state = "ok"
    looked(ground, "sender")
    assert "one-click-off" not in {
        row.reference for row in findings.standing(ground.desk.store, [ground.number]) if row.subject
    }


def test_a_broken_link_of_the_chain_is_named_with_what_mends_it(ground: Yard) -> None:
    ground.listen("identity")
    ground.client("sns").unsubscribe(SubscriptionArn=ground.subscription())
    line = looked(ground, "events")["events/chain"]
    assert (
        line.state == "fail" and line.finding is not None and line.finding.reference == "subscription-missing"
    )
    assert line.facts["subject"] == ground.arn
    assert "subscription-missing" not in standing(ground), "the watch raises and resolves these"


def test_without_a_set_up_nothing_comes_back_and_the_doctor_says_so(ground: Yard) -> None:
    line = looked(ground, "events")["events/listening"]
    assert line.finding is not None and line.finding.reference == "nothing-listens"


def test_the_last_drill_that_passed_is_told(ground: Yard) -> None:
    ground.listen("identity")
    drill = looked(ground, "events")["events/drill"]
    assert drill.finding is not None and drill.finding.reference == "drill-not-passed"
    ground.passes()
    assert looked(ground, "events")["events/drill"].state == "ok"


def test_a_viewer_may_not_and_a_stranger_learns_nothing(ground: Yard) -> None:
    with pytest.raises(NotAllowed):
        rounds.round(ground.desk, ground.connection, VERA, moment.now())
    with pytest.raises(NotFound):
        rounds.round(ground.desk, ground.connection, MALLORY, moment.now())
    with pytest.raises(NotFound, match="knows no group"):
        list(rounds.round(ground.desk, ground.connection, BOB, moment.now(), ["moon"]))


def test_the_worker_looks_once_a_day_and_passes_over_what_is_disabled(ground: Yard) -> None:
    now = moment.now()
    assert daily.daily(ground.desk, now) == 1 and daily.daily(ground.desk, now + 60_000) == 0
    kept = history.last(ground.desk.store, ground.number)
    assert kept is not None and kept.member == ""
    assert daily.daily(ground.desk, now + daily.EVERY + 1) == 1
    mine = connections.by_id(ground.desk.store, ground.number)
    assert mine is not None
    walk.set_disabled(ground.desk.store, mine, True, ALICE, now)
    assert daily.daily(ground.desk, now + 2 * daily.EVERY + 2) == 0


def test_only_the_newest_rounds_are_kept(ground: Yard) -> None:
    now = moment.now()
    with ground.desk.store.write() as conn:
        for number in range(doctor_runs.KEPT + 5):
            doctor_runs.keep(conn, history.row(ground.number, [], "bob", now + number, now + number))
    found = history.rounds(ground.desk.store, ground.number, 500)
    assert len(found) == doctor_runs.KEPT and found[0].at == now + doctor_runs.KEPT + 4


def test_an_smtp_password_alone_is_not_asked_what_it_cannot_answer(ground: Yard, amazon: Running) -> None:
    from core import smtp
    from core.connect import access
    from core.connect.keys import clean_smtp
    from core.store import credentials

    word = smtp.password(Secret(amazon.demo.secret_access_key), IRELAND)
    mine = connections.by_id(ground.desk.store, ground.number)
    assert mine is not None
    row = access.seal(
        ground.desk.vault, mine, clean_smtp(amazon.demo.access_key_id, word.reveal()), moment.now()
    )
    with ground.desk.store.write() as conn:
        credentials.put(conn, row)
        mine.transport = "smtp"
        connections.save(conn, mine, mine.version)
    lines = looked(ground)
    assert lines["keys/who"].state == "skipped" and lines["keys/smtp"].state == "ok"
    assert lines["keys/who"].finding and lines["keys/who"].finding.reference == "smtp-only"
    assert lines["account/group"].state == lines["permissions/group"].state == "skipped"


@pytest.mark.parametrize("between", [0, 1, 3])
def test_what_broke_while_it_could_not_be_checked_is_told(ground: Yard, between: int) -> None:
    states = ["ok", *["unknown"] * between, "fail"]
    for at, state in enumerate(states, start=1):
        with ground.desk.store.write() as conn:
            line = Line("dns", "dmarc", "DMARC", state, "Said.")
            doctor_runs.keep(conn, history.row(ground.number, [line], "alice", at, at))
    found = history.changed(ground.desk.store, ground.number)
    assert [(one.line.name, one.before, one.was_right) for one in found] == [("dns/dmarc", "ok", True)]


@pytest.mark.parametrize("silent_at", ["account", "keys"])
def test_a_round_that_couldnt_check_does_not_start_the_time_anew(
    ground: Yard, amazon: Running, silent_at: str
) -> None:
    first, second, third = (moment.now() + n * 60_000 for n in range(3))
    ground.region.production = False
    assert looked(ground, now=first)["account/account"].since == first
    action = "GetCallerIdentity" if silent_at == "keys" else "GetAccount"
    amazon.amazon.faults.add({"name": "unavailable", "action": action, "count": -1})
    silent = looked(ground, now=second)
    assert silent.get("account/account", silent.get("account/group")).state in ("unknown", "skipped")  # type: ignore[union-attr]
    amazon.amazon.faults.clear()
    again = looked(ground, now=third)["account/account"]
    assert again.state == "warn" and again.since == first
