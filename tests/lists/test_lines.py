"""Files of addresses in every form people have them, and junk that is none."""

import io

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from core.errors import BadInput
from core.lists.address import fault
from core.lists.lines import ANOTHER, GUESSED, LONGEST_LINE, NOT_PLAIN, addresses, form_of
from core.safe_text import csv_cell


def read(raw: bytes) -> list[str]:
    file = io.BytesIO(raw)
    return [address for _, address, _, _ in addresses(file, form_of(file)) if address]


def told(raw: bytes, encoding: str = "") -> list[tuple[int, str, str]]:
    """Line, address and fault of everything in a file."""
    file = io.BytesIO(raw)
    return [
        (number, address, wrong) for number, address, _, wrong in addresses(file, form_of(file, encoding))
    ]


TWO = "E-Mail;Name\r\nanna@example.com;Zoë\r\nbob@example.org;Ångström\r\n"


@pytest.mark.parametrize(
    "encoding",
    [
        "utf-8",
        "utf-8-sig",
        "utf-16",
        "utf-16-le",
        "utf-16-be",
        "utf-32",
        "utf-32-le",
        "utf-32-be",
        "latin-1",
        "cp1252",
    ],
)
def test_every_encoding_reads_alike(encoding: str) -> None:
    assert read(TWO.encode(encoding)) == ["anna@example.com", "bob@example.org"]


