"""From one key to another on the demo Amazon, over the wire: each step, each refusal, the way back, and the end of the old key."""

import json
from typing import Any

import pytest
from amazon import ALICE, BOB, MALLORY, VERA
from botocore.exceptions import ClientError
from drilling import Yard
from exchanging import CAREFUL, PLAIN, connection, enter, fresh, in_use, prove_it, use

from core import moment
from core.aws.credentials import ROLE, Credentials
from core.connect import access, keys, walk
from core.demo.running import Running
from core.doctor import round as rounds
from core.errors import BadInput, Conflict, NotAllowed
from core.rotation import begin, disable, kept, prove, switch
from core.store import audit, credentials, findings, rotations, sealed
from core.store.rows import table
from core.store.tables import Rotation
from core.switching.keys import add_keys
from core.vault import Secret
from core.vault.rotation import rotate


def row(ground: Yard) -> Rotation:
    found = kept.find(ground.desk.store, connection(ground))
    assert found is not None
    return found


def step(ground: Yard) -> str:
    found = kept.find(ground.desk.store, connection(ground))
    return found.step if found else ""


def said(ground: Yard) -> list[str]:
    return [one.action for one in reversed(audit.recent(ground.desk.store, 20)) if one.action != "test-sent"]


def two_keys(ground: Yard, policy: Any = CAREFUL) -> tuple[Any, Any]:
    """A user with two keys, the first of them in use."""
    first = fresh(ground, policy=policy)
    use(ground, first)
    return first, fresh(ground, first.user, policy=policy)


def switched(ground: Yard, policy: Any = CAREFUL) -> tuple[Any, Any]:
    """The same, after the second one took over."""
    first, second = two_keys(ground, policy)
    enter(ground, second)
    assert prove_it(ground).state == "accepted"
    switch.switch(ground.desk, connection(ground), ALICE, moment.now())
    return first, second


def test_one_key_for_another_to_the_end(ground: Yard) -> None:
    first, second = two_keys(ground)
    mine = enter(ground, second)
    assert step(ground) == "entered" and in_use(ground) == first.id
    assert (row(ground).old_hint, row(ground).new_hint) == (first.id[-4:], second.id[-4:])
    with pytest.raises(Conflict):
        switch.switch(ground.desk, mine, ALICE, moment.now())
    sent = prove_it(ground)
    assert sent.state == "accepted" and sent.recipient.endswith("@simulator.amazonses.com") and sent.drill
    called = [one for one in ground.amazon.amazon.called() if one["action"] == "SendEmail"][-1]
    assert called["key"] == second.id, "the test goes out with the second key"
    assert step(ground) == "tested" and in_use(ground) == first.id
    switch.switch(ground.desk, connection(ground), ALICE, moment.now())
    assert step(ground) == "switched" and in_use(ground) == second.id and first.active
    told = disable.disable(ground.desk, connection(ground), ALICE, moment.now())
    assert told.off and not first.active and second.active and step(ground) == "disabled"
    assert disable.refused(ground.desk, mine, keys.clean(first.id, first.secret))
    switch.end(ground.desk, connection(ground), ALICE, moment.now())
    assert step(ground) == "" and in_use(ground) == second.id
    assert said(ground)[-5:] == [
        "rotation-begun", "rotation-tested", "keys-rotated", "old-key-disabled", "rotation-ended"
    ]  # fmt: skip


def test_no_secret_stands_readable_in_the_store_or_the_trail(ground: Yard) -> None:
    first, second = switched(ground)
    disable.disable(ground.desk, connection(ground), ALICE, moment.now())
    with ground.desk.store.read() as conn:
        everything = "".join(
            str(tuple(found))
            for name in ("rotations", "credentials", "audit", "sent_tests", "findings")
            for found in conn.exec_driver_sql(f"SELECT * FROM {name}")
        )
    for key in (first, second):
        assert key.secret not in everything and key.id not in everything


@pytest.mark.parametrize(
    ("typed", "box", "words"),
    [
        (("", ""), keys.ID, "Type or paste"),
        (("AKIAIOSFODNN7EXAMPLE", "short"), keys.SECRET, "40 characters"),
        (("ASIAIOSFODNN7EXAMPLE", "x" * 40), keys.ID, "temporary"),
    ],
)
def test_what_is_mistyped_is_said_at_its_box(typed: tuple[str, str], box: str, words: str) -> None:
    with pytest.raises(BadInput, match=words) as caught:
        begin.given(*typed)
    assert caught.value.field == box


