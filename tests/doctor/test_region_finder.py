"""Where a sender is verified: every region asked at once, over the wire, and the switch there."""

from dataclasses import replace

import pytest
from amazon import ALICE, BOB, credentials_of
from drilling import Yard

from core import moment
from core.aws import finder
from core.aws.access import Access
from core.aws.client import regional
from core.aws.finder import find, same_amazon
from core.aws.pace import Pacer
from core.connect.endpoint import Endpoint
from core.connect.moving import switch_region
from core.demo.running import Running
from core.doctor import region
from core.doctor import round as rounds
from core.errors import BadInput, NotAllowed
from core.store import audit, connections, findings


@pytest.fixture
def elsewhere(amazon: Running, way: Access) -> str:
    """A domain that is verified in Tokyo alone."""
    there = amazon.amazon.world.regions["ap-northeast-1"]
    ireland = amazon.amazon.world.regions["eu-west-1"]
    identity = replace(ireland.identities["example.com"], name="tokyo.example.net")
    there.identities["tokyo.example.net"] = identity
    return "news@tokyo.example.net"


def test_every_region_of_the_same_amazon_is_asked_and_no_other(way: Access) -> None:
    asked = same_amazon("eu-west-1")
    assert len(asked) == 33 and "us-gov-west-1" not in asked and "eusc-de-east-1" not in asked
    assert same_amazon("us-gov-west-1") == ["us-gov-east-1", "us-gov-west-1"]


def test_the_sender_is_found_where_it_is_verified(
    amazon: Running, way: Access, elsewhere: str, rate: int
) -> None:
    places = {one.region: one for one in find(way, elsewhere)}
    assert len(places) == 33
    assert places["ap-northeast-1"].state == "verified"
    assert places["ap-northeast-1"].sender == "tokyo.example.net"
    assert places["ap-northeast-1"].production is not None
    assert places["eu-west-1"].state == "absent"
    assert "unknown" not in {one.state for one in places.values()}


@pytest.mark.parametrize("fault", ["slow-down", "denied", "empty", "broken"])
def test_an_account_that_does_not_speak_leaves_the_sandbox_unknown_and_the_sender_verified(
    amazon: Running, way: Access, elsewhere: str, fault: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Pacer, "turn", lambda self, until=None: None)
    amazon.amazon.faults.add({"name": fault, "service": "sesv2", "action": "GetAccount", "count": -1})
    places = {one.region: one for one in find(way, elsewhere)}
    tokyo = places["ap-northeast-1"]
    assert (tokyo.state, tokyo.production) == ("verified", None) and tokyo.why is not None
    assert {one.production for one in places.values()} == {None}


def test_an_account_that_does_not_speak_is_couldnt_check_on_the_doctors_page(
    amazon: Running, ground: Yard
) -> None:
    amazon.amazon.faults.add({"name": "empty", "service": "sesv2", "action": "GetAccount", "count": -1})
    lines = {
        line.name: line
        for line in rounds.round(ground.desk, ground.connection, ALICE, moment.now(), ("region",))
        if line.ended
    }
    assert lines["region/sender"].state == "ok" and lines["region/places"].state == "unknown"
    assert "sandbox or not is unknown" in lines["region/places"].sentence
    assert lines["region/places"].facts == {"production": []}


