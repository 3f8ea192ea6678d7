"""The table of words: whole, in plain language, and safe to edit."""

import re
import string
import tomllib
from typing import Any

import pytest

from core.diagnosis import Context, Diagnosis, explain, finding
from core.diagnosis.diagnosis import SIDES
from core.diagnosis.explain import scrub
from core.diagnosis.table import PAGE, page
from core.diagnosis.words import FILE, Row, rows
from core.letters import point as letters

KNOWN = {
    "region",
    "place",
    "from_address",
    "to_address",
    "host",
    "action",
    "resource",
    "identities",
    "clock",
    "seen",
}
EVERY = list(rows().values())


@pytest.mark.parametrize("row", EVERY, ids=[row.reference for row in EVERY])
def test_every_row_reads_well(row: Row) -> None:
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", row.reference)
    assert row.side in SIDES and len(row.title.split()) < 14 and not row.title.endswith(".")
    assert row.meaning.endswith((".", "}"))
    assert row.steps or row.side == "fine"
    assert all(step.endswith((".", "true", ".”")) for step in row.steps)
    assert row.link == "" or row.link.startswith(
        ("https://docs.aws.amazon.com/", "https://health.aws.amazon.com/")
    )
    for sentence in re.split(r"(?<=[.:;]) ", " ".join((row.meaning, *row.steps))):
        assert len(sentence.split()) <= 24, sentence


@pytest.mark.parametrize("row", EVERY, ids=[row.reference for row in EVERY])
def test_every_placeholder_is_one_that_is_filled(row: Row) -> None:
    text = " ".join((row.title, row.meaning, *row.steps))
    assert {name for _, name, _, _ in string.Formatter().parse(text) if name} <= KNOWN


def test_the_file_has_no_field_that_nobody_reads() -> None:
    table = tomllib.loads(FILE.read_text())
    assert {key for row in table.values() for key in row} == {
        "title",
        "meaning",
        "side",
        "steps",
        "link",
        "when",
        "engineers",
        "sure",
    }
    whens = [when for row in table.values() for when in row.get("when", ())]
    assert {key for when in whens for key in when} <= {"codes", "exceptions", "smtp", "says", "hint"}
    assert all(when for when in whens)


def test_no_row_speaks_of_invalid_credentials_or_errors_without_words() -> None:
    for row in EVERY:
        text = " ".join((row.title, row.meaning, *row.steps)).lower()
        assert "invalid credentials" not in text and "an error occurred" not in text
        assert "verify=false" not in text


VERBS = frozenset(
    [
        "Add",
        "Allow",
        "Ask",
        "Attach",
        "Bind",
        "Bring",
        "Change",
        "Check",
        "Choose",
        "Compare",
        "Confirm",
        "Connect",
        "Copy",
        "Create",
        "Decide",
        "Do",
        "Enable",
        "Fill",
        "Forget",
        "Free",
        "Get",
        "Give",
        "Go",
        "Keep",
        "Leave",
        "Let",
        "Look",
        "Make",
        "Name",
        "Open",
        "Pin",
        "Press",
        "Publish",
        "Put",
        "Read",
        "Remove",
        "Renew",
        "Replace",
        "Report",
        "Request",
        "Resume",
        "Roll",
        "Run",
        "See",
        "Send",
        "Serve",
        "Set",
        "Shorten",
        "Show",
        "Slow",
        "Spread",
        "Start",
        "Subscribe",
        "Switch",
        "Take",
        "Test",
        "Try",
        "Use",
        "Verify",
        "Wait",
        "Write",
        "Correct",
        "Delete",
        "Drop",
        "Move",
        "Paste",
        "Point",
        "Wire",
        "Raise",
        "Sign",
        "Split",
        "Merge",
        "Rename",
        "Turn",
        "Shrink",
        "Retry",
        "Sort",
        "Type",
        "Point",
        "Import",
        "Save",
        "Download",
        "Encode",
        "Fix",
    ]
)


