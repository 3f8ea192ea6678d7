"""Amazon's clock: the Date of any answer, for which nobody has to sign."""

import urllib.error
import urllib.request
from email.utils import parsedate_to_datetime
from typing import Any

from core import moment
from core.aws.access import Access
from core.aws.client import is_loopback
from core.aws.hosts import api_host

SECONDS = 5.0


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: Any, **__: Any) -> None:
        """Whoever answers tells the time; nobody is followed."""


def ahead(access: Access) -> int:
    """By how many milliseconds this machine's clock is ahead of Amazon's, to about a second. Raises OSError: no answer, no Date."""
    url = access.endpoint_url or f"https://{access.ses_host or api_host(access.region)}/"
    handlers: list[urllib.request.BaseHandler] = [_NoRedirect()]
    if is_loopback(url):
        handlers.append(urllib.request.ProxyHandler({}))
    asked = urllib.request.Request(url, method="HEAD")  # noqa: S310
    began = moment.now()
    try:
        with urllib.request.build_opener(*handlers).open(asked, timeout=SECONDS) as answer:
            said = answer.headers.get("Date")
    except urllib.error.HTTPError as refused:  # a refusal has a Date as well
        said = refused.headers.get("Date")
    ours = (began + moment.now()) // 2
    try:
        theirs = int(parsedate_to_datetime(said or "").timestamp() * 1000)
    except ValueError:
        raise OSError("the answer has no Date") from None
    return ours - theirs - 500  # a Date has no fractions
