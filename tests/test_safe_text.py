"""Text from outside does nothing on a screen, in a label, in a file or in a terminal."""

import csv
import html
import io
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.safe_text import csv_cell, mask, mask_inside, safe_html, safe_markdown, safe_text

ANYTHING = st.text(st.characters(exclude_categories=()), max_size=80)
ATTACKS = [
    "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "![x](http://evil.example/pixel.png)",
    "[click](javascript:alert(1))", "![a][b]", "[b]: http://evil.example", "$\\LaTeX$", "$$x$$", ":material/delete:", ":red[boo]",
    ":smile:", "`code`", "``a`b``", "# heading", "| a | b |", "http://evil.example", "www.evil.example", "<http://evil.example>",
    "\u202egnp.exe", "a\u2066b\u2069", "\x1b[31mred\x1b[0m", "\x1b]8;;http://evil.example\x07link\x1b]8;;\x07", "\x9b31mred",
    "line\r\nLog: forged", "tab\tbell\x07", "nul\x00", "\u2028\u2029", "zero\u200bwidth", "\ud800 lone", "&lt;b&gt;", "'\"><svg onload=1>",
    "\U000e0041\U000e0042 tags", "a\ufeffb", "\\[x\\]",
]  # fmt: skip


def harmless(text: str) -> bool:
    return all(
        unicodedata.category(c) not in ("Cc", "Cs", "Zl", "Zp", "Co", "Cn")
        and (unicodedata.category(c) != "Cf" or c in "\u200c\u200d\u2060")
        for c in text
    )


@given(ANYTHING, st.integers(1, 60))
def test_what_comes_out_is_one_line_of_visible_characters_within_the_limit(text: str, limit: int) -> None:
    line = safe_text(text, limit)
    assert harmless(line) and len(line) <= limit and line == line.strip()


@given(ANYTHING)
def test_cleaning_twice_changes_nothing_more(text: str) -> None:
    assert safe_text(safe_text(text, 500), 500) == safe_text(text, 500)


@pytest.mark.parametrize("attack", ATTACKS)
def test_an_attack_comes_out_as_plain_characters(attack: str) -> None:
    line = safe_text(attack)
    assert harmless(line)
    assert "![" not in line and "](" not in line


def test_ordinary_text_stays_as_it_is() -> None:
    for text in (
        "550 5.1.1 <jane@example.com>: Recipient address rejected (in reply to RCPT TO)",
        "Ihre Bestellung Nr. 4711 – 20 % günstiger!",
        "你好，世界", "مرحبا", "👩\u200d💻 dev", "می\u200cخواهم", "a_b*c [1] (2) #3",
    ):  # fmt: skip
        assert safe_text(text) == text


def test_terminal_sequences_go_whole_and_a_cut_shows_an_ellipsis() -> None:
    assert safe_text("\x1b[1;31mred\x1b[0m alert\x1b]0;title\x07!") == "red alert!"
    assert safe_text("abcdef", 4) == "abc…"
    assert safe_text(None) == ""
    assert len(safe_text("x" * 10_000_000, 50)) == 50


@given(ANYTHING)
def test_a_code_span_holds_the_whole_text_and_cannot_be_left(text: str) -> None:
    span = safe_markdown(text)
    if span:
        fence = span[: len(span) - len(span.lstrip("`"))]
        inside = span[len(fence) : -len(fence)]
        assert span.endswith(fence) and inside
        assert all(len(run) != len(fence) for run in _runs(inside))


def _runs(text: str) -> list[str]:
    return [run for run in "".join(c if c == "`" else " " for c in text).split() if run]


@pytest.mark.parametrize("attack", ATTACKS)
def test_html_and_chart_labels_get_no_tag_and_no_quote(attack: str) -> None:
    label = safe_html(attack)
    assert not set(label) & set("<>\"'")
    assert html.unescape(label) == safe_text(attack)


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("jane@example.com", "j•••@example.com"), ("j@example.com", "•••@example.com"), ("", ""), (None, ""),
        ("postmaster", "p•••"), ('"a@b"@example.com', '"•••@example.com'), ("@example.com", "•••@example.com"),
    ],
)  # fmt: skip
def test_a_viewer_sees_the_first_letter_and_the_domain(address: str | None, shown: str) -> None:
    assert mask(address) == shown


def test_addresses_inside_a_servers_reply_are_masked_too() -> None:
    reply = "550 5.1.1 <jane.doe@example.com>: user unknown; rcpt=bob@example.org"
    assert mask_inside(reply) == "550 5.1.1 <j•••@example.com>: user unknown; rcpt=b•••@example.org"
    assert mask_inside(None) == ""


@pytest.mark.parametrize(
    "begin", ["=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠", " =", "\u00a0=", "\ufeff="]
)
def test_a_cell_that_would_be_a_formula_is_text(begin: str) -> None:
    cell = csv_cell(f"{begin}HYPERLINK(1)")
    assert isinstance(cell, str) and cell.startswith("'")


def test_numbers_and_harmless_text_stay_themselves() -> None:
    for value in (-1.5, 0, None, True, "plain", "a=b", "5 - 3", ""):
        assert csv_cell(value) is value


@given(st.lists(ANYTHING, min_size=1, max_size=5))
def test_no_cell_of_a_file_begins_with_a_trigger(cells: list[str]) -> None:
    cleaned = [csv_cell(safe_text(cell)) for cell in cells]
    sheet = io.StringIO()
    csv.writer(sheet).writerow(cleaned)
    for cell in next(iter(csv.reader(io.StringIO(sheet.getvalue()))), []):
        assert not cell.lstrip().startswith(("=", "+", "-", "@", "＝", "＋", "－", "＠"))
