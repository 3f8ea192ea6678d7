"""A report of a topic of ours that is refused leaves word of it: one bounded finding, no address, and nothing of a stranger's."""

import json
from typing import Any

from receiving import Desk, Line
from sns_signer import ses_event

from core.receiver import notes
from core.store import findings, refusals


def forged(desk: Desk, line: Line, message: str) -> dict[str, Any]:
    """A message whose signature is another one's."""
    signed = desk.signer.notification(line.arn, json.loads(message))
    return {**signed, "Message": message}


def evidence(desk: Desk, line: Line) -> dict[str, str]:
    (row,) = [
        one
        for one in findings.standing(desk.store, [line.connection_id])
        if one.reference == "report-refused"
    ]
    assert row.subject == line.arn
    said: dict[str, str] = json.loads(row.evidence)
    return said


def about(number: str) -> str:
    return json.dumps({**ses_event(), "mail": {**ses_event()["mail"], "messageId": number}}) + " "


def test_it_tells_the_topic_the_reason_and_which_mail_and_no_address(post_office: Desk) -> None:
    line = post_office.line()
    answer = post_office.post(line, forged(post_office, line, about("m-1")))
    assert (answer.status, answer.json["error"]["code"]) == (403, "signature")
    said = evidence(post_office, line)
    assert "signature" in said["why"] and said["mails"].startswith("m-1@") and len(said) == 2
    assert "@example" not in str(said)
    assert refusals.of_mail(post_office.store, line.connection_id, "m-1")
    assert refusals.of_mail(post_office.store, line.connection_id, "m-2") is None


def test_a_flood_leaves_one_finding_of_bounded_size_and_is_written_a_few_times_only(
    post_office: Desk,
) -> None:
    line = post_office.line()
    for number in range(2 * notes.MOST):
        post_office.post(line, forged(post_office, line, about(f"m-{number}")))
    kept = evidence(post_office, line)["mails"].split()
    assert [each.partition("@")[0] for each in kept] == [f"m-{number}" for number in range(notes.MOST)]


def test_what_is_about_no_mail_leaves_no_word(post_office: Desk) -> None:
    line = post_office.line()
    for number in ("x" * 101, "<b>", "a b", "someone@example.com"):
        post_office.post(line, forged(post_office, line, about(number)))
    assert post_office.findings(line) == set()


def test_a_topic_that_was_not_accepted_here_leaves_no_word(post_office: Desk) -> None:
    line, open_line = post_office.line(pinned=False), post_office.line(open=True, pinned=False)
    for one in (line, open_line):
        post_office.post(one, forged(post_office, one, about("m-1")))
        assert "report-refused" not in post_office.findings(one)
