"""The table of words, read once: rows in the order of the file, which is the order in which they are tried."""

import re
import tomllib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

FILE = Path(__file__).with_name("words.toml")


@dataclass(frozen=True, slots=True)
class When:
    """One kind of error a row is for. Every field that is given must fit."""

    codes: frozenset[str] = frozenset()
    exceptions: frozenset[str] = frozenset()
    smtp: frozenset[int] = frozenset()
    says: re.Pattern[str] | None = None
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """One diagnosis as written in the file, with its placeholders."""

    reference: str
    title: str
    meaning: str
    side: str
    steps: tuple[str, ...]
    link: str
    when: tuple[When, ...]
    engineers: str = ""
    sure: str = "documented"  # | seen | remembered


@lru_cache(maxsize=1)
def rows() -> dict[str, Row]:
    """All rows by reference."""
    said = tomllib.loads(FILE.read_text(encoding="utf-8"))
    return {reference: _row(reference, table) for reference, table in said.items()}


def _row(reference: str, table: dict[str, Any]) -> Row:
    return Row(
        reference,
        table["title"],
        table["meaning"],
        table["side"],
        tuple(table.get("steps", ())),
        table.get("link", ""),
        tuple(_when(each) for each in table.get("when", ())),
        table.get("engineers", ""),
        table.get("sure", "documented"),
    )


def _when(said: dict[str, Any]) -> When:
    return When(
        frozenset(said.get("codes", ())),
        frozenset(said.get("exceptions", ())),
        frozenset(said.get("smtp", ())),
        re.compile(said["says"], re.IGNORECASE) if "says" in said else None,
        said.get("hint", ""),
    )
