"""Sentences that hold names from outside, as Markdown that reads nothing into them: no link, no picture, no emphasis, no icon."""

import re

from core.safe_text import safe_markdown

MARKS = re.compile(r"([\\`*_\[\]<>#|~$]|:(?=[a-z+]))")


def plain(sentence: str) -> str:
    """The sentence word by word: marks are escaped, addresses and URLs become code spans."""
    return " ".join(_word(word) for word in sentence.split(" "))


def _word(word: str) -> str:
    if "@" not in word and "://" not in word and "www." not in word:
        return MARKS.sub(r"\\\1", word)
    name = word.rstrip(",.;:")  # the comma behind an address is the sentence's
    return safe_markdown(name, 120) + word[len(name) :]
