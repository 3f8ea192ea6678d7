"""The check inside a walk: run live once, kept in the draft, shown again from there."""

from collections.abc import Callable, Iterator

import streamlit as st

from core.aws.check import CheckLine
from core.connect import checks
from core.members.actor import SignedIn
from pages.parts import check_lines
from pages.parts.trouble import trouble
from pages.walk import draft as drafts


def checked(
    signed: SignedIn, kind: str, draft: drafts.Draft, check: Callable[[], Iterator[CheckLine]]
) -> list[CheckLine]:
    """The lines of the check. Drawn live when they are not in the draft yet; empty when it could not even begin."""
    with st.container(border=True):
        if "lines" in draft:
            lines = [checks.from_plain(line) for line in draft["lines"]]
            for line in lines:
                check_lines.draw(line)
            return lines
        with trouble():
            lines = check_lines.run(check())
            drafts.keep(signed, kind, draft, lines=[checks.as_plain(line) for line in lines])
            st.rerun()
    return []
