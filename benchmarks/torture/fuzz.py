"""Millions of inputs that nobody should send (F25, F32).

The envelope refuses or reads them, the parser never fails, and no certificate is asked for but at Amazon's own address.
"""

import json
import os
import random
import subprocess
import sys
import tempfile
from collections.abc import Callable
from functools import lru_cache, partial

from hostile_urls import Pick, accepted, bent_arn, exactly, hostile, named
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sns_signer import Signer, ses_event

from benchmarks.figure import ROOT
from benchmarks.torture.row import Row, Trial
from core.events.event import TYPES, Notification
from core.events.parse import parse
from core.receiver.certificate import region_of
from core.receiver.envelope import read_envelope
from core.receiver.refused import Refused
from core.receiver.regions import REGIONS

BYTES, SHAPES, URLS, GUIDED, QUICK = 3_000_000, 200_000, 2_000_000, 1_000_000, 500
REGIONS_OF_ALL = tuple(REGIONS.values())
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
    """Bytes for the envelope; shapes of SES events, from hypothesis, for the parser; certificate URLs; bytes and URLs once
    more, from a fuzzer that sees what they reach."""
    return [
        Trial(key, name, partial(_fuzz, name, work, QUICK if quick else cycles))
        for key, name, cycles, work in (
            ("fuzz-bytes", "fuzz: bytes to the envelope and the parser", BYTES, _bytes),
            ("fuzz-shapes", "fuzz: shapes of SES events to the parser", SHAPES, _shapes),
            ("fuzz-urls", "fuzz: hostile certificate URLs and topic ARNs", URLS, _urls),
            (
                "fuzz-guided-bytes",
                "fuzz, guided: bytes to the envelope and the parser",
                GUIDED,
                partial(_guided, "bytes"),
            ),
            (
                "fuzz-guided-urls",
                "fuzz, guided: certificate URLs and topic ARNs",
                GUIDED,
                partial(_guided, "urls"),
            ),
        )
    ]


def _fuzz(name: str, work: Callable[[int], str], cycles: int) -> Row:
    return Row(name, cycles, 0, 0, 0, True, work(cycles))


@lru_cache(maxsize=1)
def seeds() -> tuple[bytes, ...]:
    """Bodies as Amazon sends them."""
    signer = Signer()
    events = [signer.notification(message=ses_event(kind)) for kind in ("Bounce", "Complaint", "Delivery")]
    return tuple(signer.body(each) for each in (*events, signer.confirmation()))


def messages() -> list[bytes]:
    """What SES wrote into them."""
    return [json.loads(seed)["Message"].encode() for seed in seeds()]


def _bytes(cycles: int) -> str:
    chance = random.Random(11)
    for _ in range(cycles):
        body = bytearray(chance.choice(seeds()))
        for _ in range(chance.randint(1, 6)):
            at = chance.randrange(len(body) + 1)
            body[at : at + chance.choice((0, 0, 1, 1, 4, 40))] = chance.choice(PIECES) * chance.choice(
                (1, 1, 1, 40)
            )
        read_or_refused(bytes(body))
    return ""


def read_or_refused(body: bytes) -> bool:
    """Whether the envelope was read; if so the parser must not fail, if not it is a 4xx."""
    try:
        envelope = read_envelope(body)
    except Refused as refused:
        assert 400 <= refused.status < 500, body
        return False
    parsed(envelope.message)
    return True


def parsed(message: str) -> None:
    """The parser takes it, whatever it is."""
    found = parse(Notification(1, None, "m", None, message, NOW, NOW, "2"))
    assert found.quarantine is None, message


def _urls(cycles: int) -> str:
    chance = random.Random(16)
    taken = sum(asked_or_refused(chance.randrange) for _ in range(cycles))
    assert 0 < taken < cycles
    return f"{taken:,} were Amazon's own and accepted, no other"


def asked_or_refused(pick: Pick) -> bool:
    """Whether a URL that these choices make was accepted: exactly when it is https on the SNS host of the region.

    And an ARN has a region exactly when it is a topic's in a region that exists."""
    arn = bent_arn(pick)
    assert region_of(arn) is named(arn), arn
    region = REGIONS_OF_ALL[pick(len(REGIONS_OF_ALL))]
    url = hostile(pick, region)
    taken = accepted(url, region)
    assert taken is exactly(url, region), url
    return taken


def _guided(kind: str, cycles: int) -> str:
    """In a process of its own: atheris ends the one it runs in."""
    words = [sys.executable, "-m", "benchmarks.torture.guided", kind, str(cycles)]
    with tempfile.TemporaryDirectory(prefix="torture") as folder:
        env = {**os.environ, "TMPDIR": folder}
        run = subprocess.run(words, cwd=ROOT, env=env, capture_output=True, text=True, check=False)
    said = [line for line in run.stdout.splitlines() if line.startswith("by ")]
    if run.returncode or not said:
        lines = [line.strip() for line in (run.stdout + run.stderr).splitlines() if line.strip()]
        telling = [line for line in lines if "Error" in line or "Base64" in line or "data=" in line]
        raise RuntimeError("; ".join(telling or lines[-3:]))
    return said[0]


def _shapes(cycles: int) -> str:
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
        parsed(json.dumps({channel: kind, "mail": mail, kind[:1].lower() + kind[1:]: detail}))

    never_fails()
    return ""
