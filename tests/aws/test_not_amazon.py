"""Whatever a captive portal answers, it is "Something answered instead of Amazon": never a success, never "no words"."""

from collections.abc import Callable
from typing import Any

import botocore.session
import pytest
from botocore.config import Config

from core.aws import permissions
from core.aws.access import Access
from core.aws.account import NotAmazon
from core.aws.check import check
from core.aws.send import send
from core.aws.talk import Talk, unclear
from core.connect.letter import write
from core.demo.running import Running
from core.diagnosis import Context, explain
from core.smtp import MaybeSent

STATUSES = [200, 301, 302, 303, 307, 308, 401, 403, 404, 407, 451, 511]
FAULTS: list[dict[str, Any]] = [
    *({"name": "portal", "status": status} for status in STATUSES),
    {"name": "list"},
    {"name": "garbage"},
    {"name": "empty"},
]
CALLS: dict[str, Callable[[Any], Any]] = {
    "sts": lambda one: one.get_caller_identity(),
    "sesv2": lambda one: one.get_account(),
    "ses": lambda one: one.get_identity_notification_attributes(Identities=["example.com"]),
    "sns": lambda one: one.list_topics(),
    "sqs": lambda one: one.list_queues(),
    "cloudwatch": lambda one: one.list_metrics(),
    "iam": lambda one: one.list_users(),
}
LETTER = write("news@example.com", "", "success@simulator.amazonses.com", "Hello", "Hello")


def _named(fault: dict[str, Any]) -> str:
    return f"{fault['name']}-{fault.get('status', 200)}"


@pytest.mark.parametrize("fault", FAULTS, ids=_named)
@pytest.mark.parametrize("service", CALLS)
def test_a_portal_is_told_from_amazon_for_every_service(
    amazon: Running, way: Access, service: str, fault: dict[str, Any]
) -> None:
    amazon.amazon.faults.add({**fault, "count": -1})
    with pytest.raises(Exception) as raised:
        CALLS[service](way.client(service))
    said = explain(raised.value, Context(region="eu-west-1", service="ses"))
    assert said.known and (said.reference, said.whose_side) == ("not-amazon", "network")


@pytest.mark.parametrize("status", [each for each in STATUSES if each not in (200, 303, 404, 451)])
@pytest.mark.parametrize("service", ["sts", "sesv2", "sqs"])
def test_the_words_hold_for_an_error_of_any_other_botocore_client_too(
    amazon: Running, way: Access, service: str, status: int
) -> None:
    amazon.amazon.faults.add({"name": "portal", "status": status, "count": -1})
    keys = way.credentials
    assert keys.access_key_id and keys.secret_access_key
    plain = botocore.session.get_session().create_client(
        service, region_name="eu-west-1", endpoint_url=way.endpoint_url, config=Config(proxies={}),
        aws_access_key_id=keys.access_key_id.reveal(), aws_secret_access_key=keys.secret_access_key.reveal(),
    )  # fmt: skip
    with pytest.raises(Exception) as raised:
        CALLS[service](plain)
    assert explain(raised.value, Context(service="ses")).reference == "not-amazon"


@pytest.mark.parametrize("fault", FAULTS, ids=_named)
@pytest.mark.parametrize("feature", permissions.PROBES)
def test_no_permission_counts_as_there_because_a_portal_answered(
    amazon: Running, way: Access, feature: str, fault: dict[str, Any]
) -> None:
    amazon.amazon.faults.add({**fault, "count": -1})
    missing, not_tried = permissions.tried(way, [feature])
    assert missing == [] and len(not_tried) == len(permissions.PROBES[feature])
    assert {one.reference for one in not_tried} == {"not-amazon"}


def test_a_portal_that_comes_in_the_middle_of_a_check_makes_no_line_sound(
    amazon: Running, way: Access
) -> None:
    amazon.amazon.faults.add({"name": "portal", "service": "sesv2", "count": -1})
    lines = {line.key: line.state for line in check(way) if line.state != "running"}
    assert lines["who"] == "ok" and "ok" not in {lines["account"], lines["senders"], lines["permissions"]}


@pytest.mark.parametrize("status", [302, 403, 407, 511])
def test_a_mail_that_a_portal_refused_did_not_go_out(amazon: Running, way: Access, status: int) -> None:
    amazon.amazon.faults.add({"name": "portal", "service": "sesv2", "status": status, "count": 1})
    with pytest.raises(NotAmazon):
        send(way, LETTER)


def test_a_mail_that_a_portal_took_with_200_may_have_gone_out(amazon: Running, way: Access) -> None:
    amazon.amazon.faults.add({"name": "portal", "service": "sesv2", "count": 1})
    with pytest.raises(MaybeSent):
        send(way, LETTER)


def test_a_change_that_a_portal_took_is_not_held_for_done(amazon: Running, way: Access) -> None:
    amazon.amazon.faults.add({"name": "empty", "service": "sesv2", "count": 1})
    with pytest.raises(NotAmazon) as raised:
        Talk(way, pause=0).ask("sesv2", "put_account_sending_attributes", SendingEnabled=True)
    assert unclear(raised.value)


def test_amazons_own_door_may_answer_with_a_page_when_it_has_trouble(amazon: Running, way: Access) -> None:
    amazon.amazon.faults.add({"name": "portal", "status": 503, "count": -1})
    with pytest.raises(Exception) as raised:
        way.client("sesv2").get_account()
    assert explain(raised.value, Context(service="ses")).reference == "amazon-trouble"


def test_a_redirect_is_not_followed(amazon: Running, way: Access) -> None:
    """Else keys, or whatever stands inside the network, would be one Location header away."""
    asked: list[str] = []
    amazon.amazon.faults.add({"name": "portal", "status": 307, "count": 1})
    take = amazon.amazon.faults.take

    def counted(service: str, action: str) -> object:
        asked.append(action)
        return take(service, action)

    amazon.amazon.faults.take = counted  # type: ignore[method-assign,assignment]
    try:
        with pytest.raises(NotAmazon):
            way.client("sesv2").get_account()
    finally:
        del amazon.amazon.faults.take
    assert asked == ["GetAccount"]
