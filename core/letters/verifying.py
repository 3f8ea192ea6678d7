"""The process that verifies signatures: dkimpy, with bounds of time and memory. Reads one line of JSON and a mail, writes JSON.

dkimpy asks through core.dns, so that a key that is gone, a key that nobody could ask for and a wrong one are told apart.
"""

import json
import logging
import re
import resource
import sys
import time
from dataclasses import asdict
from typing import Any

import dkim

from core.dns.answer import Answer
from core.dns.lookup import txt
from core.dns.way import Until, Way
from core.letters.signatures import FAILED, PASSED, UNKNOWN, Signature

MEMORY = 1 << 30
SPARE = 1.5  # seconds of the time given that are kept for the sums, so that a dead server is said to be one
WEAK = 1024  # bits; RFC 8301: signers use at least this, receivers ignore less
_NO_NAME = re.compile(r"[^A-Za-z0-9._-]")


def main() -> None:
    """Verify what comes in."""
    asked = json.loads(sys.stdin.buffer.readline(10_000))
    resource.setrlimit(resource.RLIMIT_CPU, (int(asked["seconds"]) + 1, int(asked["seconds"]) + 2))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    said = asked["way"]
    way = Way(tuple(said["servers"]), said["port"], said["inside"])
    until = Until(time.monotonic() + asked["seconds"] - SPARE)
    found = verified(sys.stdin.buffer.read(), way, asked["most"], until)
    print(json.dumps([asdict(each) for each in found]))


def verified(raw: bytes, way: Way, most: int, until: Until) -> list[Signature]:
    """Each signature of the mail, at most `most`. Questions to DNS end at `until`."""
    quiet = logging.getLogger("dkim")
    quiet.disabled = True
    try:
        letter = dkim.DKIM(raw, logger=quiet, minkey=0)
    except (dkim.DKIMException, ValueError):
        return [Signature("", "", UNKNOWN, "malformed")]
    many = sum(1 for name, _ in letter.headers if name.lower() == b"dkim-signature")
    return [_one(raw, quiet, number, way, until) for number in range(min(many, most))]


def _one(raw: bytes, quiet: logging.Logger, number: int, way: Way, until: Until) -> Signature:
    answers: list[Answer] = []

    def ask(name: bytes | str, timeout: int = 5) -> bytes | None:
        text = name.decode("ascii", "replace") if isinstance(name, bytes) else name
        said = txt(text.rstrip("."), until.left(), way)
        answers.append(said)
        return said.records[0].encode("utf-8", "replace") if said.found else None

    letter = dkim.DKIM(raw, logger=quiet, minkey=0)
    tags = _tags(letter, number)
    domain, selector, algorithm = tags.get("d", "").lower(), tags.get("s", ""), tags.get("a", "").lower()

    def ended(state: str, why: str, bits: int = 0) -> Signature:
        return Signature(domain[:253], selector[:200], state, why, algorithm[:20], bits, "l" in tags)

    if not domain or not selector or _NO_NAME.search(domain + selector):
        return ended(FAILED, "malformed")
    try:
        right = bool(letter.verify(number, dnsfunc=ask))
        why = "passed" if right else "headers-changed"
    except dkim.ValidationError as error:
        right, why = False, _reason(str(error))
    except dkim.DKIMException:
        right, why = False, "malformed"
    except Exception:  # a mail that dkimpy did not foresee is no reason to end here
        right, why = False, "malformed"
    bits = int(getattr(letter, "keysize", 0) or 0)
    if answers and not answers[-1].told:
        return ended(UNKNOWN, "key-unasked")
    if answers and not answers[-1].found:
        return ended(UNKNOWN, "key-gone")
    if answers and _withdrawn(answers[-1].records[0]):
        return ended(UNKNOWN, "key-withdrawn")
    if answers and not bits:
        return ended(FAILED, "key-broken")
    if right and (algorithm.endswith("sha1") or ("rsa" in algorithm and bits < WEAK)):
        return ended(FAILED, "weak", bits)
    if why == "expired":
        return ended(UNKNOWN, why, bits)
    return ended(PASSED if right else FAILED, why, bits)


def _reason(said: str) -> str:
    if "body hash" in said:
        return "body-changed"
    return "expired" if said.startswith("x= value is past") else "malformed"


def _withdrawn(record: str) -> bool:
    """RFC 6376 §3.6.1: an empty p= says the key was taken back."""
    return any(each.strip().replace(" ", "") == "p=" for each in record.split(";"))


def _tags(letter: Any, number: int) -> dict[str, str]:
    """The signature's own tags, as far as they can be read."""
    signed = [value for name, value in letter.headers if name.lower() == b"dkim-signature"]
    text = signed[number][:20_000].decode("utf-8", "replace")
    pairs = (each.partition("=") for each in text.split(";"))
    return {name.strip(): "".join(value.split()) for name, _, value in pairs if name.strip()}


if __name__ == "__main__":
    main()
