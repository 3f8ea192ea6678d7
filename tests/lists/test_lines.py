"""Files of addresses in every form people have them, and junk that is none."""

import io

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from core.errors import BadInput
from core.lists.address import fault
from core.lists.lines import addresses, form_of
from core.safe_text import csv_cell


def read(raw: bytes) -> list[str]:
    file = io.BytesIO(raw)
    return [address for _, address, _ in addresses(file, form_of(file))]


TWO = "E-Mail;Name\r\nanna@example.com;Zoë\r\nbob@example.org;Ångström\r\n"


@pytest.mark.parametrize(
    "encoding",
    ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "latin-1", "cp1252"],
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
    assert [(number, bool(address)) for number, address, _ in lines] == [
        (1, True),
        (2, False),
        (3, False),
        (4, True),
    ]


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
        for _, address, cell in addresses(file, form):
            assert address == "" or fault(cell) is None
    except BadInput as refused:
        assert refused.field == "file"


@given(st.text(st.characters(exclude_characters="\x00"), max_size=60))
def test_no_control_character_or_blank_is_ever_in_an_address(text: str) -> None:
    file = io.BytesIO(("good@example.com\n" + text).encode("utf-8", "replace"))
    for _, address, _ in addresses(file, form_of(file)):
        assert address == "" or (address.isprintable() and " " not in address and address.count("@") == 1)
