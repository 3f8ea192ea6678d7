"""Out of the sandbox: facts decide, the draft says only what is proved, and Amazon's review is followed."""

from dataclasses import replace

import pytest
from amazon import ALICE, BOB
from drilling import Yard, yard

from core import moment
from core.aws.account import account
from core.demo.running import Running
from core.diagnosis import explain
from core.errors import BadInput, NotAllowed
from core.production.ready import facts
from core.production.request import REVIEWS, Use, draft, file
from core.store import audit, doctor_runs

USE = Use("MARKETING", "https://example.com", "A weekly letter to customers of our shop who asked for it.", "At the till, confirmed by mail.", 5_000)  # fmt: skip


@pytest.fixture
def ground(amazon: Running, tmp_path):
    with yard(amazon, tmp_path) as made:
        yield made
    made.region.details.clear()


def states(ground: Yard) -> dict[str, str]:
    found = facts(ground.desk.store, ground.connection, ground.way, moment.now())
    return {fact.key: fact.state for fact in found}


def test_what_was_not_checked_is_not_ready(ground: Yard) -> None:
    assert states(ground) == {
        "domain": "ready",
        "bounces": "unknown",
        "unsubscribe": "unknown",
        "dmarc": "unknown",
    }


def test_the_doctors_last_round_decides(ground: Yard) -> None:
    from core.doctor import history
    from core.doctor.line import Line

    lines = [
        Line("unsubscribe", "page", "Page", "warn", "Nobody outside can press an unsubscribe link."),
        Line("dns", "dmarc", "DMARC", "ok", "There."),
    ]
    with ground.desk.store.write() as conn:
        doctor_runs.keep(conn, history.row(ground.number, lines, "alice", moment.now(), moment.now()))
    found = states(ground)
    assert (found["unsubscribe"], found["dmarc"]) == ("missing", "ready")


def keep_round(ground: Yard, names: tuple[str, ...], at: int, opened: bool = True) -> None:
    from core.doctor import history
    from core.doctor.line import Line

    lines = [
        Line(
            *name.split("/"), name, "ok", "There.", facts={"opened": opened} if name.endswith("page") else {}
        )
        for name in names
    ]
    with ground.desk.store.write() as conn:
        doctor_runs.keep(conn, history.row(ground.number, lines, "alice", at, at))


UNSUBSCRIBING = ("unsubscribe/links", "unsubscribe/page", "unsubscribe/headers")


def test_what_the_doctor_saw_long_ago_is_not_ready(ground: Yard) -> None:
    keep_round(ground, (*UNSUBSCRIBING, "dns/dmarc"), moment.now() - 8 * 86_400_000)
    found = states(ground)
    assert (found["unsubscribe"], found["dmarc"]) == ("unknown", "unknown")


def test_a_round_that_looked_at_a_part_alone_proves_nothing(ground: Yard) -> None:
    keep_round(ground, UNSUBSCRIBING[:1], moment.now())
    assert states(ground)["unsubscribe"] == "unknown"


def test_readers_can_unsubscribe_only_once_a_link_was_opened(ground: Yard) -> None:
    keep_round(ground, UNSUBSCRIBING, moment.now(), opened=False)
    assert states(ground)["unsubscribe"] == "unknown"
    keep_round(ground, UNSUBSCRIBING, moment.now() + 1)
    [fact] = [
        one
        for one in facts(ground.desk.store, ground.connection, ground.way, moment.now())
        if one.key == "unsubscribe"
    ]
    assert fact.state == "ready" and "a link was opened" in fact.sentence


def test_the_draft_says_what_the_doctor_saw_and_when(ground: Yard) -> None:
    keep_round(ground, (*UNSUBSCRIBING, "dns/dmarc"), moment.now())
    text = draft(USE, facts(ground.desk.store, ground.connection, ground.way, moment.now()))
    assert "The mail we test with carries a one-click unsubscribe header" in text
    assert text.count("(Checked on 20") == 2 and "Every mail" not in text and "mailed no more" not in text


def test_an_amazon_that_does_not_answer_is_not_known(ground: Yard) -> None:
    closed = replace(ground.way, endpoint_url="http://127.0.0.1:9")
    found = facts(ground.desk.store, ground.connection, closed, moment.now())
    assert found[0].state == "unknown"


def test_an_amazon_that_is_silent_is_not_waited_for_longer_than_the_pages_round(
    ground: Yard, amazon: Running
) -> None:
    amazon.amazon.faults.add({"name": "timeout", "service": "sesv2", "seconds": 3.0, "count": -1})
    found = facts(ground.desk.store, ground.connection, ground.way.within(0.5), moment.now())
    assert found[0].state == "unknown" and "No answer in time" in found[0].sentence


def test_the_draft_promises_only_what_is_proved(ground: Yard) -> None:
    text = draft(USE, facts(ground.desk.store, ground.connection, ground.way, moment.now()))
    assert "verified in Amazon SES" in text and "5,000 recipients a day" in text
    assert "one-click" not in text and "DMARC" not in text and "mailbox simulator" not in text


def test_the_request_is_filed_once_and_its_review_followed(ground: Yard) -> None:
    ground.region.production = False
    text = draft(USE, facts(ground.desk.store, ground.connection, ground.way, moment.now()))
    for use, description, field in (
        (replace(USE, website="example"), text, "website"),
        (replace(USE, mail_type="BOTH"), text, "mail_type"),
        (USE, "Hi.", "what"),
        (USE, "x" * 5_001, "description"),
    ):
        with pytest.raises(BadInput) as refused:
            file(ground.desk, ground.connection, use, description, ALICE, moment.now())
        assert refused.value.field == field
    with pytest.raises(NotAllowed):
        file(ground.desk, ground.connection, USE, text, BOB, moment.now())
    assert account(ground.way).review == ""
    file(ground.desk, ground.connection, USE, text, ALICE, moment.now())
    assert account(ground.way).review == "PENDING" and "about a day" in REVIEWS["PENDING"]
    assert "production-requested" in [entry.action for entry in audit.recent(ground.desk.store, 10)]
    with pytest.raises(Exception) as again:
        file(ground.desk, ground.connection, USE, text, ALICE, moment.now())
    assert explain(again.value).known
    ground.region.details["ReviewDetails"]["Status"] = "DENIED"
    assert "Support Center" in REVIEWS[account(ground.way).review]
