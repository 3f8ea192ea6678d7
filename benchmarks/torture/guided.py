"""`python -m benchmarks.torture.guided KIND INPUTS`: a fuzzer that sees which lines of ours each input reaches, and goes on from there.

That is atheris, where it is installed (`pip install atheris`); else hypothesis, which builds as many inputs without looking.
KIND is `bytes`, a body for the envelope and the parser and a text for the parser alone, or `urls`, choices for the grammar of
certificate URLs and ARNs. At the end it says who did it. A failure ends it with a traceback.
"""

import sys
import tempfile
from collections.abc import Callable
from contextlib import nullcontext
from functools import partial
from pathlib import Path
from typing import Any

try:
    import atheris
except ImportError:
    atheris = None

with (
    atheris.instrument_imports(include=["core.receiver", "core.events", "core.moment", "hostile_urls"])
    if atheris
    else nullcontext()
):
    from benchmarks.torture import fuzz

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

LONGEST = {"bytes": 8192, "urls": 200}
WORDS = ("Type", "Notification", "SubscriptionConfirmation", "UnsubscribeConfirmation", "Message", "MessageId", "Subject", "Timestamp",
         "TopicArn", "Token", "SignatureVersion", "SigningCertURL", "SigningCertUrl", "eventType", "notificationType", "mail", "bounce",
         "complaint", "delivery", "bouncedRecipients", "emailAddress", "timestamp", "destination", "tags", "headers", "2026-01-01T00:00:00.000Z")  # fmt: skip


def checks() -> dict[str, Callable[[bytes], None]]:
    """What is asked of each input."""
    return {
        "bytes": _read,
        "urls": lambda data: fuzz.asked_or_refused(partial(_pick, iter(data))),
    }


def _read(data: bytes) -> None:
    fuzz.read_or_refused(data)
    fuzz.parsed(data.decode(errors="surrogateescape"))


def _pick(data: Any, below: int) -> int:
    """The next choice that the input makes; the last of them all once it is used up: the harmless one."""
    one = next(data, None)
    if one is None:
        return below - 1
    return (one * 256 + next(data, 0) if below > 256 else one) % below


def with_atheris(kind: str, inputs: int) -> None:
    """Never returns: its fuzzer ends the process."""
    check, done = checks()[kind], 0

    def one(data: bytes) -> None:
        nonlocal done
        check(data)
        done += 1
        if done == inputs:
            print("by atheris, guided by what each input reached", flush=True)

    folder = Path(tempfile.mkdtemp(prefix="torture"))
    (folder / "seeds").mkdir()
    for number, seed in enumerate(
        [*fuzz.seeds(), *fuzz.messages()] if kind == "bytes" else [bytes(range(60))]
    ):
        (folder / "seeds" / str(number)).write_bytes(seed)
    (folder / "words").write_text("".join(f'"\\"{word}\\""\n"{word}"\n' for word in WORDS))
    how = [
        f"-runs={inputs}",
        "-seed=11",
        f"-max_len={LONGEST[kind]}",
        f"-artifact_prefix={folder}/",
        "-timeout=60",
        *(["-len_control=0"] if kind == "urls" else []),
    ]
    words = [f"-dict={folder / 'words'}"] if kind == "bytes" else []
    atheris.Setup([sys.argv[0], *how, *words, str(folder / "seeds")], one)
    atheris.Fuzz()


def with_hypothesis(kind: str, inputs: int) -> None:
    """As many, none of which knows of the others."""
    check = checks()[kind]
    edit = st.tuples(
        st.integers(0, 4000), st.integers(0, 40), st.sampled_from(fuzz.PIECES) | st.binary(max_size=4)
    )
    bent = st.builds(
        _bent, st.sampled_from([*fuzz.seeds(), *fuzz.messages()]), st.lists(edit, min_size=1, max_size=6)
    )
    calm: Any = {
        "deadline": None,
        "database": None,
        "phases": [Phase.generate],
        "suppress_health_check": list(HealthCheck),
    }

    @settings(max_examples=inputs, **calm)
    @given(bent | st.binary(max_size=60) if kind == "bytes" else st.binary(max_size=LONGEST[kind]))
    def holds(data: bytes) -> None:
        check(data)

    holds()
    print("by hypothesis", flush=True)


def _bent(seed: bytes, edits: list[tuple[int, int, bytes]]) -> bytes:
    body = bytearray(seed)
    for at, gone, piece in edits:
        body[at % len(body) : at % len(body) + gone] = piece or b" "
    return bytes(body)


if __name__ == "__main__":
    (with_atheris if atheris else with_hypothesis)(sys.argv[1], int(sys.argv[2]))