@pytest.mark.parametrize("ends", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_every_delimiter_and_line_end_reads_alike(delimiter: str, ends: str) -> None:
    rows = [
        ["id", "name", "email"],
        ["1", "Anna", "anna@example.com"],
        ["2", '"Bob ""B"""', "bob@example.org"],
    ]
    text = ends.join(delimiter.join(row) for row in rows)
    assert read(text.encode()) == ["anna@example.com", "bob@example.org"]


def test_plain_lines_names_and_brackets_and_blank_lines_are_fine() -> None:
    raw = 'anna@example.com\n\n  Bob <Bob@Example.org>  \n"Doe, Jane" <jane@bücher.example>\n'
    assert read(raw.encode()) == ["anna@example.com", "bob@example.org", "jane@xn--bcher-kva.example"]


def test_our_own_export_comes_back_as_it_was() -> None:
    odd = ["+tag@example.com", "=1+1@example.com", "-x@example.com", "o'neil@example.com"]
    text = "email,reason\n" + "".join(f"{csv_cell(each)},bounce\n" for each in odd)
    assert read(("\ufeff" + text).encode()) == odd


def test_the_column_with_the_addresses_is_found_without_a_heading() -> None:
    assert read(b"1,anna@example.com,x\n2,bob@example.org,y\n") == ["anna@example.com", "bob@example.org"]


def test_a_bad_line_has_its_number_and_costs_no_other() -> None:
    file = io.BytesIO(b"a@x.example\nnot one\ntwo@@x.example\nb@x.example\n")
    lines = list(addresses(file, form_of(file)))
    assert [(number, bool(address)) for number, address, _, _ in lines] == [
        (1, True),
        (2, False),
        (3, False),
        (4, True),
    ]


CYRILLIC = "анна@example.com\nboris@example.org;Борис\nvera@бюро.example\n"


@pytest.mark.parametrize("encoding", ["koi8-r", "cp1251"])
def test_letters_that_were_guessed_are_left_out_and_never_imported_as_others(encoding: str) -> None:
    assert told(CYRILLIC.replace(";Борис", "").encode(encoding)) == [
        (1, "", GUESSED),
        (2, "boris@example.org", ""),
        (3, "", GUESSED),
    ]


@pytest.mark.parametrize("encoding", ["koi8-r", "cp1251", "cp866", "utf-8", "utf-16-le"])
def test_in_the_encoding_that_was_chosen_domains_are_read_and_letters_before_the_at_are_told(
    encoding: str,
) -> None:
    text = CYRILLIC.replace(";Борис", "")
    assert told(text.encode(encoding), encoding) == [
        (1, "", NOT_PLAIN),
        (2, "boris@example.org", ""),
        (3, "vera@xn--90a0af9c.example", ""),
    ]


@pytest.mark.parametrize("between", [", ", ",", ";", " ", "\t"])
def test_addresses_on_one_line_are_all_read(between: str) -> None:
    both = ["a@x.example", "b@x.example"]
    assert read(between.join(both).encode()) == both
    assert read(f"first@x.example\nlast@x.example\n{between.join(both)}\n".encode()) == [
        "first@x.example", "last@x.example", *both,
    ]  # fmt: skip
    assert read(f"email\n{between.join(both)}\n".encode()) == both


def test_a_line_of_addresses_without_end_is_cut_between_them() -> None:
    many = [f"somebody{number}@x.example" for number in range(5_000)]
    assert read(", ".join(many).encode()) == many


def test_a_cell_without_end_gives_no_half_address() -> None:
    assert read(b"good@x.example\n" + b"x" * LONGEST_LINE + b"wrong@x.example\n") == ["good@x.example"]


def test_a_second_address_beside_the_first_is_told_and_one_under_its_own_heading_is_not() -> None:
    row = b"1,anna@x.example,boss@x.example\n"
    assert told(row + row) == [
        (1, "anna@x.example", ""), (1, "", ANOTHER), (2, "anna@x.example", ""), (2, "", ANOTHER),
    ]  # fmt: skip
    assert told(b"id,email,manager\n" + row) == [(2, "anna@x.example", "")]


def test_a_bad_address_in_the_first_line_is_no_heading() -> None:
    assert told(b"an na@x.example\nb@x.example\n")[0][:2] == (1, "")
    assert read(b"mailto:a@x.example\nMailTo:b@x.example\n") == ["a@x.example", "b@x.example"]
    assert told(b"Customers\nb@x.example\n") == [(2, "b@x.example", "")]


def test_a_cell_in_quotes_goes_on_over_lines_and_an_open_quote_swallows_nobody() -> None:
    text = 'name,email\n"Anna\nSchmidt",anna@x.example\nBob,bob@x.example\n'
    assert told(text.encode()) == [(2, "anna@x.example", ""), (4, "bob@x.example", "")]
    broken = (
        'name,email\n"Anna,anna@x.example\nBob,bob@x.example\nCleo "C",cleo@x.example\n"Dan,dan@x.example\n'
    )
    found = told(broken.encode())
    assert {number for number, _, _ in found} == {2, 3, 4, 5}
    assert [address for _, address, _ in found if address] == ["bob@x.example", "cleo@x.example"]


@pytest.mark.parametrize(
    "raw",
    [
        b"", b"\n\n\n", b"PK\x03\x04whatever", b"\xd0\xcf\x11\xe0old", b"%PDF-1.7", b"\x1f\x8bpacked",
        b"\x00\x01\x02\x03\x00\x00\x07", b"hello\nworld\n", b"name,age\nAnna,7\n",
    ],
)  # fmt: skip
def test_what_is_no_list_of_addresses_is_refused_in_words(raw: bytes) -> None:
    with pytest.raises(BadInput) as refused:
        form_of(io.BytesIO(raw))
    assert refused.value.field == "file" and refused.value.message.endswith(("file.", "line.", "file?"))


@given(st.binary(max_size=400))
@example(b"\xfe\xff\x00")  # half a letter
def test_junk_is_read_or_refused_and_breaks_nothing(raw: bytes) -> None:
    file = io.BytesIO(raw)
    try:
        form = form_of(file)
        for _, address, cell, _ in addresses(file, form):
            assert address == "" or fault(cell) is None
    except BadInput as refused:
        assert refused.field == "file"


@given(st.text(st.characters(exclude_characters="\x00"), max_size=60))
def test_no_control_character_or_blank_is_ever_in_an_address(text: str) -> None:
    file = io.BytesIO(("good@example.com\n" + text).encode("utf-8", "replace"))
    for _, address, _, _ in addresses(file, form_of(file)):
        assert address == "" or (address.isprintable() and " " not in address and address.count("@") == 1)