@pytest.mark.parametrize("row", EVERY, ids=[row.reference for row in EVERY])
def test_every_step_begins_with_a_verb(row: Row) -> None:
    assert [step for step in row.steps if step.split()[0].strip(":,.") not in VERBS] == []


@pytest.mark.parametrize("key", letters.table())
def test_every_word_about_a_mail_reads_well_and_each_step_begins_with_a_verb(key: str) -> None:
    row: Any = letters.table()[key]
    assert set(row) <= {"state", "side", "title", "meaning", "steps", "link"}
    assert row["state"] in letters.STATES and row["side"] in letters.SIDES
    assert (row["side"] == "fine") == (row["state"] == "ok")
    assert len(row["title"].split()) < 14 and not row["title"].endswith(".")
    assert row["meaning"].endswith((".", "}")) and bool(row.get("steps")) == (row["state"] != "ok")
    steps = row.get("steps", [])
    assert [step for step in steps if step.split()[0].strip(":,.") not in VERBS] == []
    assert all(step.endswith((".", ".”")) for step in steps)
    assert row.get("link", "https://docs.aws.amazon.com/").startswith("https://docs.aws.amazon.com/")
    for sentence in re.split(r"(?<=[.:;]) ", " ".join((row["meaning"], *steps))):
        assert len(sentence.split()) <= 20, sentence


@pytest.mark.parametrize("row", EVERY, ids=[row.reference for row in EVERY])
def test_what_is_only_remembered_says_probably(row: Row) -> None:
    assert row.sure in ("documented", "seen", "remembered")
    assert (row.sure == "remembered") <= ("probably" in f"{row.title} {row.meaning}".lower())


@pytest.mark.parametrize(
    "row", [row for row in EVERY if row.when], ids=[row.reference for row in EVERY if row.when]
)
def test_every_error_has_a_second_layer_for_engineers(row: Row) -> None:
    assert row.engineers.endswith(".") and row.engineers != row.meaning


def test_the_page_of_the_documentation_is_what_the_table_says() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "run: python -m core.diagnosis.table"


def test_the_sandbox_is_never_put_down_to_the_keys() -> None:
    for reference in ("in-sandbox", "recipient-not-verified", "production-access-missing"):
        assert "invalid" not in rows()[reference].meaning.lower()


@pytest.mark.parametrize(
    "reference",
    ["raw-delivery-on", "signature-version-1", "unsubscribed-by-amazon", "confirmation-rejected", "topic-set-up",
     "subscription-not-confirmed", "root-keys", "in-sandbox", "smtp-only"],
)  # fmt: skip
def test_every_standing_finding_has_words(reference: str) -> None:
    said = finding(reference, {"topic": "arn:aws:sns:eu-west-1:1:x"}, "eu-west-1")
    assert said.known and said.title and said.meaning and said.evidence["topic"]
    assert "{" not in said.title + said.meaning + "".join(said.steps)


def test_a_finding_without_words_still_says_its_name() -> None:
    said = finding("something-new")
    assert not said.known and said.title == "Something new"


def test_a_diagnosis_survives_the_store() -> None:
    said = explain(TimeoutError("x"), Context(region="eu-west-1"))
    assert Diagnosis.from_json(said.as_json()) == said


def test_a_placeholder_nobody_fills_does_not_break_a_page(monkeypatch: pytest.MonkeyPatch) -> None:
    row = rows()["in-sandbox"]
    odd = Row("in-sandbox", "Odd {typo}", row.meaning, row.side, row.steps, row.link, row.when)
    monkeypatch.setitem(rows(), "in-sandbox", odd)
    assert finding("in-sandbox").title == "Odd …"


def test_what_amazon_repeats_of_our_callback_holds_no_secret() -> None:
    path = "Xy-" + "a1_b" * 10
    said = explain(Exception(f"Unreachable Endpoint https://mail.example.com/sns/{path}, try again"))
    assert path not in said.as_json() and "/sns/•••" in scrub(f"https://m.example/sns/{path}")
