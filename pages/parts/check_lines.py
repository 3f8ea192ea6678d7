"""The check on a screen: each line ticks as it runs, with its time; what is wrong is explained under it."""

from collections.abc import Iterable
from typing import Any

import streamlit as st

from core.aws.check import CheckLine
from pages.parts.ago import took
from pages.parts.finding import finding
from pages.parts.plain import plain

SIGNS = {
    "running": ":gray[…]",
    "ok": ":green[✓]",
    "warn": ":orange[!]",
    "fail": ":red[✗]",
    "skip": ":gray[–]",
}

FAILED = {"who": "Key"}  # a cross before "Amazon knows the key" would say two things at once


def run(lines: Iterable[CheckLine]) -> list[CheckLine]:
    """Draw the lines live while they come; gives the finished ones, in order."""
    places: dict[str, Any] = {}
    finished: dict[str, CheckLine] = {}
    for line in lines:
        place = places.setdefault(line.key, st.empty())
        with place.container():
            draw(line)
        if line.state != "running":
            finished[line.key] = line
    return list(finished.values())


def draw(line: CheckLine) -> None:
    """One line, and its finding when there is one."""
    time = f" :gray[{took(line.seconds)}]" if line.seconds else ""
    said = f": {plain(line.sentence)}" if line.sentence else (" …" if line.state == "running" else "")
    label = FAILED.get(line.key, line.label) if line.state == "fail" else line.label
    st.markdown(f"{SIGNS[line.state]} **{plain(label)}**{said}{time}")
    if line.finding is not None and line.state in ("warn", "fail"):
        finding(line.finding)


def passed(lines: Iterable[CheckLine]) -> bool:
    """True when nothing failed: warnings (the sandbox, say) do not stop the walk."""
    every = list(lines)
    return bool(every) and not any(line.state == "fail" for line in every)


def yours(lines: Iterable[CheckLine]) -> bool:
    """True when it is the keys that the reader must mend: not a policy, the network, Amazon or their AWS admin."""
    return any(
        line.state == "fail"
        and (
            line.finding is None
            or (line.finding.whose_side == "yours" and line.finding.reference != "permission-missing")
        )
        for line in lines
    )
