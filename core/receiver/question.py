"""A question to the API: its parameters, read strictly. What is unknown, twice or badly written is 400 with the field."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from urllib.parse import parse_qsl

from core.moment import day_of, parse_rfc3339
from core.receiver.refused import Refused

EPOCH = date(1970, 1, 1).toordinal()
DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
WHOLE_TIME = re.compile(r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d{1,9})?([Zz]|[+-]\d\d:\d\d)", re.ASCII)


def bad(field: str, message: str) -> Refused:
    """400 at one parameter."""
    return Refused(400, "bad-parameter", message, field)


@dataclass(frozen=True, slots=True)
class Question:
    """The query of one request: each known name with its values."""

    values: dict[str, list[str]]

    @classmethod
    def read(cls, query: bytes, known: Collection[str], repeatable: Collection[str] = ()) -> "Question":
        """The query string; raises Refused for a name that is not known or stands twice."""
        values: dict[str, list[str]] = {}
        try:
            pairs = parse_qsl(
                query.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=100
            )
        except (UnicodeDecodeError, ValueError):
            raise Refused(400, "bad-parameter", "The query is not percent-encoded UTF-8.") from None
        for name, value in pairs:
            if name not in known:
                raise bad(
                    name[:64],
                    f"This question has no parameter of that name. It has: {', '.join(sorted(known)) or 'none'}.",
                )
            if name in values and name not in repeatable:
                raise bad(name, "This parameter may stand once only.")
            if "\x00" in value:
                raise bad(name, "This parameter holds a NUL.")
            values.setdefault(name, []).append(value)
        return cls(values)

    def one(self, name: str) -> str | None:
        """The value, or None when it was left out."""
        return self.values[name][0] if name in self.values else None

    def many(self, name: str) -> list[str]:
        """All values."""
        return self.values.get(name, [])

    def number(self, name: str, default: int, least: int, most: int) -> int:
        """A whole number within bounds."""
        text = self.one(name)
        if text is None:
            return default
        if not (text.isascii() and text.isdigit() and len(text) < 10 and least <= int(text) <= most):
            raise bad(name, f"{name} must be a whole number from {least} to {most:,}.")
        return int(text)

    def choice(self, name: str, choices: Collection[str], default: str) -> str:
        """One of several words."""
        text = self.one(name)
        if text is None:
            return default
        if text not in choices:
            raise bad(name, f"{name} must be one of {', '.join(choices)}.")
        return text

    def moment(self, name: str) -> int | None:
        """A full date-time (RFC 3339, with its zone), in ms."""
        text = self.one(name)
        if text is None:
            return None
        try:
            if not WHOLE_TIME.fullmatch(text):
                raise ValueError(text)
            return parse_rfc3339(text)
        except (ValueError, OverflowError):
            raise bad(name, f"{name} must be a full date-time like 2026-01-02T03:04:05Z.") from None

    def day(self, name: str, default: int) -> int:
        """A UTC day (YYYY-MM-DD), counted from 1970."""
        text = self.one(name)
        if text is None:
            return default
        try:
            if not DAY.fullmatch(text):
                raise ValueError(text)
            number = date.fromisoformat(text).toordinal() - EPOCH
        except ValueError:
            raise bad(name, f"{name} must be a date like 2026-01-02.") from None
        if number < 0:
            raise bad(name, f"{name} must not lie before 1970.")
        return number


def today(now: int) -> int:
    """The UTC day of a moment, counted from 1970."""
    return day_of(now)


def day_text(day: int) -> str:
    """A day as YYYY-MM-DD."""
    return date.fromordinal(day + EPOCH).isoformat()
