"""How old a key is and how far it reaches: read where it may be read, said to be unknown where it may not."""

import json
from typing import Any

import pytest
from amazon import BOB
from drilling import IRELAND, Yard

from core import moment
from core.connect import access
from core.connect.keys import clean
from core.connect.policy import OPTIONAL, as_text, policy
from core.demo.control import BUTTONS
from core.demo.running import Running
from core.diagnosis import denied
from core.doctor import round as rounds
from core.doctor.line import Line
from core.moment import DAY
from core.store import connections, credentials, findings

SMALL = policy(["review", "send"], "000000000000", IRELAND)
OWN = {"Statement": [{"Effect": "Allow", "Action": ["ses:*", "iam:List*", "iam:Get*"], "Resource": "*"}]}
NUMBER = iter(range(1000))


def use(ground: Yard, put_in: int = 0, **wish: Any) -> Any:
    """Connect with the key of a fresh user, put in here so many days ago. Gives the key as the demo made it."""
    name = f"careful-{next(NUMBER)}"
    made = BUTTONS["POST", "/_demo/keys"](ground.amazon.amazon, {"user": name, **wish})
    mine = connections.by_id(ground.desk.store, ground.number)
    assert mine is not None
    row = access.seal(ground.desk.vault, mine, clean(made["id"], made["secret"]), moment.now() - put_in * DAY)
    with ground.desk.store.write() as conn:
        credentials.put(conn, row)
    return made


def looked(ground: Yard, *only: str) -> dict[str, Line]:
    mine = connections.by_id(ground.desk.store, ground.number)
    assert mine is not None
    return {
        line.name: line for line in rounds.round(ground.desk, mine, BOB, moment.now(), only) if line.ended
    }


def found(line: Line) -> str:
    return line.finding.reference if line.finding else ""


def standing(ground: Yard) -> set[str]:
    return {one.reference for one in findings.standing(ground.desk.store, [ground.number])}


def test_a_young_key_is_in_order_and_an_old_one_stands_on_home_until_it_is_replaced(ground: Yard) -> None:
    assert looked(ground, "keys")["keys/age"].state == "ok"
    use(ground, policy=policy(["review", *OPTIONAL]), created_at=moment.now() - 240 * DAY)
    line = looked(ground, "keys")["keys/age"]
    assert (line.state, found(line)) == ("warn", "key-old") and line.sentence.startswith(
        "240 days old, made on "
    )
    assert "key-old" in standing(ground)
    use(ground, policy=policy(["review", *OPTIONAL]), created_at=moment.now() - 90 * DAY)
    assert looked(ground, "keys")["keys/age"].state == "ok" and "key-old" not in standing(ground)


def test_a_key_that_may_not_ask_is_never_called_young(ground: Yard) -> None:
    use(ground, put_in=12, policy=SMALL, created_at=moment.now() - 400 * DAY)
    lines = looked(ground)
    line = lines["keys/age"]
    assert (line.state, found(line)) == ("unknown", "key-age-unknown")
    assert line.sentence.startswith("Cannot be known: ") and "put in here on" in line.sentence
    assert line.finding is not None and json.loads(line.finding.snippet)["Sid"] == "KeyCare"
    assert lines["account/account"].state == "ok", "what is not known of the key holds nothing up"
    assert "key-age-unknown" not in standing(ground)


def test_a_key_that_has_been_here_for_long_is_at_least_so_old(ground: Yard) -> None:
    use(ground, put_in=120, policy=SMALL)
    line = looked(ground, "keys")["keys/age"]
    assert (line.state, found(line)) == ("warn", "key-old") and line.sentence.startswith(
        "At least 120 days old."
    )


def test_the_statement_that_is_offered_lets_the_key_ask(ground: Yard) -> None:
    made = use(ground, policy=SMALL)
    line = looked(ground, "keys")["keys/age"]
    assert line.finding is not None
    wish = {"key": made["id"], "statement": json.loads(line.finding.snippet)}
    BUTTONS["POST", "/_demo/policy"](ground.amazon.amazon, wish)
    assert looked(ground, "keys")["keys/age"].state == "ok"


