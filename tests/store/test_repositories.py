"""The repositories, on both databases."""

import pytest
import sqlalchemy as sa

from core.errors import BadInput, Conflict
from core.store import (
    api_tokens,
    audit,
    callbacks,
    certificates,
    connections,
    credentials,
    findings,
    meta,
    sent_tests,
    suppressions,
)
from core.store.engine import Store
from core.store.tables import Connection, Credential, Suppression

ARN = "arn:aws:sns:eu-west-1:123456789012:ses-events"


def connect(store: Store, name: str = "shop") -> Connection:
    with store.write() as conn:
        return connections.add(conn, Connection(name=name, region="eu-west-1", created_at=1, updated_at=1))


def number(connection: Connection) -> int:
    assert connection.id is not None
    return connection.id


def test_a_connection_is_found_by_name_and_number_and_changed_once_per_version(store: Store) -> None:
    connection = connect(store)
    assert connections.by_name(store, "shop") == connections.by_id(store, number(connection)) == connection
    connection.from_address = "news@x.example"
    with store.write() as conn:
        connections.save(conn, connection, 1)
    with pytest.raises(Conflict), store.write() as conn:
        connections.save(conn, connection, 1)
    found = connections.by_name(store, "shop")
    assert found is not None
    assert (found.version, found.from_address) == (2, "news@x.example")


def test_a_name_is_taken_once(store: Store) -> None:
    connect(store)
    other = connect(store, "other")
    with pytest.raises(BadInput, match="name"):
        connect(store)
    other.name = "shop"
    with pytest.raises(BadInput, match="name"), store.write() as conn:
        connections.save(conn, other, 1)


def test_a_connection_goes_with_all_it_holds(store: Store) -> None:
    one, other = connect(store), connect(store, "other")
    for connection in (one, other):
        with store.write() as conn:
            callback = callbacks.add(conn, number(connection), f"token{connection.id}", True, None, 1)
            callbacks.pin(conn, callback, ARN, 2)
            credentials.put(conn, Credential(connection_id=number(connection), changed_at=1))
            sent_tests.begin(conn, number(connection), "success", "a@x.example", "api", "me", 1)
            findings.raise_(conn, number(connection), "raw-delivery-on", ARN, {}, 1)
            api_tokens.add(conn, f"t{connection.id}", f"secret{connection.id}", number(connection), 1)
    going = connections.what_goes(store, number(one))
    assert (going.topics, going.callbacks, going.sent_tests, going.events) == (1, 1, 1, 0)
    with store.write() as conn:
        connections.remove(conn, number(one))
    assert [each.name for each in connections.all(store)] == ["other"]
    assert callbacks.find(store, f"token{one.id}") is None
    assert api_tokens.find(store, f"secret{one.id}") is None
    assert callbacks.find(store, f"token{other.id}") is not None
    assert len(findings.standing(store, [number(one), number(other)])) == 1


def test_a_callback_is_found_by_its_token_alone_and_keeps_only_its_hash(store: Store) -> None:
    connection = connect(store)
    with store.write() as conn:
        callback = callbacks.add(conn, number(connection), "the-token", False, None, 1)
    found = callbacks.find(store, "the-token")
    assert found is not None
    assert (found.id, found.connection_name, found.open, found.topics) == (callback, "shop", False, ())
    assert callbacks.find(store, "another") is None
    with store.read() as conn:
        assert "the-token" not in str(conn.execute(sa.text("SELECT * FROM callbacks")).fetchall())


def test_topics_wait_until_they_are_pinned_and_ten_at_most(store: Store) -> None:
    connection = connect(store)
    with store.write() as conn:
        callback = callbacks.add(conn, number(connection), "t", True, None, 1)
        assert all(callbacks.wait(conn, callback, f"{ARN}{n}", "confirm", 2) for n in range(10))
        assert not callbacks.wait(conn, callback, f"{ARN}-more", "confirm", 2)
        assert callbacks.wait(conn, callback, f"{ARN}0", "confirm-again", 3)
        topic = callbacks.pin(conn, callback, f"{ARN}0", 4)
        callbacks.confirmed(conn, topic, f"{ARN}0:sub", 5)
        assert callbacks.wait(conn, callback, f"{ARN}-more", "confirm", 6)
    found = callbacks.find(store, "t")
    assert found is not None
    assert [topic.state for topic in found.topics] == ["pinned"] + ["waiting"] * 10
    rows = {topic.arn: topic for topic in callbacks.topics(store, number(connection))}
    assert len(rows) == 11
    pinned, waiting = rows[f"{ARN}0"], rows[f"{ARN}1"]
    assert (pinned.state, pinned.confirm_token, pinned.subscription_arn) == ("pinned", None, f"{ARN}0:sub")
    assert (waiting.state, waiting.confirm_token) == ("waiting", "confirm")


def test_confirmation_tokens_are_forgotten_after_two_days(store: Store) -> None:
    connection = connect(store)
    with store.write() as conn:
        callback = callbacks.add(conn, number(connection), "t", True, None, 1)
        callbacks.wait(conn, callback, ARN, "confirm", 1000)
        assert callbacks.forget_old_tokens(conn, 1000 + callbacks.TOKEN_LIFE) == 0
        assert callbacks.forget_old_tokens(conn, 1001 + callbacks.TOKEN_LIFE) == 1
    assert callbacks.topics(store, number(connection))[0].confirm_token is None


