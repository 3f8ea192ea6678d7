"""The quick way to read an event says what the careful way says, or nothing."""

import random

from test_parse import told

from core.events.event import TYPES, Notification
from core.events.parse import read_usual_event, read_with_care

PIECES = (
    '"', "\\", "null", "1", "{}", "[]", '"x"', "true", "-1e999", "\\u0000", "\\ud800", "é", '"mail":{},', '"bounce":null,',
    '"eventType":"Open",', '"eventType":"",', '"notificationType":"Bounce",', '"tags":null,', '"destination":["a@b","A@B",null],',
    "[null]", " ", '"sourceArn":"x",', '"messageId":"",', "1e400",
)  # fmt: skip


def notification(message: str) -> Notification:
    return Notification(1, 1, "sns-1", None, message, 1_767_323_045_678, 1_767_323_046_000, "2")


def test_no_mutation_of_any_type_is_read_otherwise() -> None:
    chance, quick = random.Random(7), 0
    for turn in range(20_000):
        text = told(TYPES[turn % len(TYPES)])
        for _ in range(turn % 4):
            place = chance.randrange(len(text))
            if chance.random() < 0.7:
                place = max(0, text.rfind(chance.choice((",", '":', "{", '"', "[")), 0, place + 1) + 1)
            text = text[:place] + chance.choice((*PIECES, "")) + text[place + chance.choice((0, 0, 1, 3)) :]
        read = read_usual_event(notification(text))
        if read is not None:
            quick += 1
            assert read == read_with_care(notification(text))
    assert quick > 5_000