def test_amazons_csv_will_do(ground: Yard) -> None:
    first, second = two_keys(ground)
    given = begin.given("", "", f"Access key ID,Secret access key\n{second.id},{second.secret}\n".encode())
    begin.begin(ground.desk, connection(ground), given, ALICE, moment.now())
    assert row(ground).new_hint == second.id[-4:] and in_use(ground) == first.id
    with pytest.raises(BadInput, match="no columns"):
        begin.given("", "", b"a,b\n1,2\n")


def test_the_same_key_another_account_and_root_keys_are_refused(ground: Yard) -> None:
    first, second = two_keys(ground)
    with pytest.raises(BadInput, match="in use now"):
        enter(ground, first)
    elsewhere = connection(ground).model_copy(update={"account_id": "111111111111"})
    with pytest.raises(BadInput, match="of account 000000000000, this connection is of 111111111111"):
        begin.begin(ground.desk, elsewhere, keys.clean(second.id, second.secret), ALICE, moment.now())
    with pytest.raises(BadInput, match="root keys"):
        enter(ground, fresh(ground, root=True))
    with pytest.raises(ClientError):
        begin.begin(ground.desk, connection(ground), keys.clean(second.id, "w" * 40), ALICE, moment.now())
    assert step(ground) == "" and in_use(ground) == first.id


def test_a_key_that_may_do_less_does_not_take_over(ground: Yard) -> None:
    two_keys(ground)
    narrow = {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Action": "ses:Send*", "Resource": "*"}],
    }
    enter(ground, fresh(ground, policy=narrow))
    with pytest.raises(BadInput, match="may do less"):
        prove_it(ground)
    assert step(ground) == "entered"


def test_what_the_key_in_use_lacks_too_is_no_reason_against_the_second(ground: Yard) -> None:
    narrow = {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Action": "ses:Send*", "Resource": "*"}],
    }
    two = two_keys(ground, narrow)
    enter(ground, two[1])
    assert prove_it(ground).state == "accepted" and step(ground) == "tested"


def test_a_test_that_is_refused_leaves_everything_as_it_was(ground: Yard, amazon: Running) -> None:
    first, second = two_keys(ground)
    enter(ground, second)
    amazon.amazon.faults.add({"name": "paused", "service": "sesv2", "action": "SendEmail", "count": 1})
    assert prove_it(ground).state == "refused"
    assert step(ground) == "entered" and in_use(ground) == first.id
    assert prove_it(ground, "somebody@example.com").recipient == "somebody@example.com"
    assert step(ground) == "tested"


def test_the_way_back_from_the_switch(ground: Yard) -> None:
    first, second = switched(ground)
    switch.go_back(ground.desk, connection(ground), ALICE, moment.now())
    assert in_use(ground) == first.id and step(ground) == "tested"
    switch.switch(ground.desk, connection(ground), ALICE, moment.now())
    assert in_use(ground) == second.id
    assert said(ground)[-2:] == ["rotation-taken-back", "keys-rotated"]


def test_the_way_back_switches_the_old_key_on_again(ground: Yard) -> None:
    first, _ = switched(ground)
    assert disable.disable(ground.desk, connection(ground), ALICE, moment.now()).off and not first.active
    switch.go_back(ground.desk, connection(ground), ALICE, moment.now())
    assert first.active and in_use(ground) == first.id and step(ground) == "tested"
    switch.give_up(ground.desk, connection(ground), ALICE, moment.now())
    assert step(ground) == "" and in_use(ground) == first.id


def test_nobody_is_moved_onto_a_dead_key(ground: Yard) -> None:
    first, second = two_keys(ground)
    enter(ground, second)
    prove_it(ground)
    second.active = False
    with pytest.raises(Conflict, match=f"refuses the key ending in {second.id[-4:]}"):
        switch.switch(ground.desk, connection(ground), ALICE, moment.now())
    assert in_use(ground) == first.id and step(ground) == "tested"
    second.active = True
    switch.switch(ground.desk, connection(ground), ALICE, moment.now())
    first.active = False
    with pytest.raises(Conflict, match="make it active in IAM first"):
        switch.go_back(ground.desk, connection(ground), ALICE, moment.now())
    assert in_use(ground) == second.id and step(ground) == "switched"


