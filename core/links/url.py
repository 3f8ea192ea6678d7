"""What another sender puts into its mail: the link for the text, and the two headers for mail programs.

Source: RFC 8058 (one-click), RFC 2369. The header holds our own address always, because it must take a POST by itself; the
link in the text may lead to a page of the sender's own, which posts to us.
"""

from dataclasses import dataclass, field

from core.errors import Unavailable

PATH = "/unsubscribe/"
PARAMETER = "t"  # the token in the query of a page hosted elsewhere
ONE_CLICK = "List-Unsubscribe=One-Click"


@dataclass(frozen=True, slots=True)
class LinkMade:
    """The link to show, and the headers by name."""

    url: str
    headers: dict[str, str] = field(default_factory=dict)


def made(public_url: str, token: str, elsewhere: str = "") -> LinkMade:
    """The link and headers for a token. Unavailable, with what to set, when nobody outside can reach this desk."""
    if not public_url:
        raise Unavailable(
            "No unsubscribe link can be made: set SES_DESK_PUBLIC_URL to the address that mail programs can reach."
        )
    ours = f"{public_url.rstrip('/')}{PATH}{token}"
    headers = {"List-Unsubscribe": f"<{ours}>", "List-Unsubscribe-Post": ONE_CLICK}
    return LinkMade(f"{elsewhere}?{PARAMETER}={token}" if elsewhere else ours, headers)
