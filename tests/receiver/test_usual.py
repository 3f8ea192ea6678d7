"""The quick way to read an envelope says what the careful way says, or nothing."""

import json
import random

import pytest
from sns_signer import Signer, ses_event

from core.receiver.envelope import read_envelope, read_with_care
from core.receiver.refused import Refused
from core.receiver.usual import usual

PIECES = (
    b'"', b"\\", b"\\\\", b'\\"', b"\\u0022", b"\\u0022" * 4, b"\x00", b"\n", b"\\n", b"\xc3\xa9", b"\xff", b"\\ud800", b"null", b"1", b"{}",
    b" ", b"\xc2\xa0", b"\xef\xbb\xbf", b"\\/", b"\x7f", b',"Subject":"x"', b'"Message":"x",', b'"Type":"Notification",', b'"Token":"a",',
    b'"MessageAttributes":{},', b'"Timestamp":"",', b'"SignatureVersion":"3",',
)  # fmt: skip


@pytest.fixture(scope="module")
def body() -> bytes:
    signer = Signer()
    return signer.body(signer.notification(message=ses_event(message_id="m1")))


def test_what_amazon_sends_is_read_quickly_and_alike(body: bytes) -> None:
    told = usual(body)
    assert told is not None
    assert told == read_with_care(body) == read_envelope(body)


@pytest.mark.parametrize("name", ["Type", "Message", "MessageId", "TopicArn", "Timestamp", "Signature"])
def test_a_name_that_stands_twice_is_left_to_the_careful_way(body: bytes, name: str) -> None:
    fields = json.loads(body)
    twice = body.rstrip()[:-1] + f',"{name}":{json.dumps(fields[name])}}}'.encode()
    assert usual(twice) is None


@pytest.mark.parametrize("name", ["Message", "MessageId", "TopicArn", "Signature"])
def test_a_name_that_stands_twice_does_not_make_up_for_a_missing_one(body: bytes, name: str) -> None:
    fields = json.loads(body)
    twice = f',"{name}":{json.dumps(fields[name])}}}'.encode()
    for missing in ("Type", "Message", "Timestamp"):
        if missing != name:
            rest = {key: value for key, value in fields.items() if key != missing}
            assert usual(json.dumps(rest)[:-1].encode() + twice) is None


def test_no_mutation_is_read_otherwise(body: bytes) -> None:
    chance, quick = random.Random(7), 0
    for _ in range(20_000):
        changed = bytearray(body)
        for _ in range(chance.choice((1, 1, 2, 3))):
            place = chance.randrange(len(changed))
            if chance.random() < 0.6:
                end = changed.rfind(chance.choice((b",", b'":', b"}", b'"')), 0, place + 1)
                place = max(0, end + chance.choice((0, 1)))
            changed[place : place + chance.choice((0, 0, 1, 3))] = chance.choice((*PIECES, b""))
        told = usual(bytes(changed))
        if told is not None:
            quick += 1
            assert told == read_with_care(bytes(changed))
    assert quick > 100


def test_what_does_not_fit_the_quick_way_is_refused_in_the_same_words(body: bytes) -> None:
    without = json.loads(body)
    del without["Type"]
    with pytest.raises(Refused, match="Type must be"):
        read_envelope(json.dumps(without).encode())