def test_without_the_permission_it_is_done_by_hand_and_seen_to_be_done(ground: Yard) -> None:
    first, _ = switched(ground, PLAIN)
    told = disable.disable(ground.desk, connection(ground), ALICE, moment.now())
    assert not told.off and told.finding is not None and told.finding.reference == "old-key-by-hand"
    assert json.loads(told.finding.snippet)["Sid"] == "KeyCare" and step(ground) == "switched"
    how = " ".join(disable.by_hand(row(ground)))
    assert f"“{first.user}”" in how and first.id[-4:] in how and first.id not in how
    told = disable.done_by_hand(ground.desk, connection(ground), ALICE, moment.now())
    assert not told.off and told.finding is not None and told.finding.reference == "old-key-still-taken"
    first.active = False
    assert disable.done_by_hand(ground.desk, connection(ground), ALICE, moment.now()).off
    assert row(ground).disabled_by == "hand"
    with pytest.raises(Conflict, match="by hand"):
        switch.go_back(ground.desk, connection(ground), ALICE, moment.now())
    switch.end(ground.desk, connection(ground), ALICE, moment.now())


def test_no_answer_is_no_proof_that_the_old_key_is_off(ground: Yard, amazon: Running) -> None:
    switched(ground, PLAIN)
    amazon.amazon.faults.add({"name": "unavailable", "service": "sts", "count": -1})
    with pytest.raises(ClientError):
        disable.done_by_hand(ground.desk, connection(ground), ALICE, moment.now())
    assert step(ground) == "switched"


def test_an_order_that_amazon_did_not_carry_out_is_not_believed(ground: Yard, amazon: Running) -> None:
    first, _ = switched(ground)
    amazon.amazon.faults.add({"name": "close-after", "service": "iam", "action": "UpdateAccessKey"})
    with pytest.raises(Exception, match="closed"):
        disable.disable(ground.desk, connection(ground), ALICE, moment.now())
    assert step(ground) == "switched" and not first.active, "carried out, but nobody heard of it"
    assert disable.disable(ground.desk, connection(ground), ALICE, moment.now()).off, "asking again is safe"


def test_an_old_key_that_was_deleted_is_off(ground: Yard) -> None:
    first, _ = switched(ground)
    del ground.amazon.amazon.world.keys[first.id]
    assert disable.disable(ground.desk, connection(ground), ALICE, moment.now()).off


def test_an_old_smtp_password_of_another_user_is_not_taken_for_deleted(ground: Yard) -> None:
    """Asked about a key of somebody else, IAM answers as of one that does not exist: it looks among the signer's own."""
    from core.connect.endpoint import Endpoint

    first = fresh(ground, policy=CAREFUL)
    walk.edit(
        ground.desk.store,
        connection(ground),
        ALICE,
        moment.now(),
        endpoint=Endpoint("eu-west-1", "smtp", "", 587),
    )
    use(ground, keys.clean_smtp(first.id, _password(first)))
    enter(ground, fresh(ground, policy=CAREFUL))
    assert prove_it(ground).state == "accepted"
    switch.switch(ground.desk, connection(ground), ALICE, moment.now())
    told = disable.disable(ground.desk, connection(ground), ALICE, moment.now())
    assert not told.off and told.finding is not None and told.finding.reference == "old-key-by-hand"
    assert first.active and step(ground) == "switched"
    del ground.amazon.amazon.world.keys[first.id]
    assert disable.disable(ground.desk, connection(ground), ALICE, moment.now()).off, "now it is truly gone"


def test_somebody_else_who_uses_the_old_key_is_seen_before_it_is_switched_off(ground: Yard) -> None:
    first, _ = switched(ground)
    first.used_at, first.used_for = row(ground).changed_at + 120_000, ("s3", "eu-central-1")
    told = disable.disable(ground.desk, connection(ground), ALICE, moment.now())
    assert not told.off and told.finding is not None and told.finding.reference == "old-key-in-use"
    assert told.finding.evidence["service"] == "s3" and first.active
    assert disable.disable(ground.desk, connection(ground), ALICE, moment.now(), even_so=True).off


def test_a_dead_key_can_be_replaced(ground: Yard) -> None:
    first, second = two_keys(ground)
    first.active = False
    enter(ground, second)
    assert row(ground).old_arn == first.arn, "whose it was is known from the last check"
    assert prove_it(ground).state == "accepted"
    switch.switch(ground.desk, connection(ground), ALICE, moment.now())
    assert disable.done_by_hand(ground.desk, connection(ground), ALICE, moment.now()).off


