"""Mail that was made to be slow or large: bounded by what is looked at, said in a sentence, and never a traceback."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from signing import BODY, publish, rsa_key, signed

from core.errors import BadInput
from core.letters.clean import cleaned
from core.letters.examine import after, before
from core.letters.lines import LINE, longest
from core.letters.opened import MOST, PARTS, PIECES, open_letter
from core.letters.signatures import LINES, verify
from core.letters.timebox import TimeBox, timebox

HEAD = b"From: a@example.com\r\nTo: b@example.com\r\nSubject: deep\r\n"
MIXED = b'Content-Type: multipart/mixed; boundary="%s"\r\n\r\n'


class Counted(bytes):
    """Bytes that count how often somebody looks into them."""

    looks = 0

    def __getitem__(self, key: Any) -> Any:
        type(self).looks += 1
        return bytes(self)[key] if not isinstance(key, slice) else bytes.__getitem__(self, key)


def keys(raw: bytes) -> set[str]:
    """What is said of it."""
    return {each.key for each in before(raw).points}


def test_what_is_too_large_or_empty_is_refused_in_a_sentence() -> None:
    for raw in (BODY + b"x" * MOST, b" \r\n", b"no header at all"):
        with pytest.raises(BadInput) as refused:
            before(raw)
        assert refused.value.message.endswith(".")


def test_a_thousand_layers_are_opened_down_to_the_eighth() -> None:
    raw = b"inner"
    for number in range(1_000):
        mark = b"b%d" % number
        raw = MIXED % mark + b"--%s\r\n%s\r\n--%s--\r\n" % (mark, raw, mark)
    opened = open_letter(HEAD + raw)
    assert opened.pieces <= 9 and "layers-many" in keys(HEAD + raw)


def test_of_a_million_parts_a_hundred_are_opened() -> None:
    raw = HEAD + MIXED % b"b" + b"--b\r\n\r\nx\r\n" * 1_000_000
    opened = open_letter(raw)
    assert len(opened.parts) == PARTS and opened.pieces <= PARTS + 2 and "parts-many" in opened.troubles


def test_of_a_million_containers_without_a_leaf_three_hundred_are_opened() -> None:
    inner = b"".join(
        b"--c\r\n" + MIXED % b"d" + b"--d\r\n" + MIXED % b"e" + b"--e--\r\n--d--\r\n" for _ in range(100)
    )
    raw = HEAD + MIXED % b"b" + (b"--b\r\n" + MIXED % b"c" + inner + b"--c--\r\n") * 400
    opened = open_letter(raw)
    assert opened.pieces <= PIECES + 1 and "parts-many" in opened.troubles


def test_of_huge_headers_a_thousand_are_read() -> None:
    opened = open_letter(HEAD + b"X-Loop: again\r\n" * 1_500_000 + b"\r\nx")
    assert len(opened.headers) <= 1_000 and "headers-huge" in opened.troubles
    one = open_letter(HEAD + b"X-Long: " + b"y" * 20_000_000 + b"\r\n\r\nx")
    assert "headers-huge" in one.troubles and all(len(each.value) <= 20_000 for each in one.headers)


def test_the_longest_line_is_found_in_hops_not_line_by_line() -> None:
    Counted.looks = 0
    assert longest(Counted(b"\n" * 10_000_000)) == 0
    assert Counted.looks <= 10_000_000 // LINE + 2


@settings(max_examples=200, deadline=None)
@given(st.lists(st.integers(0, 2_500), max_size=12), st.sampled_from([b"\n", b"\r\n", b"\r"]))
def test_the_longest_line_is_the_one_that_splitting_finds(sizes: list[int], end: bytes) -> None:
    raw = end.join(b"x" * size for size in sizes)
    most = max(sizes, default=0)
    assert longest(raw) == (most if most > LINE else 0)


def test_a_signed_mail_of_newlines_alone_is_not_even_given_to_the_verifier(names: Any) -> None:
    publish(names, rsa_key().record)
    raw = signed(rsa_key()) + b"\n" * (20 * 1024 * 1024)
    assert raw.count(b"\n") > LINES
    judged = after(raw, way=names.way).verdict
    assert judged is not None and judged.state == "unknown"
    assert "dkim-too-much" in {each.key for each in judged.points}


def test_a_large_mail_in_ordinary_lines_is_verified(names: Any) -> None:
    publish(names, rsa_key().record)
    large = BODY + (b"x" * 76 + b"\r\n") * 120_000
    assert [each.state for each in verify(signed(rsa_key(), large), names.way)] == ["passed"]


class Steps:
    """A clock that jumps by some seconds whenever it is looked at."""

    def __init__(self, seconds: float) -> None:
        self.at, self.seconds = 0.0, seconds

    def __call__(self) -> float:
        self.at += self.seconds
        return self.at


def test_when_the_time_is_over_everything_left_is_unknown_and_nothing_is_asked(names: Any) -> None:
    publish(names, rsa_key().record)
    over: TimeBox = timebox(1, Steps(2))
    examined = after(signed(rsa_key()), way=names.way, box=over)
    assert examined.verdict is not None and examined.verdict.state == "unknown"
    said = {each.key for each in (*examined.points, *examined.verdict.points)}
    assert {"lint-late", "dkim-too-much", "dmarc-unasked"} <= said
    assert names.resolver.asked == []


def test_the_parts_of_the_time_add_up_to_less_than_fifteen_seconds() -> None:
    box = timebox(now=lambda: 0.0)
    assert box.left() == 14.0 < 15 and box.left(12) == 12 and timebox(-1, lambda: 0.0).left() == 0


def test_html_that_grows_while_it_is_parsed_ends_in_time() -> None:
    fonts = "".join(f"<font size={n}>" for n in range(18_000)) + "<p>" * 18_000
    for bomb in (fonts, "<div>" * 80_000):
        assert cleaned(bomb, 0.5) is None  # either takes many seconds, on any machine
    assert cleaned("<p>Hello</p>") == "<p>Hello</p>" and cleaned("<p>Hello</p>", 0) is None


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=2_000))
def test_any_bytes_are_taken_apart_or_refused(raw: bytes) -> None:
    try:
        assert open_letter(raw).raw == raw
    except BadInput as refused:
        assert refused.message
