"""From SMTP to HTTP and back on the demo's real SMTP server: keys, the same test both ways, the switch, the way back."""

from dataclasses import replace

import pytest
from amazon import ALICE, BOB
from drilling import Yard, until, yard

from core import moment
from core.aws.check import smtp_login
from core.connect import access, tests, walk
from core.connect.endpoint import Endpoint
from core.connect.keys import clean_smtp
from core.demo.running import Running
from core.errors import BadInput, NotAllowed, NotFound
from core.store import audit, connections
from core.store import credentials as rows
from core.switching.compare import compare, differences, side
from core.switching.keys import add_keys
from core.switching.switch import go_back, switch, way_back
from core.switching.ways import ways


@pytest.fixture
def ground(amazon: Running, tmp_path):
    with yard(amazon, tmp_path) as made:
        made.listen("identity")
        yield made


def as_it_is(ground: Yard):
    found = connections.by_id(ground.desk.store, ground.number)
    assert found is not None
    return found


def over_smtp_with_a_password_alone(ground: Yard):
    """The set-up that people bring: a server, a port, a user and a password, no access key."""
    user, password = smtp_login(ground.way)
    typed = clean_smtp(user.reveal() if hasattr(user, "reveal") else user, password.reveal())
    with ground.desk.store.write() as conn:
        rows.put(conn, access.seal(ground.desk.vault, ground.connection, typed, moment.now()))
    return walk.edit(
        ground.desk.store,
        as_it_is(ground),
        ALICE,
        moment.now(),
        endpoint=Endpoint("eu-west-1", "smtp", "", 2587),
    )


def key(ground: Yard) -> tuple[str, str, str]:
    demo = ground.amazon.demo
    return demo.access_key_id, demo.secret_access_key, ""


def test_there_and_back(ground: Yard) -> None:
    desk = ground.desk
    connection = over_smtp_with_a_password_alone(ground)
    both = ways(desk, connection)
    assert (both.now.transport, both.then.transport, both.ready) == ("smtp", "api", False)
    assert "nobody can turn it back" in both.needs
    with pytest.raises(NotFound):
        switch(desk, connection, ALICE, moment.now())
    with pytest.raises(BadInput) as refused:
        add_keys(desk, connection, (key(ground)[0], "short", ""), ALICE, moment.now())
    assert refused.value.field == "secret_access_key"
    add_keys(desk, connection, key(ground), ALICE, moment.now())
    kept = access.unseal(desk.store, desk.vault, connection)
    assert kept.smtp_password is not None and kept.can_sign

    sent = list(compare(desk, connection, ALICE, moment.now()))
    assert [one.transport for one in sent] == ["smtp", "api"]
    assert [one.state for one in sent] == ["accepted", "accepted"]
    until(lambda: all("Delivery" in tests.hops(desk.store, one).types for one in sent))
    one, other = (side(desk.store, each.id or 0) for each in sent)
    assert one is not None and other is not None
    assert (one.way, other.way) == ("SMTP", "HTTP") and one.seconds is not None
    assert one.headers and other.headers and one.headers["subject"] == other.headers["subject"]
    changed_on_the_way = replace(other, headers={**other.headers, "subject": "Another"})
    assert ("subject", one.headers["subject"], "Another") in differences(one, changed_on_the_way)

    changed = switch(desk, as_it_is(ground), ALICE, moment.now())
    assert changed.transport == "api"
    before = way_back(desk.store, changed)
    assert before is not None and (before.transport, before.smtp_port) == ("smtp", 2587)
    again = go_back(desk, changed, ALICE, moment.now())
    assert (again.transport, again.smtp_port) == ("smtp", 2587)
    actions = [entry.action for entry in audit.recent(desk.store, 20)]
    assert actions.count("connection-changed") == 3 and "keys-added" in actions


def test_from_http_to_smtp_the_password_is_worked_out_for_the_region(ground: Yard) -> None:
    both = ways(ground.desk, ground.connection)
    assert (both.now.transport, both.then.transport, both.ready) == ("api", "smtp", True)
    changed = switch(ground.desk, as_it_is(ground), ALICE, moment.now())
    assert changed.transport == "smtp"
    sent = tests.send_test(
        ground.desk.store, ground.desk.vault, ground.desk.settings, changed, "success", "", "Over SMTP", "Hello",
        ALICE, moment.now(),
    )  # fmt: skip
    assert (sent.transport, sent.state) == ("smtp", "accepted")


def test_headers_that_differ_are_named(ground: Yard) -> None:
    one, other = (
        side(ground.desk.store, each.id or 0)
        for each in compare(ground.desk, ground.connection, ALICE, moment.now())
    )
    assert one is not None and other is not None
    left = replace(one, headers={"subject": "a", "x-one": "1", "date": "now"})
    right = replace(other, headers={"subject": "a", "x-two": "2", "date": "then"})
    assert differences(left, right) == [("x-one", "1", ""), ("x-two", "", "2")]
    assert differences(replace(left, headers=None), right) == []


def test_only_an_admin_switches(ground: Yard) -> None:
    for act in (
        lambda: switch(ground.desk, ground.connection, BOB, moment.now()),
        lambda: go_back(ground.desk, ground.connection, BOB, moment.now()),
        lambda: add_keys(ground.desk, ground.connection, key(ground), BOB, moment.now()),
    ):
        with pytest.raises(NotAllowed):
            act()
    assert as_it_is(ground).transport == "api"


def test_without_a_switch_there_is_no_way_back(ground: Yard) -> None:
    assert way_back(ground.desk.store, ground.connection) is None
    with pytest.raises(NotFound):
        go_back(ground.desk, ground.connection, ALICE, moment.now())
