"""A server that stands for Amazon's is called at a public address or on this machine, and nowhere inside the network.

Its name is looked up when a connection is opened, and that very address is called: a name that was public when it was typed may
lead inside by the time keys are sent to it. Amazon's own names are let be: a VPC's private DNS gives them private addresses.
"""

import ipaddress
import socket
from typing import Any
from urllib.parse import urlsplit

from core.dns.way import public
from core.errors import SesDeskError

AMAZONS = (".amazonaws.com", ".amazonaws.com.cn", ".amazonaws.eu", ".api.aws", ".on.aws")


class InsideAddress(SesDeskError):
    """A name leads to an address inside the network."""


def allowed(address: str) -> bool:
    """Whether a server that is not Amazon's may be called there."""
    return public(address) or ipaddress.ip_address(address.partition("%")[0]).is_loopback


def stay_outside(client: Any) -> None:
    """Have a client of another server than Amazon's look at each address before it calls it. A proxy looks names up itself."""
    host = (urlsplit(client.meta.endpoint_url).hostname or "").lower()
    if host.endswith(AMAZONS):
        return
    manager = client._endpoint.http_session._manager
    manager.pool_classes_by_scheme = {
        scheme: _guarded(pool) for scheme, pool in manager.pool_classes_by_scheme.items()
    }


def _guarded(pool: Any) -> Any:
    """The same pool, with connections that call only addresses that were looked at."""

    class Guarded(pool.ConnectionCls):  # type: ignore[misc]
        def _new_conn(self) -> Any:
            name: str = self._dns_host  # type: ignore[has-type]
            lost: Exception | None = None
            try:
                for address in _addresses(name, self.port):
                    self._dns_host = address
                    try:
                        return super()._new_conn()
                    except Exception as error:  # urllib3's own: the next address may answer
                        lost = error
            finally:
                self._dns_host = name
            raise lost if lost is not None else OSError("The name has no address.")

    return type(pool.__name__, (pool,), {"ConnectionCls": Guarded})


def _addresses(name: str, port: int) -> list[str]:
    """Where a name leads, in order. Raises InsideAddress when any of it is inside."""
    try:
        found = socket.getaddrinfo(name.strip("[]"), port, type=socket.SOCK_STREAM)
    except OSError:
        return [name]  # urllib3 says it in words that are known
    addresses = list(dict.fromkeys(str(entry[4][0]) for entry in found))
    if not all(allowed(address) for address in addresses):
        raise InsideAddress("That name leads to a private or reserved address, so it is not called.")
    return addresses
