"""The DKIM signatures of a mail, verified in a process of its own that ends in time whatever the mail holds. Source: RFC 6376, RFC 8301."""

import json
import subprocess
import sys
from dataclasses import asdict, dataclass
from pathlib import Path

from core.dns.way import SYSTEM, Way

ROOT = Path(__file__).resolve().parents[2]
IN_TIME = 12.0  # seconds for all signatures, questions to DNS included
LEAST = 1.0  # seconds: with less, the process is not even started
MOST = 6  # signatures that are verified
LINES = 1_000_000  # of a mail that is verified; 25 MB in ordinary lines are a third of that

PASSED, FAILED, UNKNOWN = "passed", "failed", "unknown"


@dataclass(frozen=True, slots=True)
class Signature:
    """One signature and what became of it. `why` is the end of a key of words.toml: dkim-WHY."""

    domain: str
    selector: str
    state: str  # passed | failed | unknown = Couldn't check
    why: str
    algorithm: str = ""
    bits: int = 0
    part: bool = False  # signs only the first bytes of the body (l=)


def verify(raw: bytes, way: Way = SYSTEM, in_time: float = IN_TIME) -> list[Signature]:
    """Every signature, topmost first. What cannot be verified in time is unknown; nothing is raised."""
    if in_time < LEAST or raw.count(b"\n") > LINES:
        return [Signature("", "", UNKNOWN, "too-much")]
    asked = json.dumps({"way": asdict(way), "most": MOST, "seconds": in_time}).encode()
    try:
        ended = subprocess.run(
            [sys.executable, "-m", "core.letters.verifying"],
            input=asked + b"\n" + raw,
            capture_output=True,
            timeout=in_time,
            cwd=ROOT,
            env={"LC_ALL": "C.UTF-8"},
            check=False,
        )
        found = [Signature(**each) for each in json.loads(ended.stdout)] if ended.returncode == 0 else None
    except (subprocess.TimeoutExpired, OSError, ValueError, TypeError):
        found = None
    return [Signature("", "", UNKNOWN, "too-much")] if found is None else found