def test_one_silent_region_holds_the_others_up_in_nothing(
    amazon: Running, way: Access, elsewhere: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(finder, "AWAY_SECONDS", 2.0)
    amazon.amazon.faults.add({"name": "timeout", "service": "sesv2", "seconds": 6.0, "count": 1})
    told = list(finder.search(way, elsewhere))
    assert [one.state for one in told].count("unknown") == 1 and told[-1].state == "unknown", "it is the last"
    assert told[-1].why is not None and told[-1].why.reference in ("check-too-long", "no-answer")
    assert {one.region for one in told} == set(same_amazon("eu-west-1"))


def test_a_wholly_silent_amazon_is_asked_once_in_each_region_and_known_nowhere(
    amazon: Running, way: Access, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(finder, "AWAY_SECONDS", 1.0)
    amazon.amazon.faults.add({"name": "timeout", "service": "sesv2", "seconds": 2.0, "count": -1})
    amazon.amazon.calls.clear()
    assert {one.state for one in find(way, "news@example.com")} == {"unknown"}
    assert len(amazon.amazon.calls) <= 33


def test_where_another_server_stands_for_amazons_no_region_of_amazons_is_asked(
    amazon: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", amazon.demo.endpoint_url)
    there = Access(credentials_of(amazon), "us-east-1", configured_endpoints=True)
    clients = regional("sesv2", there.credentials, same_amazon("us-east-1"), configured_endpoints=True)
    assert {one.meta.endpoint_url for one in clients.values()} == {amazon.demo.endpoint_url}
    places = {one.region: one for one in find(there, "news@example.com")}
    assert places["eu-west-1"].state == "verified" and places["us-east-1"].state == "absent"


def test_a_server_that_stands_for_amazons_stays_when_the_region_is_switched() -> None:
    custom = Endpoint("us-east-1", "api", "https://ses.example.net")
    assert custom.moved("eu-west-1") == Endpoint("eu-west-1", "api", "https://ses.example.net")
    own = Endpoint("us-east-1", "smtp", "email-smtp-fips.us-east-1.amazonaws.com", 2587)
    assert own.moved("eu-west-1") == Endpoint("eu-west-1", "smtp", "", 2587)


@pytest.mark.parametrize(
    ("fault", "elsewhere_is", "ours_is"),
    [("unknown-key", "not-enabled", "unknown"), ("broken", "unknown", "unknown")],
)
def test_a_region_that_refuses_the_key_is_not_enabled_and_one_that_breaks_is_not_known(
    amazon: Running, way: Access, fault: str, elsewhere_is: str, ours_is: str
) -> None:
    amazon.amazon.faults.add({"name": fault, "service": "sesv2", "count": -1})
    places = {one.region: one for one in find(way, "news@example.com", ["eu-west-1", "us-east-1"])}
    assert places["us-east-1"].state == elsewhere_is and places["eu-west-1"].state == ours_is
    assert places["eu-west-1"].why is not None


def test_no_way_to_amazon_is_not_known_rather_than_absent(way: Access) -> None:
    closed = replace(way, endpoint_url="http://127.0.0.1:9")
    assert {one.state for one in find(closed, "news@example.com")} == {"unknown"}


def test_the_doctor_names_the_region_and_an_admin_switches_there(
    amazon: Running, ground: Yard, elsewhere: str
) -> None:
    store = ground.desk.store
    with store.write() as conn:
        row = connections.by_id(conn, ground.connection.id or 0)
        assert row is not None
        row.from_address = elsewhere
        connection = connections.save(conn, row, row.version)
    lines = {
        line.name: line for line in rounds.round(ground.desk, connection, ALICE, moment.now(), ("region",))
    }
    line = lines["region/sender"]
    assert line.state == "fail" and line.finding is not None
    assert line.finding.reference == "sender-in-another-region"
    assert "Asia Pacific (Tokyo)" in line.sentence and "not in Europe (Ireland)" in line.sentence
    assert [one.reference for one in findings.standing(store, [connection.id or 0])].count(
        "sender-in-another-region"
    ) == 1
    assert region.verified_in(store, connection.id or 0) == ["ap-northeast-1"]

    with pytest.raises(NotAllowed):
        switch_region(store, connection, "ap-northeast-1", BOB, moment.now())
    with pytest.raises(BadInput):
        switch_region(store, connection, "xx-nowhere-1", ALICE, moment.now())
    moved = switch_region(store, connection, "ap-northeast-1", ALICE, moment.now())
    assert moved.region == "ap-northeast-1" and moved.endpoint == ""
    assert "connection-changed" in [entry.action for entry in audit.recent(store, 50)]
    lines = {line.name: line for line in rounds.round(ground.desk, moved, ALICE, moment.now(), ("region",))}
    assert lines["region/sender"].state == "ok"
    assert "sender-in-another-region" not in [
        one.reference for one in findings.standing(store, [connection.id or 0])
    ]


def test_a_sender_that_no_region_knows_is_said_so(ground: Yard) -> None:
    store = ground.desk.store
    with store.write() as conn:
        row = connections.by_id(conn, ground.connection.id or 0)
        assert row is not None
        row.from_address = "news@typing-mistake.example"
        connection = connections.save(conn, row, row.version)
    lines = {
        line.name: line for line in rounds.round(ground.desk, connection, ALICE, moment.now(), ("region",))
    }
    said = lines["region/sender"].finding
    assert said is not None and said.reference == "sender-nowhere"
    assert lines["region/places"].state == "ok" and "production" in lines["region/places"].facts
