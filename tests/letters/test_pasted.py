"""What people paste from "Show original": the rows above the mail go, the mail itself stays as it is."""

from typing import Any

import pytest
from signing import BODY, publish, rsa_key, signed

from core.errors import BadInput
from core.letters.examine import after
from core.letters.pasted import from_paste

GMAIL = """Original message
Message ID\t<1@example.com>
Created on:\tTue, Nov 24, 2026 at 9:00 AM (Delivered after 1 second)
From:\tShop <news@example.com>
To:\tyou@example.net
Subject:\tHello
SPF:\tPASS with IP 54.240.7.20 Learn more
DKIM:\t'PASS' with domain example.com Learn more
DMARC:\t'PASS' Learn more

Download original
Copy to clipboard

"""


def test_the_rows_of_gmails_page_are_left_out_and_the_signature_still_holds(names: Any) -> None:
    publish(names, rsa_key().record)
    raw = b"Delivered-To: you@example.net\r\n" + signed(rsa_key())
    for text in (GMAIL + raw.decode(), GMAIL.replace("\n", "\r\n") + raw.decode(), raw.decode()):
        assert from_paste(text) == raw
        found = after(from_paste(text), pasted=True, way=names.way)
        assert found.verdict is not None and found.verdict.state == "ok"


@pytest.mark.parametrize("ends", ["\n", "\r\n"])
def test_a_plain_paste_keeps_every_byte_but_the_line_ends(ends: str) -> None:
    text = BODY.decode().replace("\r\n", ends)
    assert from_paste("\ufeff\n\n" + text) == BODY


def test_rows_without_a_mail_below_are_no_mail() -> None:
    with pytest.raises(BadInput):
        after(from_paste("Good morning, what is this?"), pasted=True)


def test_words_of_the_rows_inside_a_mail_are_not_taken_for_them() -> None:
    text = BODY.decode() + "Original message\nMessage ID 1\nFrom: somebody\n"
    assert from_paste(text).endswith(b"From: somebody\r\n")


def test_a_mail_of_letters_that_no_encoding_has_is_still_bytes() -> None:
    assert from_paste("From: a@example.com\n\n\ud83d").startswith(b"From: a@example.com\r\n\r\n")