def test_a_finding_stands_until_resolved_and_begins_anew(store: Store) -> None:
    with store.write() as conn:
        findings.raise_(conn, 1, "raw-delivery-on", ARN, {"n": 1}, 10)
        findings.raise_(conn, 1, "raw-delivery-on", ARN, {"n": 2}, 20)
        findings.raise_(conn, 2, "raw-delivery-on", ARN, {}, 20)
    (found,) = findings.standing(store, [1])
    assert (found.first_at, found.last_at, found.evidence) == (10, 20, '{"n": 2}')
    with store.write() as conn:
        assert findings.resolve(conn, 1, "raw-delivery-on", None, 30) == 1
        assert findings.resolve(conn, 1, "raw-delivery-on", None, 30) == 0
    assert findings.standing(store, [1]) == []
    with store.write() as conn:
        findings.raise_(conn, 1, "raw-delivery-on", ARN, {}, 40)
    assert findings.standing(store, [1])[0].first_at == 40


def trail(store: Store) -> None:
    with store.write() as conn:
        for number in range(4):
            audit.append(conn, "alice", "connection-saved", f"c{number}", {"n": number}, number)


def test_the_audit_trail_is_whole_and_newest_first(store: Store) -> None:
    trail(store)
    assert audit.verify(store) == audit.AuditCheck(True, 4)
    newest = audit.recent(store, 2)
    assert [entry.subject for entry in newest] == ["c3", "c2"]
    assert [entry.subject for entry in audit.recent(store, 9, newest[-1].id)] == ["c1", "c0"]


@pytest.mark.parametrize(
    "tampering",
    [
        "UPDATE audit SET actor = 'mallory' WHERE id = 2",
        "UPDATE audit SET detail = '{}' WHERE id = 4",
        "DELETE FROM audit WHERE id = 2",
        "DELETE FROM audit WHERE id = 4",
        "DELETE FROM audit WHERE id = 1",
        "DELETE FROM audit",
    ],
)
def test_a_changed_or_missing_entry_is_noticed(store: Store, tampering: str) -> None:
    trail(store)
    with store.write() as conn:
        conn.execute(sa.text(tampering))
    assert not audit.verify(store).whole


def test_a_test_that_was_never_answered_becomes_unknown(store: Store) -> None:
    connection = number(connect(store))
    with store.write() as conn:
        old = sent_tests.begin(conn, connection, "success", "a@x.example", "api", "me", 10)
        new = sent_tests.begin(conn, connection, "person", "b@x.example", "smtp", "me", 100)
        sent_tests.answered(conn, new, "accepted", 110, "message-1")
        assert sent_tests.give_up(conn, 50, 120) == 1
    assert [(each.id, each.state) for each in sent_tests.recent(store, [connection])] == [
        (new, "accepted"),
        (old, "unknown"),
    ]
    found = sent_tests.by_message_id(store, connection, "message-1")
    assert found is not None and found.id == new


def test_an_api_token_works_until_revoked_and_its_name_is_free_again(store: Store) -> None:
    with store.write() as conn:
        api_tokens.add(conn, "script", "secret-1", None, 1)
        with pytest.raises(BadInput):
            api_tokens.add(conn, "script", "secret-2", None, 1)
    assert api_tokens.find(store, "secret-1") is not None
    with store.write() as conn:
        assert api_tokens.revoke(conn, "script", 2)
        assert not api_tokens.revoke(conn, "script", 2)
    assert api_tokens.find(store, "secret-1") is None
    with store.write() as conn:
        api_tokens.add(conn, "script", "secret-3", None, 3)
    assert [each.name for each in api_tokens.all(store)] == ["script"]


def test_small_facts_and_certificates_are_kept_by_name(store: Store) -> None:
    meta.put(store, "a", "1")
    meta.put(store, "a", "2")
    certificates.put(store, "https://x/y.pem", "PEM", 1)
    assert (meta.get(store, "a"), meta.get(store, "b")) == ("2", None)
    assert certificates.get(store, "https://x/y.pem") == "PEM"
    with store.write() as conn:
        assert not meta.put_new(conn, "a", "3")
        assert meta.remove(conn, "a") and not meta.remove(conn, "a")


def test_suppressions_page_by_last_change(store: Store) -> None:
    with store.write() as conn:
        for number, address in enumerate(["b@x.example", "a@x.example", "c@x.example"]):
            row = Suppression(
                connection_id=1, address=address, reason="bounce", since=1, changed_at=number // 2
            )
            suppressions.put(conn, row)
    first = suppressions.changed(store, 1, 0, 2)
    assert [each.address for each in first] == ["a@x.example", "b@x.example"]
    rest = suppressions.changed(store, 1, 0, 2, (first[-1].changed_at, first[-1].address))
    assert [each.address for each in rest] == ["c@x.example"]
    found = suppressions.get(store, 1, "a@x.example")
    assert found is not None and found.reason == "bounce"
