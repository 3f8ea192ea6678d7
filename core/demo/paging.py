"""Lists in pages, as Amazon gives them out: an opaque NextToken while there is more."""

import base64
from typing import Any, TypeVar

from core.demo.refusal import Refusal

T = TypeVar("T")


def page(
    things: list[T], given: dict[str, Any], most: int, size_name: str = "PageSize"
) -> tuple[list[T], dict[str, str]]:
    """One page and the token of the next as an answer's field, none on the last page."""
    try:
        start = int(base64.urlsafe_b64decode(str(given["NextToken"]))) if given.get("NextToken") else 0
        size = int(given.get(size_name) or most)
    except ValueError:
        raise Refusal("BadRequestException", "The specified token or page size is invalid.") from None
    size = max(1, min(size, most))
    more = start + size < len(things)
    token = base64.urlsafe_b64encode(str(start + size).encode()).decode()
    return things[start : start + size], {"NextToken": token} if more else {}
