"""Adding, changing and removing senders on the demo Amazon; who may; what the audit tells; what the large receivers ask; drift."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from amazon import ALICE, BOB, MALLORY, VERA
from drilling import IRELAND, Yard, yard

from core import moment
from core.aws.identity import Details
from core.demo.running import Running
from core.diagnosis import explain
from core.doctor import history
from core.doctor import round as rounds
from core.errors import BadInput, NotAllowed, NotFound
from core.identities import bulk, change, going_round, names, one_click, overview, remembered
from core.identities.row import INCORRECT, MISSING, UNKNOWN, VERIFIED, Row
from core.in_time import Late, ends
from core.store import audit, connections
from core.store.rates import RatesRow
from core.unsubscribe.chosen import Chosen, Look

TOKEN_KEYS = ("dkim-1", "dkim-2", "dkim-3")


@pytest.fixture
def ground(amazon: Running, tmp_path: Path) -> Any:
    with yard(amazon, tmp_path) as made:
        yield made
    amazon.amazon.world.names.clear()


def demo(ground: Yard) -> Any:
    """The connection as one of the demo, whose names the demo serves."""
    mine = connections.by_id(ground.desk.store, ground.number)
    assert mine is not None and mine.demo
    return mine


def test_a_domain_is_added_published_given_a_bounce_domain_and_removed(ground: Yard) -> None:
    desk, mine, now = ground.desk, demo(ground), moment.now()
    added = change.add(desk, mine, " https://Shop.Example.com/ ", ALICE, now)
    assert added.name == "shop.example.com" and not added.verified and len(added.dkim_tokens) == 3
    assert change.add(desk, mine, "shop.example.com", ALICE, now).dkim_tokens == added.dkim_tokens
    seen = overview.overview(desk, mine, added.name, ALICE, now)
    assert {row.state for row in seen.rows if row.key in TOKEN_KEYS} == {MISSING} and seen.wrong

    change.set_bounce_domain(desk, mine, added.name, "bounce", True, ALICE, now)
    read = change.details(desk, mine, added.name, BOB)
    assert (read.mail_from, read.on_mx_failure) == ("bounce.shop.example.com", "REJECT_MESSAGE")
    names = ground.amazon.amazon.world.names
    for row in overview.overview(desk, mine, added.name, ALICE, now).rows:
        if row.kind in ("CNAME", "MX", "TXT"):
            names.setdefault(row.name, {})[row.kind] = [row.wanted]
    after = overview.overview(desk, mine, added.name, BOB, now)
    assert {row.state for row in after.rows if row.kind != "Header"} == {VERIFIED}, after.rows

    change.set_signing(desk, mine, added.name, False, ALICE, now)
    assert not change.details(desk, mine, added.name, BOB).dkim_signing
    change.set_bounce_domain(desk, mine, added.name, "", False, ALICE, now)
    assert change.details(desk, mine, added.name, BOB).mail_from == ""
    change.remove(desk, mine, added.name, ALICE, now)
    assert added.name not in [one.name for one in change.known(desk, mine, BOB)]


def test_the_audit_names_domains_and_nobodys_address(ground: Yard) -> None:
    desk, mine = ground.desk, demo(ground)
    change.add(desk, mine, "jane.doe@example.org", ALICE, moment.now())
    change.remove(desk, mine, "jane.doe@example.org", ALICE, moment.now())
    told = [entry for entry in audit.recent(desk.store, 50) if entry.action.startswith("sender-")]
    assert len(told) == 2 and "example.org" in str(told[0]) and "jane" not in str(told)


@pytest.mark.parametrize("actor", [BOB, VERA, MALLORY])
def test_only_an_admin_changes_senders(ground: Yard, actor: Any) -> None:
    desk, mine, now = ground.desk, demo(ground), moment.now()
    for act in (
        lambda: change.add(desk, mine, "shop.example.com", actor, now),
        lambda: change.remove(desk, mine, "example.com", actor, now),
        lambda: change.set_bounce_domain(desk, mine, "example.com", "b", False, actor, now),
        lambda: change.set_signing(desk, mine, "example.com", False, actor, now),
    ):
        with pytest.raises((NotAllowed, NotFound)):
            act()
    assert "example.com" in ground.region.identities and "shop.example.com" not in ground.region.identities


@pytest.mark.parametrize("actor", [VERA, MALLORY])
def test_who_may_not_see_a_connection_sees_no_senders(ground: Yard, actor: Any) -> None:
    for ask in (
        lambda: change.known(ground.desk, demo(ground), actor),
        lambda: change.details(ground.desk, demo(ground), "example.com", actor),
    ):
        with pytest.raises((NotAllowed, NotFound)):
            ask()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "  ",
        "nonsense",
        "a b.com",
        "x..y.com",
        "-x.com",
        "http://",
        "jö@example.com",
        "@",
        "1.2.3.4",
        "a@b",
        "gmail.com",
        "x" * 400,
    ],
)
def test_what_is_no_sender_is_refused_at_its_box(text: str) -> None:
    with pytest.raises(BadInput) as refused:
        change.name_of(text)
    assert refused.value.field == "name"


def test_what_people_paste_is_understood() -> None:
    assert change.name_of("https://www.Example.com/about?x=1") == "www.example.com"
    assert change.name_of(" <News@Example.COM> ") == "News@example.com"
    assert change.name_of("bücher.example") == "xn--bcher-kva.example"
    assert change.name_of("@example.com.") == "example.com"


@pytest.mark.parametrize("text", ["bounce.example.org", "example.com", "a b", "-.example.com"])
def test_a_bounce_domain_lies_under_the_sender(ground: Yard, text: str) -> None:
    with pytest.raises(BadInput) as refused:
        change.set_bounce_domain(ground.desk, demo(ground), "example.com", text, False, ALICE, moment.now())
    assert refused.value.field == "mail_from" and ground.region.identities["example.com"].mail_from != text


def test_the_demos_slips_are_each_named(ground: Yard) -> None:
    from core.demo.beginning import new_world

    world = ground.amazon.amazon.world
    fresh = new_world(moment.now())
    world.names.update(fresh.names)
    ground.region.identities["pending.example.org"] = fresh.regions["eu-west-1"].identities[
        "pending.example.org"
    ]
    seen = overview.overview(ground.desk, demo(ground), "pending.example.org", BOB, moment.now())
    found = {row.key: row.hints[0].reference for row in seen.wrong}
    assert found["dkim-2"] == "dns-name-doubled" and found["dkim-3"] == "dns-cname-proxied"
    assert found["spf"] == "dns-spf-several" and found["dmarc"] == "dns-dmarc-elsewhere"


def test_everything_about_an_address_is_read_at_amazons_pace(ground: Yard, rate: int) -> None:
    """An address is read itself, then its domain, whose DKIM signs it: three questions and the list."""
    desk, mine = ground.desk, demo(ground)
    ground.region.identities["news@example.com"] = replace(
        ground.region.identities["example.com"], name="news@example.com",
        dkim_status="NOT_STARTED", dkim_tokens=[],
    )  # fmt: skip
    try:
        for _ in range(2):
            assert change.known(desk, mine, BOB)
            seen = overview.overview(desk, mine, "news@example.com", BOB, moment.now())
            assert (seen.details.name, seen.signer.name) == ("news@example.com", "example.com")
    finally:
        del ground.region.identities["news@example.com"]


def test_an_amazon_that_is_silent_about_a_sender_is_not_waited_for_longer_than_the_limit(
    ground: Yard, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(overview, "LIMIT", 0.5)
    ground.amazon.amazon.faults.add({"name": "timeout", "service": "sesv2", "seconds": 3.0, "count": -1})
    with pytest.raises(Late) as late:
        overview.overview(ground.desk, demo(ground), "example.com", BOB, moment.now())
    assert explain(late.value).reference == "check-too-long"


def test_name_servers_have_what_amazon_left_of_the_time(ground: Yard) -> None:
    details = change.details(ground.desk, demo(ground), "example.com", BOB)
    way = names.way_of(ground.desk.settings, demo(ground))
    rows, _ = overview._looked(details, details, IRELAND, way, ends(0))
    assert {row.state for row in rows} == {UNKNOWN} and len(rows) >= 5


def test_drift_says_when_it_was_right_and_since_when_it_fails(ground: Yard) -> None:
    desk, mine, names = ground.desk, demo(ground), ground.amazon.amazon.world.names
    start = moment.now()
    list(rounds.round(desk, mine, BOB, start, ("dns",)))
    before = overview.overview(desk, mine, "example.com", BOB, start)
    assert not before.since and {row.state for row in before.rows if row.key == "dmarc"} == {VERIFIED}
    names["_dmarc.example.com"] = {"TXT": []}
    list(rounds.round(desk, mine, BOB, start + moment.DAY, ("dns",)))
    list(rounds.round(desk, mine, BOB, start + 2 * moment.DAY, ("dns",)))
    after = overview.overview(desk, mine, "example.com", BOB, start + 3 * moment.DAY)
    assert after.since == {"dmarc": (start, start + moment.DAY)}
    assert any(each.line.name == "dns/dmarc" for each in history.changed(desk.store, ground.number)) is False
    [line] = [one for one in history.last(desk.store, ground.number).lines if one.name == "dns/dmarc"]  # type: ignore[union-attr]
    assert line.state == "warn" and line.since == start + moment.DAY


def test_drift_of_a_sender_that_is_not_the_connections_is_seen_by_the_daily_look(ground: Yard) -> None:
    desk, mine, start = ground.desk, demo(ground), moment.now()
    name = change.add(desk, mine, "shop.example.org", ALICE, start).name
    served = ground.amazon.amazon.world.names
    for row in overview.overview(desk, mine, name, ALICE, start).rows:
        if row.kind in ("CNAME", "TXT"):
            served.setdefault(row.name, {})[row.kind] = [row.wanted]
    ground.region.identities[name].status = "SUCCESS"
    day = moment.DAY
    assert going_round.go_round(desk, start + day) >= 1, "every verified sender, the page asked for one alone"
    assert going_round.go_round(desk, start + day + moment.HOUR) == 0, "once a day"
    [lost] = [
        row.name for row in overview.overview(desk, mine, name, BOB, start + day).rows if row.key == "dkim-1"
    ]
    record = served.pop(lost)
    served[lost] = {"CNAME": []}
    going_round.go_round(desk, start + 2 * day + moment.HOUR)
    going_round.go_round(desk, start + 4 * day)
    after = overview.overview(desk, mine, name, BOB, start + 5 * day)
    assert after.since == {"dkim-1": (start + day, start + 2 * day + moment.HOUR)}
    served[lost] = record
    assert not overview.overview(desk, mine, name, BOB, start + 6 * day).since


def test_a_look_without_an_answer_moves_no_date(ground: Yard) -> None:
    mine, store = demo(ground), ground.desk.store
    for at, state in ((1, VERIFIED), (2, MISSING), (3, UNKNOWN), (4, MISSING)):
        row = Row("dmarc", "DMARC", "TXT", "_dmarc.example.net", "v", state, "")
        remembered.note(store, mine, "example.net", (row,), at)
    assert remembered.of(remembered.read(store, mine), "example.net", row) == (1, 2)
    other = replace(row, name="_dmarc.example.org")
    assert remembered.of(remembered.read(store, mine), "example.net", other) == (0, 0)


def test_one_silent_sender_keeps_no_other_from_its_turn(ground: Yard) -> None:
    faults = ground.amazon.amazon.faults
    faults.add({"name": "denied", "service": "sesv2", "action": "GetEmailIdentity", "count": 1})
    start = moment.now()
    first = going_round.go_round(ground.desk, start)
    seen = remembered.read(ground.desk.store, demo(ground))
    assert first == 0 and len(seen) == 1, "the first ended the turn, and was noted"
    going_round.go_round(ground.desk, start + 1)
    verified = [one for one in ground.region.identities.values() if one.status == "SUCCESS"]
    assert len(remembered.read(ground.desk.store, demo(ground))) == len(verified)


def test_the_doctor_reads_sender_and_records(ground: Yard) -> None:
    lines = {
        line.name: line
        for line in rounds.round(ground.desk, demo(ground), BOB, moment.now(), ("sender", "dns"))
        if line.ended
    }
    assert {name for name in lines if name.startswith("dns/dkim-")} == {f"dns/{key}" for key in TOKEN_KEYS}
    assert lines["sender/verified"].state == lines["sender/signed"].state == lines["dns/dmarc"].state == "ok"
    ground.region.identities["example.com"].status = "FAILED"
    ground.region.identities["example.com"].dkim_status = "FAILED"
    lines = {
        line.name: line
        for line in rounds.round(ground.desk, demo(ground), BOB, moment.now(), ("sender",))
        if line.ended
    }
    assert lines["sender/verified"].finding.reference == "sender-failed"  # type: ignore[union-attr]
    assert lines["sender/signed"].state == "warn"
    del ground.region.identities["example.com"]
    lines = {
        line.name: line
        for line in rounds.round(ground.desk, demo(ground), BOB, moment.now(), ("sender", "dns"))
        if line.ended
    }
    assert lines["sender/verified"].finding.reference == "sender-not-here"  # type: ignore[union-attr]
    assert "dns/dkim-1" not in lines and lines["dns/dmarc"].state in ("ok", "warn")


@pytest.mark.parametrize(
    ("changed", "line", "reference"),
    [
        ({"status": "PENDING"}, "sender/verified", "sender-pending"),
        ({"status": "FAILED"}, "sender/verified", "sender-failed"),
        ({"dkim_signing": False}, "sender/signed", "sender-unsigned"),
        (
            {"mail_from": "b.example.com", "mail_from_status": "FAILED"},
            "sender/mail-from",
            "sender-own-bounce-domain",
        ),
    ],
)
def test_what_amazon_says_of_a_sender_has_its_words(
    ground: Yard, changed: dict[str, Any], line: str, reference: str
) -> None:
    for name, value in changed.items():
        setattr(ground.region.identities["example.com"], name, value)
    lines = {
        one.name: one
        for one in rounds.round(ground.desk, demo(ground), BOB, moment.now(), ("sender",))
        if one.ended
    }
    assert lines[line].finding.reference == reference  # type: ignore[union-attr]


def test_a_sender_at_a_mailbox_provider_is_told_so(ground: Yard) -> None:
    mine = demo(ground)
    mine.from_address = "shop@gmail.com"
    with ground.desk.store.write() as conn:
        connections.save(conn, mine, mine.version)
    lines = {
        one.name: one
        for one in rounds.round(ground.desk, demo(ground), BOB, moment.now(), ("sender",))
        if one.ended
    }
    assert lines["sender/own"].finding.reference == "sender-freemail"  # type: ignore[union-attr]


def test_a_name_server_that_is_gone_is_couldnt_check_and_amazon_may_refuse(ground: Yard) -> None:
    ground.amazon.amazon.faults.add(
        {"name": "denied", "service": "sesv2", "action": "ListEmailIdentities", "count": -1}
    )
    lines = {
        line.name: line
        for line in rounds.round(ground.desk, demo(ground), BOB, moment.now(), ("sender", "dns"))
        if line.ended
    }
    assert lines["sender/verified"].state == "unknown" and lines["dns/records"].state == "unknown"
    assert lines["dns/dmarc"].state == "ok"


GOOD = Details(
    "example.com",
    True,
    True,
    "SUCCESS",
    "",
    True,
    "SUCCESS",
    mail_from="b.example.com",
    mail_from_status="SUCCESS",
)


def row(key: str, state: str) -> Row:
    return Row(key, key, "TXT", "n", "w", state, "So it is.")


def counted(sent: int | None, complained: int) -> dict[str, RatesRow]:
    return {"yahoo": RatesRow("yahoo", sent, sent or 0, 0, 0, complained, 0, None, None, None)}


ROWS = [
    row(key, VERIFIED) for key in (*TOKEN_KEYS, "mail-from-mx", "mail-from-spf", "spf", "dmarc", "one-click")
]


def items(
    details: Details = GOOD, rows: list[Row] | None = None, sent: int | None = 10_000, complained: int = 1
) -> dict[str, str]:
    return {
        one.key: one.state
        for one in bulk.checklist(details, details, rows or ROWS, counted(sent, complained))
    }


def test_a_good_sender_meets_everything_that_can_be_known() -> None:
    found = items()
    assert found.pop("complaints-gmail") == "Cannot be known" and found.pop("complaints-yahoo") == "Healthy"
    assert set(found.values()) == {VERIFIED}


@pytest.mark.parametrize(
    ("sent", "complained", "word"),
    [
        (10_000, 9, "Healthy"),
        (10_000, 10, "At risk"),
        (10_000, 29, "At risk"),
        (10_000, 30, "In danger"),
        (100, 1, "Too few to judge"),
        (0, 0, "Too few to judge"),
        (None, 3, "Cannot be known"),
    ],
)
def test_spam_reports_are_judged_by_their_own_lines(sent: int | None, complained: int, word: str) -> None:
    assert items(sent=sent, complained=complained)["complaints-yahoo"] == word


def test_from_is_aligned_by_either_and_by_neither_never() -> None:
    without = replace(GOOD, mail_from="", mail_from_status="")
    assert items(without)["aligned"] == VERIFIED
    unsigned = replace(GOOD, dkim_status="PENDING")
    assert items(unsigned)["aligned"] == VERIFIED and items(unsigned)["dkim"] == MISSING
    neither = replace(without, dkim_status="PENDING")
    assert items(neither)["aligned"] == MISSING
    unknown = [row(each.key, UNKNOWN) if each.key.startswith(("dkim", "mail")) else each for each in ROWS]
    assert items(rows=unknown)["aligned"] == UNKNOWN and items(rows=unknown)["dkim"] == UNKNOWN
    assert items(rows=[row("dkim-1", INCORRECT), *ROWS[1:]])["dkim"] == INCORRECT


def test_a_mailbox_providers_domain_is_nobodys_own() -> None:
    assert items(Details("me@gmail.com", False, True))["own"] == INCORRECT
    assert items(Details("me@gmail.com", False, True))["dkim"] == MISSING


def test_what_was_never_looked_at_is_unknown() -> None:
    found = {one.key: one.state for one in bulk.checklist(GOOD, GOOD, [], {})}
    assert found["dmarc"] == found["spf"] == found["one-click"] == found["dkim"] == UNKNOWN


def test_how_much_makes_bulk_is_told() -> None:
    assert "5,200 recipients at Gmail" in bulk.volume({"Gmail": 5_200, "Microsoft": 10})
    assert "less" in bulk.volume({"Gmail": 4_999})


def test_the_one_click_header_by_what_was_decided() -> None:
    https = "https://mail.example.com"
    assert one_click.row(Chosen(), https).state == VERIFIED
    assert one_click.row(Chosen(contact_list="x"), "").state == VERIFIED
    assert one_click.row(Chosen(), "").state == MISSING
    assert one_click.row(Chosen(), "http://mail.example.com").state == INCORRECT
    assert one_click.row(Chosen(look=Look(on_tests=False)), https).state == MISSING