def test_an_old_key_may_be_left_active_but_only_when_that_is_said(ground: Yard) -> None:
    first, _ = switched(ground)
    with pytest.raises(Conflict):
        switch.end(ground.desk, connection(ground), ALICE, moment.now())
    switch.end(ground.desk, connection(ground), ALICE, moment.now(), leave_active=True)
    assert step(ground) == "" and first.active
    assert "left active" in audit.recent(ground.desk.store, 1)[0].detail


def test_a_second_key_is_replaced_or_given_up_before_the_switch_and_not_after(ground: Yard) -> None:
    first, second = two_keys(ground)
    enter(ground, second)
    third = fresh(ground, first.user)
    enter(ground, third)
    assert row(ground).new_hint == third.id[-4:]
    switch.give_up(ground.desk, connection(ground), ALICE, moment.now())
    enter(ground, second)
    prove_it(ground)
    switch.switch(ground.desk, connection(ground), ALICE, moment.now())
    with pytest.raises(BadInput, match="taken over already"):
        enter(ground, third)
    with pytest.raises(Conflict):
        switch.give_up(ground.desk, connection(ground), ALICE, moment.now())


def test_keys_that_are_replaced_in_another_way_end_the_rotation(ground: Yard) -> None:
    first, second = two_keys(ground)
    enter(ground, second)
    desk, typed = ground.desk, (second.id, second.secret, "")
    walk.replace_keys(desk.store, desk.vault, desk.settings, connection(ground), typed, ALICE, moment.now())
    assert step(ground) == ""
    enter(ground, first)
    add_keys(desk, connection(ground), typed, ALICE, moment.now())
    assert step(ground) == ""


def test_the_smtp_password_changes_with_the_key_unless_it_is_a_third_ones(ground: Yard) -> None:
    from core.connect.endpoint import Endpoint

    first, second = two_keys(ground)
    smtp = Endpoint("eu-west-1", "smtp", "", 587)
    walk.edit(ground.desk.store, connection(ground), ALICE, moment.now(), endpoint=smtp)
    enter(ground, second)
    assert prove_it(ground).transport == "smtp" and step(ground) == "tested"
    signed_in = [one for one in ground.amazon.amazon.called() if one["action"] == "AUTH"][-1]
    assert signed_in["key"] == second.id
    typed = keys.clean_smtp(first.id, _password(first))
    own = Credentials(
        "keys", Secret(first.id), Secret(first.secret), None, typed.smtp_username, typed.smtp_password
    )
    assert begin.beside(own, keys.clean(second.id, second.secret)).smtp_password is None
    third = keys.clean_smtp("AKIAIOSFODNN7EXAMPLE", _password(first))
    own = Credentials(
        "keys", Secret(first.id), Secret(first.secret), None, third.smtp_username, third.smtp_password
    )
    assert begin.beside(own, keys.clean(second.id, second.secret)).smtp_username == third.smtp_username


def _password(key: Any) -> str:
    from core import smtp

    return smtp.password(Secret(key.secret), "eu-west-1").reveal()


def test_a_typed_smtp_password_is_replaced_by_another(ground: Yard) -> None:
    from core.connect.endpoint import Endpoint

    first, second = two_keys(ground)
    smtp = Endpoint("eu-west-1", "smtp", "", 587)
    walk.edit(ground.desk.store, connection(ground), ALICE, moment.now(), endpoint=smtp)
    use(ground, keys.clean_smtp(first.id, _password(first)))
    with pytest.raises(BadInput, match="in use now"):
        begin.begin(
            ground.desk, connection(ground), keys.clean_smtp(first.id, _password(first)), ALICE, moment.now()
        )
    begin.begin(
        ground.desk, connection(ground), keys.clean_smtp(second.id, _password(second)), ALICE, moment.now()
    )
    assert prove_it(ground).state == "accepted"
    switch.switch(ground.desk, connection(ground), ALICE, moment.now())
    told = disable.disable(ground.desk, connection(ground), ALICE, moment.now())
    assert told.finding is not None and told.finding.reference == "old-key-by-hand"
    first.active = False
    assert disable.done_by_hand(ground.desk, connection(ground), ALICE, moment.now()).off


