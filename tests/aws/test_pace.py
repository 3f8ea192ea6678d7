"""The pace of questions to SES: nothing fails because it was asked too soon, and a send is never asked twice."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest
from amazon import credentials_of

from core.aws.access import Access
from core.aws.check import check
from core.aws.identities import identities
from core.aws.pace import TRIES, Pacer, pacer
from core.demo.running import Running
from core.in_time import Late, ends


@pytest.fixture
def strict(amazon: Running) -> Running:
    """An Amazon that lets one control call pass in a second."""
    amazon.amazon.world.tuning.control_rate = 1
    amazon.amazon.paced.clear()
    return amazon


def called(amazon: Running) -> Counter[str]:
    return Counter(one.action for one in amazon.amazon.calls)


def test_questions_at_once_are_all_answered_where_one_a_second_may_be_asked(
    strict: Running, way: Access
) -> None:
    with ThreadPoolExecutor(4) as pool:
        assert all(pool.map(identities, [way] * 4))


def test_every_line_of_the_check_is_answered_at_that_pace(strict: Running, way: Access) -> None:
    assert {line.state for line in check(way, ("review", "send")) if line.state != "running"} == {"ok"}


def test_a_throttled_question_is_given_up_after_some_tries(
    amazon: Running, way: Access, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Pacer, "turn", lambda self, until=None: None)
    amazon.amazon.faults.add({"name": "slow-down", "service": "sesv2", "count": -1})
    amazon.amazon.calls.clear()
    with pytest.raises(Exception, match="Rate exceeded"):
        way.client("sesv2").get_account()
    assert called(amazon)["GetAccount"] == TRIES


def test_a_throttled_send_is_not_repeated_and_does_not_wait_for_the_questions(
    amazon: Running, way: Access, monkeypatch: pytest.MonkeyPatch
) -> None:
    waited: list[str] = []
    monkeypatch.setattr(Pacer, "turn", lambda self, until=None: waited.append("turn"))
    amazon.amazon.faults.add({"name": "rate", "service": "sesv2", "action": "SendEmail", "count": -1})
    amazon.amazon.calls.clear()
    simple = {"Subject": {"Data": "x"}, "Body": {"Text": {"Data": "x"}}}
    with pytest.raises(Exception, match="Maximum sending rate"):
        way.client("sesv2", sends=True).send_email(
            FromEmailAddress="news@example.com",
            Destination={"ToAddresses": ["success@simulator.amazonses.com"]},
            Content={"Simple": simple},
        )
    assert called(amazon)["SendEmail"] == 1 and waited == []


def test_a_turn_that_comes_too_late_is_not_waited_for() -> None:
    its = Pacer(pause=60.0)
    its.turn(ends(1))  # nobody asked to slow down
    its.slow()
    with pytest.raises(Late):
        its.turn(ends(1))


def test_a_key_has_one_pacer_in_a_region_whoever_asks(amazon: Running) -> None:
    keys, server = credentials_of(amazon), amazon.demo.endpoint_url
    assert pacer(keys, "eu-west-1", server) is pacer(credentials_of(amazon), "eu-west-1", server)
    assert pacer(keys, "eu-west-1", server) is not pacer(keys, "us-east-1", server)


def test_a_round_asks_the_same_only_once_and_the_same_error_once(amazon: Running, way: Access) -> None:
    together = way.within()
    amazon.amazon.calls.clear()
    first = identities(together)
    assert identities(together.within()) == first and called(amazon)["ListEmailIdentities"] == 1
    amazon.amazon.faults.add({"name": "denied", "service": "sesv2", "action": "GetAccount", "count": 1})
    for _ in range(2):
        with pytest.raises(Exception, match="not authorized"):
            together.client("sesv2").get_account()
    assert called(amazon)["GetAccount"] == 1
    assert identities(way) == first and called(amazon)["ListEmailIdentities"] == 2, "outside the round"


def test_nothing_is_begun_after_the_end_of_a_round(amazon: Running, way: Access) -> None:
    over = way.within(0)
    amazon.amazon.calls.clear()
    for service, operation in (("sesv2", "get_account"), ("sts", "get_caller_identity")):
        with pytest.raises(Late):
            getattr(over.client(service), operation)()
    assert not amazon.amazon.calls
