"""Lines of the live check of a connection as lines of a round."""

from collections.abc import Iterable, Iterator

from core.aws.check import LABELS, CheckLine
from core.doctor.line import Line

OF_THE_CHECK = ("keys", "account", "permissions")
# What says nothing about the thing that was asked for: the answer did not come.
NO_ANSWER = frozenset({"asked-too-often", "amazon-trouble", "check-too-long"})


def told(group: str, lines: Iterable[CheckLine]) -> Iterator[Line]:
    """Each line under this group. A failure that lies on the way to Amazon is "Couldn't check"."""
    for line in lines:
        state = {"skip": "skipped"}.get(line.state, line.state)
        if state == "fail" and line.finding and _no_answer(line.finding.reference, line.finding.whose_side):
            state = "unknown"
        seconds = None if line.state == "running" else line.seconds
        yield Line(group, line.key, line.label, state, line.sentence, line.finding, seconds, dict(line.facts))


def _no_answer(reference: str, side: str) -> bool:
    return side == "network" or reference in NO_ANSWER


def checked(lines: Iterable[Line]) -> list[CheckLine]:
    """The lines of a round that the check of a connection consists of, as it keeps them. Empty unless all were asked."""
    found = {line.key: line for line in lines if line.group in OF_THE_CHECK and line.key in LABELS}
    if not {"who", "account", "senders"} <= set(found):
        return []
    back = {"skipped": "skip", "unknown": "fail"}
    return [
        CheckLine(
            key,
            line.label,
            back.get(line.state, line.state),
            line.sentence,
            line.seconds or 0.0,
            line.finding,
            line.facts,
        )
        for key, line in ((key, found[key]) for key in LABELS if key in found)
    ]
