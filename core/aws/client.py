"""The one place where a boto3 client is made.

boto3 takes half a second to import, so it is imported here and only when Amazon is called. The service descriptions
are read once per process; keys are never cached.
Timeouts: 5 s to connect, 15 s for an answer, one repeat. A client that sends never repeats: a repeat after a lost
answer would be a second mail. SES is asked at the pace it takes (pace.py), and nothing goes on after a caller's `until`.
"""

import ipaddress
from collections.abc import Iterable
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit

from core.aws.credentials import Credentials
from core.aws.not_amazon import tell_apart
from core.aws.outside import stay_outside
from core.aws.pace import SERVICES, TRIES, keep_pace, pacer
from core.in_time import left

CONNECT_SECONDS, READ_SECONDS = 5, 15
LOOK_CONNECT_SECONDS, LOOK_READ_SECONDS = 2, 3
SHORTEST = 0.5  # seconds


def client(
    service: str,
    credentials: Credentials,
    region: str,
    endpoint_url: str | None = None,
    *,
    configured_endpoints: bool = False,
    sends: bool = False,
    unsigned: bool = False,
    read_seconds: int = READ_SECONDS,
    until: float | None = None,
) -> Any:
    """A boto3 client. `read_seconds`: how long an answer may take (a long poll's takes 20 s). `until`: no call is begun later.

    Raises botocore's own errors, which core.diagnosis explains.
    """
    from botocore import UNSIGNED

    connect, read = _shares(read_seconds, until)
    options: dict[str, Any] = {
        "connect_timeout": connect,
        "read_timeout": read,
        "retries": {"mode": "standard", "total_max_attempts": 1 if sends else 2},
        "ignore_configured_endpoint_urls": not configured_endpoints,
        "user_agent_appid": "ses-desk",
    }
    if unsigned:
        options["signature_version"] = UNSIGNED
    if endpoint_url and is_loopback(endpoint_url):
        options["proxies"] = {}
    keys = {} if unsigned else _signed_with(credentials)
    made = _made(service, region, endpoint_url, options, keys, _session())
    its = pacer(credentials, region, endpoint_url) if service in SERVICES else None
    keep_pace(made, its, until, 1 if sends else TRIES)
    return made


def regional(
    service: str,
    credentials: Credentials,
    regions: Iterable[str],
    endpoint_url: str | None = None,
    *,
    configured_endpoints: bool = False,
    until: float | None = None,
) -> dict[str, Any]:
    """One client for each region, all of one session, for a look at every region at once: 2 s to connect, 3 s for an
    answer, asked once, because a region that was never enabled may not answer at all. Raises botocore's own errors."""
    options: dict[str, Any] = {
        "connect_timeout": LOOK_CONNECT_SECONDS,
        "read_timeout": LOOK_READ_SECONDS,
        "retries": {"mode": "standard", "total_max_attempts": 1},
        "ignore_configured_endpoint_urls": not configured_endpoints,
        "user_agent_appid": "ses-desk",
    }
    if endpoint_url and is_loopback(endpoint_url):
        options["proxies"] = {}
    keys, session = _signed_with(credentials), _session()
    made = {region: _made(service, region, endpoint_url, options, keys, session) for region in regions}
    for region, one in made.items():
        keep_pace(one, pacer(credentials, region, endpoint_url), until, TRIES)
    return made


def _shares(read_seconds: float, until: float | None) -> tuple[float, float]:
    """Seconds to connect and seconds for the answer, which together do not go beyond the end."""
    if until is None:
        return CONNECT_SECONDS, read_seconds
    room = max(2 * SHORTEST, left(until))
    connect = min(CONNECT_SECONDS, room / 2)
    return connect, min(read_seconds, room - connect)


def _session() -> Any:
    import botocore.session

    session = botocore.session.get_session()
    session.register_component("data_loader", _loader())
    return session


def _made(
    service: str,
    region: str,
    endpoint_url: str | None,
    options: dict[str, Any],
    keys: dict[str, str],
    session: Any,
) -> Any:
    import boto3
    from botocore.config import Config

    made: Any = boto3.Session(botocore_session=session, region_name=region).client(
        service, region_name=region, endpoint_url=endpoint_url, config=Config(**options), **keys
    )
    tell_apart(made)
    stay_outside(made)
    return made


def _signed_with(credentials: Credentials) -> dict[str, str]:
    """boto3's names for the keys; none for the machine's own role."""
    if credentials.kind != "keys":
        return {}
    if not credentials.can_sign:
        from botocore.exceptions import NoCredentialsError

        raise NoCredentialsError()  # never fall back on whatever keys the machine may have
    assert credentials.access_key_id and credentials.secret_access_key
    keys = {
        "aws_access_key_id": credentials.access_key_id.reveal(),
        "aws_secret_access_key": credentials.secret_access_key.reveal(),
    }
    if credentials.session_token:
        keys["aws_session_token"] = credentials.session_token.reveal()
    return keys


@lru_cache(maxsize=1)
def _loader() -> Any:
    """botocore's service descriptions, read from disk once."""
    from botocore.loaders import Loader, create_loader

    loader: Loader = create_loader()
    return loader


def is_loopback(url: str) -> bool:
    """Whether a URL means this machine, where no proxy stands between."""
    host = urlsplit(url).hostname or ""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
