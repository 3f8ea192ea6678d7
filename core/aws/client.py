"""The one place where a boto3 client is made.

boto3 takes half a second to import, so it is imported here and only when Amazon is called. The service descriptions
are read once per process; keys are never cached.
Timeouts: 5 s to connect, 15 s for an answer, one repeat. A client that sends never repeats: a repeat after a lost
answer would be a second mail.
"""

import ipaddress
from collections.abc import Iterable
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit

from core.aws.credentials import Credentials

CONNECT_SECONDS, READ_SECONDS = 5, 15
LOOK_CONNECT_SECONDS, LOOK_READ_SECONDS = 3, 5


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
) -> Any:
    """A boto3 client. `read_seconds`: how long an answer may take (a long poll's takes 20 s). Raises botocore's own errors, which core.diagnosis explains."""
    from botocore import UNSIGNED

    options: dict[str, Any] = {
        "connect_timeout": CONNECT_SECONDS,
        "read_timeout": read_seconds,
        "retries": {"mode": "standard", "total_max_attempts": 1 if sends else 2},
        "ignore_configured_endpoint_urls": not configured_endpoints,
        "user_agent_appid": "ses-desk",
    }
    if unsigned:
        options["signature_version"] = UNSIGNED
    if endpoint_url and is_loopback(endpoint_url):
        options["proxies"] = {}
    keys = {} if unsigned else _signed_with(credentials)
    return _made(service, region, endpoint_url, options, keys, _session())


def regional(
    service: str, credentials: Credentials, regions: Iterable[str], endpoint_url: str | None = None
) -> dict[str, Any]:
    """One client for each region, all of one session, for a look at every region at once: 3 s to connect, 5 s for an
    answer, because a region that was never enabled may not answer at all. Raises botocore's own errors."""
    options: dict[str, Any] = {
        "connect_timeout": LOOK_CONNECT_SECONDS,
        "read_timeout": LOOK_READ_SECONDS,
        "retries": {"mode": "standard", "total_max_attempts": 2},
        "ignore_configured_endpoint_urls": True,
        "user_agent_appid": "ses-desk",
    }
    if endpoint_url and is_loopback(endpoint_url):
        options["proxies"] = {}
    keys, session = _signed_with(credentials), _session()
    return {region: _made(service, region, endpoint_url, options, keys, session) for region in regions}


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

    made: Any = boto3.Session(botocore_session=session, region_name=region)
    return made.client(
        service, region_name=region, endpoint_url=endpoint_url, config=Config(**options), **keys
    )


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