@pytest.mark.parametrize(
    ("wish", "reference", "words"),
    [
        ({"attached": ["AdministratorAccess"]}, "key-may-do-everything", "AdministratorAccess is attached to the user"),
        ({"groups": {"admins": ["AdministratorAccess"]}}, "key-may-do-everything", "attached to the group admins"),
        ({"policy": {"Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}}, "key-may-do-everything", "The user's own policy"),
        ({"policy": {"Statement": [{"Effect": "Allow", "Action": ["iam:*", "ses:*"], "Resource": "*"}]}}, "key-may-do-everything", "make itself anything"),
        ({"attached": ["PowerUserAccess", "IAMReadOnlyAccess"]}, "key-may-do-much", "PowerUserAccess is attached"),
        ({"policy": {"Statement": [{"Effect": "Allow", "NotAction": "iam:Create*", "Resource": "*"}]}}, "key-may-do-much", "start servers"),
    ],
)  # fmt: skip
def test_a_key_with_too_much_power_is_warned_of(
    ground: Yard, wish: dict[str, Any], reference: str, words: str
) -> None:
    use(ground, **wish)
    lines = looked(ground)
    line = lines["keys/powers"]
    assert (line.state, found(line)) == ("warn", reference) and words in line.sentence
    assert lines["account/account"].state == "ok" and reference in standing(ground)


@pytest.mark.parametrize(
    ("wish", "words"),
    [
        ({"policy": SMALL}, "may not even ask what it may do"),
        ({"policy": OWN}, "its policies were read"),
        ({"attached": ["AmazonSESFullAccess", "IAMReadOnlyAccess"]}, "AmazonSESFullAccess is attached"),
        ({"attached": ["IAMReadOnlyAccess"], "policy": SMALL}, "make no users"),
    ],
)
def test_a_key_for_mail_alone_is_in_order(ground: Yard, wish: dict[str, Any], words: str) -> None:
    use(ground, **wish)
    line = looked(ground, "keys")["keys/powers"]
    assert line.state == "ok" and words in line.sentence


def test_a_forbidden_question_says_nothing_of_the_rest(ground: Yard) -> None:
    shut = [
        {"Effect": "Allow", "Action": "*", "Resource": "*"},
        {"Effect": "Deny", "Action": "iam:*", "Resource": "*"},
    ]
    use(ground, policy={"Statement": shut})
    line = looked(ground, "keys")["keys/powers"]
    assert (line.state, found(line)) == ("unknown", "key-reach-unknown") and line.sentence.startswith(
        "Cannot be known"
    )


def test_root_keys_are_warned_of_once(ground: Yard) -> None:
    use(ground, root=True)
    lines = looked(ground, "keys")
    assert found(lines["keys/who"]) == "root-keys" and lines["keys/powers"].state == "skipped"
    assert lines["keys/age"].state == "ok"


@pytest.mark.parametrize("fault", ["unavailable", "close", "garbage"])
def test_an_iam_that_does_not_answer_says_nothing_and_holds_nothing_up(
    ground: Yard, amazon: Running, fault: str
) -> None:
    amazon.amazon.faults.add({"name": fault, "service": "iam", "count": -1})
    lines = looked(ground)
    assert lines["keys/age"].state == "unknown"
    away = lines["keys/age"].finding is not None and lines["keys/age"].finding.whose_side == "network"
    assert lines["keys/powers"].state == ("skipped" if away else "unknown")
    assert lines["keys/who"].state == lines["account/account"].state == "ok"


def test_iams_way_to_name_a_user_becomes_an_arn() -> None:
    said = denied.read(
        "User: arn:aws:iam::000000000000:user/mine is not authorized to perform: iam:ListAccessKeys on resource: user mine "
        "because no identity-based policy allows the iam:ListAccessKeys action"
    )
    assert (
        said is not None and json.loads(said.statement())["Resource"] == "arn:aws:iam::000000000000:user/mine"
    )


def test_the_statement_is_optional_and_bound_to_the_keys_own_user() -> None:
    document = policy(list(OPTIONAL), "123456789012", "us-gov-west-1")
    care = document["Statement"][-1]
    assert (
        care["Sid"] == "KeyCare"
        and care["Resource"] == "arn:aws-us-gov:iam::123456789012:user/${aws:username}"
    )
    assert "iam:" not in as_text(policy(["review", "send", "setup"]))


def test_each_feature_says_whether_it_works_with_this_key_and_what_it_lacks(ground: Yard) -> None:
    use(ground, policy=policy(["review", "send", "contacts"], "000000000000", IRELAND))
    lines = looked(ground)
    assert lines["permissions/permissions"].state == lines["permissions/contacts"].state == "ok"
    lacks = lines["permissions/suppression"]
    assert lacks.state == "skipped" and "ses:ListSuppressedDestinations is not allowed" in lacks.sentence
    assert lacks.finding is not None and "permission-missing" not in standing(ground), (
        "left out on purpose, perhaps"
    )
    statement = json.loads(lacks.finding.snippet)
    assert "ses:PutSuppressedDestination" in statement["Action"], "all that it needs, at once"
    assert lines["permissions/doing"].state == "skipped"


def test_the_statement_that_is_shown_lets_the_feature_in(ground: Yard) -> None:
    made = use(ground, policy=SMALL)
    lacks = looked(ground, "permissions")["permissions/suppression"]
    assert lacks.finding is not None
    statement = json.loads(lacks.finding.snippet)
    BUTTONS["POST", "/_demo/policy"](ground.amazon.amazon, {"key": made["id"], "statement": statement})
    assert looked(ground, "permissions")["permissions/suppression"].state == "ok"


def test_sending_is_proved_by_a_test_with_this_key_and_by_no_other(ground: Yard) -> None:
    from amazon import ALICE

    from core.connect import tests

    use(ground, policy=SMALL)
    assert looked(ground, "permissions")["permissions/send"].state == "skipped"
    mine = connections.by_id(ground.desk.store, ground.number)
    assert mine is not None
    desk = ground.desk
    tests.send_test(desk.store, desk.vault, desk.settings, mine, "success", "", "x", "y", ALICE, moment.now())
    assert looked(ground, "permissions")["permissions/send"].state == "ok"
    use(ground, policy=SMALL)
    assert looked(ground, "permissions")["permissions/send"].state == "skipped"


def test_a_feature_that_could_not_be_tried_is_not_known(ground: Yard, amazon: Running) -> None:
    fault = {"name": "unavailable", "service": "sesv2", "action": "ListContactLists", "count": -1}
    amazon.amazon.faults.add(fault)
    lines = looked(ground)
    assert lines["permissions/contacts"].state == "unknown" and lines["permissions/suppression"].state == "ok"