def test_the_machines_own_role_takes_over_and_is_never_rotated(
    ground: Yard, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = two_keys(ground)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", second.id)  # stands for the role that boto3 finds by itself
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", second.secret)
    begin.begin(ground.desk, connection(ground), ROLE, ALICE, moment.now())
    assert prove_it(ground).state == "accepted"
    switch.switch(ground.desk, connection(ground), ALICE, moment.now())
    kept_row = credentials.get(ground.desk.store, ground.number)
    assert kept_row is not None and kept_row.kind == "role" and kept_row.secret_access_key_sealed is None
    assert disable.disable(ground.desk, connection(ground), ALICE, moment.now()).off and not first.active
    switch.end(ground.desk, connection(ground), ALICE, moment.now())
    with pytest.raises(BadInput, match="nothing to rotate"):
        enter(ground, first)


@pytest.mark.parametrize("who", [BOB, VERA, MALLORY, None])
def test_only_an_admin_exchanges_keys(ground: Yard, who: Any) -> None:
    first, second = switched(ground)
    desk, mine, now = ground.desk, connection(ground), moment.now()
    for act in (
        lambda: begin.begin(desk, mine, keys.clean(second.id, second.secret), who, now),
        lambda: prove.send(desk, mine, [], "", who, now),
        lambda: switch.switch(desk, mine, who, now),
        lambda: switch.go_back(desk, mine, who, now),
        lambda: switch.end(desk, mine, who, now, leave_active=True),
        lambda: switch.give_up(desk, mine, who, now),
        lambda: disable.disable(desk, mine, who, now),
        lambda: disable.done_by_hand(desk, mine, who, now),
    ):
        with pytest.raises(NotAllowed):
            act()
    assert step(ground) == "switched" and first.active


def test_of_two_admins_who_switch_at_once_one_does(ground: Yard) -> None:
    _, second = two_keys(ground)
    enter(ground, second)
    prove_it(ground)
    switch.switch(ground.desk, connection(ground), ALICE, moment.now())
    with pytest.raises(Conflict):
        switch.switch(ground.desk, connection(ground), ALICE, moment.now())
    with ground.desk.store.write() as conn, pytest.raises(Conflict):
        rotations.move(conn, ground.number, ("tested",), "switched", moment.now())
    assert in_use(ground) == second.id


def test_the_key_at_hand_opens_for_its_own_connection_alone_and_follows_the_vaults_key(ground: Yard) -> None:
    first, _ = switched(ground)
    before = row(ground).other_sealed
    assert any(value.table == "rotations" for value in _sealed(ground))
    rotate(ground.desk.store, ground.desk.vault)
    opened = kept.opened(ground.desk, connection(ground), row(ground))
    assert opened.access_key_id == Secret(first.id) and before
    other = connection(ground).model_copy(update={"uuid": "somebody-else"})
    from core.errors import Locked

    with pytest.raises(Locked):
        kept.opened(ground.desk, other, row(ground))


def _sealed(ground: Yard) -> list[sealed.SealedValue]:
    with ground.desk.store.read() as conn:
        return list(sealed.every(conn))


def test_two_keys_left_alive_stand_on_home_after_a_day_and_a_removed_connection_takes_all_along(
    ground: Yard,
) -> None:
    switched(ground)
    lines = _keys_group(ground)
    assert lines["keys/rotation"].state == "ok"
    with ground.desk.store.write() as conn:
        long_ago = moment.now() - 2 * moment.DAY
        conn.execute(table(Rotation).update().values(changed_at=long_ago))
    line = _keys_group(ground)["keys/rotation"]
    assert (
        line.state == "warn" and line.finding is not None and line.finding.reference == "rotation-not-ended"
    )
    standing = findings.standing(ground.desk.store, [ground.number])
    assert "rotation-not-ended" in {one.reference for one in standing}
    walk.remove(ground.desk.store, connection(ground), ALICE, moment.now())
    assert rotations.get(ground.desk.store, ground.number) is None


def _keys_group(ground: Yard) -> dict[str, Any]:
    lines = rounds.round(ground.desk, connection(ground), ALICE, moment.now(), ["keys"])
    return {line.name: line for line in lines if line.ended}


def test_the_walk_goes_on_after_a_restart(ground: Yard) -> None:
    """Everything it needs stands in the store: another process opens it with the same vault key."""
    from core.desk import Desk
    from core.vault import open_vault

    first, second = two_keys(ground)
    enter(ground, second)
    prove_it(ground)
    again = Desk(ground.desk.store, open_vault(ground.desk.settings, ground.desk.store), ground.desk.settings)
    switch.switch(again, connection(ground), ALICE, moment.now())
    assert disable.disable(again, connection(ground), ALICE, moment.now()).off and not first.active
    assert access.unseal(again.store, again.vault, connection(ground)).access_key_id == Secret(second.id)
