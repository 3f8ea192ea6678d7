"""What a verb has to say: sentences for a person, the same as plain values for a script, and whether it went well."""

import json
import re
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from core.errors import SesDeskError
from core.safe_text import safe_text

DONE, REFUSED = 0, 1


@dataclass(frozen=True)
class Told:
    """The outcome of one verb."""

    values: Mapping[str, Any]
    sentences: tuple[str, ...]
    code: int = DONE


def say(told: Told, as_json: bool) -> int:
    """Print the outcome and answer with the exit code."""
    if as_json:
        print(json.dumps(told.values, ensure_ascii=False))
    else:
        for sentence in told.sentences:
            print(sentence)
    return told.code


def refuse(error: SesDeskError, as_json: bool) -> int:
    """Print why it was refused: on standard error, or as an `error` object like the API's."""
    message, field = safe_text(str(error), 1000), getattr(error, "field", None)
    if as_json:
        code = re.sub(r"(?<=[a-z])(?=[A-Z])", "-", type(error).__name__).lower()
        print(json.dumps({"error": {"code": code, "message": message, "field": field}}, ensure_ascii=False))
    else:
        print(message, file=sys.stderr)
    return REFUSED
