"""Millions of inputs that nobody should send: the envelope refuses or reads them, the parser never fails (F25, F32)."""

import json
import random
from collections.abc import Callable
from functools import partial

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sns_signer import Signer, ses_event

from benchmarks.torture.row import Row, Trial
from core.events.event import TYPES, Notification
from core.events.parse import parse
from core.receiver.envelope import read_envelope
from core.receiver.refused import Refused

BYTES, SHAPES, QUICK = 3_000_000, 200_000, 500
NOW = 1_760_000_000_000
PIECES = (
    b'"',
    b"{",
    b"}",
    b"[",
    b"]",
    b",",
    b":",
    b"\\",
    b"\\u0000",
    b"\\ud800",
    b"null",
    b"1e999",
    b"\x00",
    b"\xff",
    b"9" * 30,
)


def trials(quick: bool) -> list[Trial]:
    """Bytes for the envelope; shapes of SES events, from hypothesis, for the parser."""
    return [
        Trial(key, name, partial(_fuzz, name, work, QUICK if quick else cycles))
        for key, name, cycles, work in (
            ("fuzz-bytes", "fuzz: bytes to the envelope and the parser", BYTES, _bytes),
            ("fuzz-shapes", "fuzz: shapes of SES events to the parser", SHAPES, _shapes),
        )
    ]


def _fuzz(name: str, work: Callable[[int], None], cycles: int) -> Row:
    work(cycles)
    return Row(name, cycles, 0, 0, 0, True)


def _bytes(cycles: int) -> None:
    chance, signer = random.Random(11), Signer()
    seeds = [
        signer.body(signer.notification(message=ses_event(kind)))
        for kind in ("Bounce", "Complaint", "Delivery")
    ]
    seeds.append(signer.body(signer.confirmation()))
    for _ in range(cycles):
        body = bytearray(chance.choice(seeds))
        for _ in range(chance.randint(1, 6)):
            at = chance.randrange(len(body) + 1)
            body[at : at + chance.choice((0, 0, 1, 1, 4, 40))] = chance.choice(PIECES) * chance.choice(
                (1, 1, 1, 40)
            )
        try:
            envelope = read_envelope(bytes(body))
        except Refused as refused:
            assert 400 <= refused.status < 500, bytes(body)
            continue
        _parsed(envelope.message)


def _parsed(message: str) -> None:
    found = parse(Notification(1, None, "m", None, message, NOW, NOW, "2"))
    assert found.quarantine is None, message


def _shapes(cycles: int) -> None:
    short = st.text(max_size=12) | st.sampled_from(
        ["a@example.com", "2026-01-01T00:00:00Z", "Permanent", "-1", ""]
    )
    leaf = st.none() | st.booleans() | st.integers() | st.floats() | short
    anything = st.recursive(
        leaf,
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(short, inner, max_size=3),
        max_leaves=8,
    )
    part = st.dictionaries(
        st.sampled_from(
            [
                "timestamp",
                "bouncedRecipients",
                "complainedRecipients",
                "recipients",
                "emailAddress",
                "bounceType",
            ]
        ),
        anything | st.lists(st.fixed_dictionaries({"emailAddress": anything}), max_size=3),
        max_size=5,
    )
    names = ["messageId", "timestamp", "source", "sourceArn", "destination", "tags", "headers"]
    mail = st.dictionaries(st.sampled_from(names), anything, max_size=6) | anything

    @settings(
        max_examples=cycles,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(
        st.sampled_from([*TYPES, "Unheard"]),
        st.sampled_from(["eventType", "notificationType"]),
        mail,
        part | anything,
    )
    def never_fails(kind: str, channel: str, mail: object, detail: object) -> None:
        _parsed(json.dumps({channel: kind, "mail": mail, kind[:1].lower() + kind[1:]: detail}))

    never_fails()
