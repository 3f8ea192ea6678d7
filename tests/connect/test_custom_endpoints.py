"""Keys go to Amazon only; an operator may allow loopback and https, and never an address inside the network."""

import socket
from typing import Any
from urllib.parse import urlsplit

import pytest
from amazon import credentials_of

from core.aws.client import client
from core.aws.credentials import Credentials
from core.connect import access, custom
from core.connect.endpoint import Endpoint, recognise
from core.demo.running import Running
from core.diagnosis import explain
from core.errors import BadInput
from core.settings import Settings
from core.vault import Secret

KEYS = Credentials("keys", Secret("AKIAIOSFODNN7EXAMPLE"), Secret("w" * 40))


@pytest.fixture
def names(monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """A resolver of our own, so that no test asks a real one. An address stands for itself."""
    known = {
        "public.example": "93.184.216.34",
        "inside.example": "10.1.2.3",
        "meta.example": "169.254.169.254",
    }

    def look_up(
        host: str, port: int, *_: object, **__: object
    ) -> list[tuple[int, int, int, str, tuple[str, int]]]:
        if host not in known and not host.replace(".", "").isdigit() and ":" not in host:
            raise socket.gaierror("unknown")
        return [(2, 1, 6, "", (known.get(host, host), port))]

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    return known


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:4566", "http://localhost:4566", "http://[::1]:4566", "https://public.example"]
)
def test_loopback_and_public_https_are_allowed_only_where_the_operator_said_so(
    url: str, names: dict[str, str]
) -> None:
    assert custom.checked(url, True) == url
    with pytest.raises(BadInput, match="SES_DESK_ALLOW_CUSTOM_ENDPOINTS"):
        custom.checked(url, False)


@pytest.mark.parametrize(
    "url",
    [
        "http://169.254.169.254/latest/meta-data", "https://169.254.169.254", "https://[::ffff:169.254.169.254]", "https://meta.example",
        "https://inside.example", "https://10.0.0.1", "https://192.168.1.1", "https://[fe80::1]", "https://[fd00::1]", "https://0.0.0.0",
        "https://[64:ff9b::a9fe:a9fe]", "https://[2002:a9fe:a9fe::1]", "https://[::a9fe:a9fe]", "https://[::10.0.0.1]",
        "https://224.0.0.1", "http://public.example", "http://2130706433", "http://0x7f.1", "http://127.0.0.1.nip.example",
        "ftp://public.example", "file:///etc/passwd", "https://user:pw@public.example", "https://public.example?x=1",
        "https://public.example#x", "https://", "https://[", "https://pub lic.example", "https://nowhere.example", "https://public.example:99999",
    ],
)  # fmt: skip
def test_every_other_place_is_refused(url: str, names: dict[str, str]) -> None:
    with pytest.raises(BadInput) as refused:
        custom.checked(url, True)
    assert refused.value.field == "endpoint"


def test_a_name_that_changes_its_address_is_looked_at_each_time(names: dict[str, str]) -> None:
    assert custom.checked("https://public.example", True)
    names["public.example"] = "169.254.169.254"
    with pytest.raises(BadInput):
        custom.checked("https://public.example", True)


def test_a_name_that_leads_inside_after_the_check_is_not_called(names: dict[str, str]) -> None:
    way = access.trial(
        Settings(allow_custom_endpoints=True), Endpoint("eu-west-1", "api", "https://public.example"), KEYS
    )
    asked = way.client("sts")
    names["public.example"] = "169.254.169.254"
    with pytest.raises(Exception) as refused:
        asked.get_caller_identity()
    assert explain(refused.value).reference == "endpoint-inside"


def test_the_address_that_was_looked_at_is_the_one_that_is_called(
    monkeypatch: pytest.MonkeyPatch, amazon: Running
) -> None:
    """One look-up for each connection, so that a second answer has no chance."""
    looked: list[str] = []
    port = urlsplit(amazon.demo.endpoint_url).port
    real = socket.getaddrinfo

    def once(host: str, *rest: Any, **more: Any) -> Any:
        looked.append(host)
        return real("127.0.0.1" if host == "rebinds.example" else host, *rest, **more)

    monkeypatch.setattr(socket, "getaddrinfo", once)
    asked = client("sts", credentials_of(amazon), "eu-west-1", f"http://rebinds.example:{port}")
    assert asked.get_caller_identity()["Account"]
    assert looked.count("rebinds.example") == 1


def test_amazons_own_names_may_have_private_addresses(names: dict[str, str]) -> None:
    names["sts.eu-west-1.amazonaws.com"] = "127.0.0.1"
    made = access.trial(Settings(), recognise("eu-west-1"), KEYS).client("sts")
    ours = client("sts", KEYS, "eu-west-1", "https://public.example")
    pools = [one._endpoint.http_session._manager.pool_classes_by_scheme["https"] for one in (made, ours)]
    assert [pool.ConnectionCls.__name__ for pool in pools] == ["AWSHTTPSConnection", "Guarded"]


def test_boto3s_own_names_are_ignored_unless_allowed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://169.254.169.254")
    way = access.trial(Settings(allow_custom_endpoints=False), recognise("eu-west-1"), KEYS)
    assert way.client("sesv2").meta.endpoint_url == "https://email.eu-west-1.amazonaws.com"
    with pytest.raises(BadInput):
        access.trial(Settings(allow_custom_endpoints=True), recognise("eu-west-1"), KEYS)
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    way = access.trial(Settings(allow_custom_endpoints=True), recognise("eu-west-1"), KEYS)
    assert way.client("sesv2").meta.endpoint_url == "http://127.0.0.1:9"


def test_a_fips_host_stands_for_ses_alone() -> None:
    way = access.trial(Settings(), recognise("email-fips.us-east-1.amazonaws.com"), KEYS)
    assert way.client("sesv2").meta.endpoint_url == "https://email-fips.us-east-1.amazonaws.com"
    assert way.client("ses").meta.endpoint_url == "https://email-fips.us-east-1.amazonaws.com"
    assert way.client("sts").meta.endpoint_url == "https://sts.us-east-1.amazonaws.com"


def test_a_custom_endpoint_saved_earlier_is_refused_once_they_are_off() -> None:
    saved = Endpoint("eu-west-1", "api", "http://127.0.0.1:4566")
    assert (
        access.trial(Settings(allow_custom_endpoints=True), saved, KEYS).endpoint_url
        == "http://127.0.0.1:4566"
    )
    with pytest.raises(BadInput):
        access.trial(Settings(allow_custom_endpoints=False), saved, KEYS)


def test_the_machines_own_keys_never_stand_in_for_keys_that_are_missing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from botocore.exceptions import NoCredentialsError

    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIAIOSFODNN7EXAMPLE")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "w" * 40)
    with pytest.raises(NoCredentialsError):
        access.trial(Settings(), recognise("eu-west-1"), Credentials("keys")).client("sts")
