"""Where a test stands, in one word; and names of Amazon's that nothing is read into."""

import pytest

from core.aws.check import CheckLine
from core.connect.tests import Hops
from core.diagnosis.diagnosis import Diagnosis
from core.store.tables import SentTest
from pages.parts import check_lines
from pages.parts.hops import STUCK_AFTER, word

START = 1_800_000_000_000


def sent(scenario: str = "complaint", state: str = "accepted") -> SentTest:
    return SentTest(
        id=1,
        connection_id=1,
        scenario=scenario,
        recipient="a@example.com",
        transport="api",
        state=state,
        started_at=START,
    )


def came(*types: str) -> Hops:
    return (
        Hops(START + 100, START + 900, START + 950, START + 950, types)
        if types
        else Hops(START + 100, None, None, None)
    )


@pytest.mark.parametrize(
    ("scenario", "state", "types", "after", "expected"),
    [
        ("success", "accepted", (), 5_000, "Waiting"),
        ("success", "accepted", (), STUCK_AFTER, "Stuck"),
        ("success", "accepted", ("Delivery",), 5_000, "Arrived"),
        ("complaint", "accepted", ("Delivery",), 5_000, "Waiting"),
        ("complaint", "accepted", ("Delivery", "Complaint"), 5_000, "Arrived"),
        ("bounce", "accepted", ("Send", "Bounce"), 5_000, "Arrived"),
        ("person", "accepted", ("Bounce",), 5_000, "Arrived"),
        ("success", "refused", (), 5_000, "Refused"),
        ("success", "unknown", (), 5_000, "Unknown"),
        ("success", "unknown", ("Delivery",), 5_000, "Arrived"),
        ("success", "sending", (), 5_000, "Waiting"),
    ],
)
def test_a_test_stands_at_one_word(
    scenario: str, state: str, types: tuple[str, ...], after: int, expected: str
) -> None:
    assert word(sent(scenario, state), came(*types), START + after) == expected


def line(state: str, side: str | None = None) -> CheckLine:
    return CheckLine(
        "who", "Amazon knows the key", state, finding=Diagnosis("x", "X", "X.", side) if side else None
    )


def test_a_check_passes_with_warnings_and_never_when_it_is_empty() -> None:
    assert check_lines.passed([line("ok"), line("warn", "yours"), line("skip")])
    assert not check_lines.passed([])
    assert not check_lines.passed([line("ok"), line("fail", "yours")])


def test_the_keys_are_only_asked_for_again_when_they_may_be_at_fault() -> None:
    assert check_lines.yours([line("fail", "yours")])
    assert not check_lines.yours([line("fail", "network")])
    assert not check_lines.yours([line("warn", "yours")])


@pytest.mark.parametrize(
    ("sentence", "shown"),
    [
        ("2 verified: hello@example.net, example.com.", "2 verified: `hello@example.net`, example.com."),
        ("![x](https://evil.example/p.png)", "`!\u2060[x]\u2060(https://evil.example/p.png)`"),
        ("*bold* [link] <b>", r"\*bold\* \[link\] \<b\>"),
        ("Account 000000000000, as ses-desk.", "Account 000000000000, as ses-desk."),
    ],
)
def test_nothing_is_read_into_a_name_of_amazons(sentence: str, shown: str) -> None:
    assert check_lines.plain(sentence) == shown
