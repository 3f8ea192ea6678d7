"""Endpoints that are not Amazon's: off unless SES_DESK_ALLOW_CUSTOM_ENDPOINTS=1, then loopback or https only.

Keys are sent to an endpoint, and an address inside the network would answer questions meant for nobody outside it, so
https to a private, link-local or reserved address is refused too; core.aws.outside looks again when it is called.
"""

import ipaddress
import socket
from collections.abc import Mapping
from urllib.parse import urlsplit

from core.aws.outside import allowed as outside
from core.errors import BadInput

FIELD = "endpoint"


def checked(url: str, allowed: bool) -> str:
    """The custom endpoint, when it may be called. Raises BadInput."""
    if not allowed:
        raise BadInput(
            "Only Amazon's own servers are called. Custom endpoints need SES_DESK_ALLOW_CUSTOM_ENDPOINTS=1.",
            FIELD,
        )
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        raise BadInput("That is not an address of a server.", FIELD) from None
    if parts.username is not None or parts.query or parts.fragment or not host or any(c <= " " for c in url):
        raise BadInput("An endpoint is scheme, host and port only, such as https://ses.example.com.", FIELD)
    if parts.scheme == "http":
        if host != "localhost" and not _literal_loopback(host):
            raise BadInput("Plain http is for this machine only. Use https.", FIELD)
    elif parts.scheme == "https":
        for address in _addresses(host, port or 443):
            if not outside(address):
                raise BadInput(
                    "That name leads to a private or reserved address, so it is not called.", FIELD
                )
    else:
        raise BadInput("An endpoint begins with https://.", FIELD)
    return url.rstrip("/")


def configured(named: Mapping[str, str], allowed: bool) -> bool:
    """Whether boto3's own AWS_ENDPOINT_URL* names are honoured. Each must pass the same check when they are."""
    if not allowed or not named:
        return False
    for url in named.values():
        checked(url, True)
    return True


def _literal_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _addresses(host: str, port: int) -> list[str]:
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise BadInput("That server name cannot be found from this machine.", FIELD) from None
    return [str(entry[4][0]) for entry in found]
