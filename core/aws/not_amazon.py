"""An answer that is not Amazon's, told before botocore makes something of it.

A captive portal, a proxy or a blocked page answers 200, 302, 403, 404, 407 or 511 with a page of its own, and botocore reads
some of these as an empty success. Amazon's JSON answers always carry a request id; its refusals name a code; none of its
services that are asked here redirects. A page with 413 or 5xx is left alone: Amazon's own front doors answer so.
"""

import json
from typing import Any

from core.errors import SesDeskError

REQUEST_ID = "x-amzn-requestid"
PROXY, SIGN_IN, TOO_LARGE = 407, 511, 413


class NotAmazon(SesDeskError):
    """Something answered, but not Amazon: a captive portal, a proxy, a wrong endpoint."""

    reference = "not-amazon"

    def __init__(self, missing: str, status: int = 200) -> None:
        super().__init__(f"The answer holds no {missing}, so it did not come from Amazon.")
        self.status = status

    @property
    def refused(self) -> bool:
        """Whether it was a refusal, so that nothing can have been carried out behind it."""
        return 300 <= self.status < 500 or self.status == SIGN_IN


def tell_apart(client: Any) -> None:
    """Have every answer of a client looked at before it is read."""
    name = client.meta.service_model.service_id.hyphenize()
    client.meta.events.register(f"before-parse.{name}", _look)


def _look(operation_model: Any, response_dict: dict[str, Any], **_: Any) -> None:
    """Raise NotAmazon for what cannot be Amazon's."""
    status, body = int(response_dict["status_code"]), bytes(response_dict["body"] or b"").strip()
    headers = {str(name).lower(): str(value) for name, value in response_dict["headers"].items()}
    if 300 <= status < 400 or status in (PROXY, SIGN_IN):
        raise NotAmazon("answer to what was asked", status)
    by_amazons_door = status >= 500 or status == TOO_LARGE
    if _is_page(body) and not by_amazons_door:
        raise NotAmazon("data, only a page,", status)
    if "json" in operation_model.service_model.resolved_protocol:
        _look_at_json(status, headers, body, by_amazons_door)


def _look_at_json(status: int, headers: dict[str, str], body: bytes, by_amazons_door: bool) -> None:
    try:
        said = json.loads(body) if body else {}
    except ValueError:
        said = {} if by_amazons_door else None
    if not isinstance(said, dict):
        raise NotAmazon("data in Amazon's form", status)
    if by_amazons_door or REQUEST_ID in headers:
        return
    if status < 300 or not ("x-amzn-errortype" in headers or "__type" in said):
        raise NotAmazon("request id", status)


def _is_page(body: bytes) -> bool:
    """By the body alone: others that speak as Amazon call their JSON text/html."""
    return body[:15].lower().startswith((b"<!doctype html", b"<html"))
