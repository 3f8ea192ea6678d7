"""Amazon's own suppression list over the wire: read in pages, compared, set right either way, and honest about what it refuses."""

import pytest
from amazon import ALICE, BOB, MALLORY, VERA, credentials_of
from told_by_amazon import bounce, complaint, tell

from core import moment
from core.aws import suppression as there
from core.connect import walk
from core.connect.endpoint import recognise
from core.connect.policy import policy
from core.connect.tests import send_test
from core.demo.running import Running
from core.demo.world import Suppressed as Entry
from core.desk import Desk
from core.errors import NotAllowed, NotFound
from core.lists import amazon as lists
from core.lists import setting_right
from core.lists.stop import Suppressed
from core.settings import Settings
from core.store import audit, list_settings, sent_tests, suppressions
from core.store.engine import Store
from core.store.tables import Connection
from core.vault import Vault

NOW = moment.now()


@pytest.fixture
def desk(amazon: Running, store: Store, vault: Vault, its_settings: Settings) -> Desk:
    yield Desk(store, vault, its_settings)
    region = amazon.amazon.world.regions["eu-west-1"]
    region.suppressed.clear()
    region.suppressed_reasons = ["BOUNCE", "COMPLAINT"]
    for key in amazon.amazon.world.keys.values():
        key.policy = None


@pytest.fixture
def shop(amazon: Running, desk: Desk) -> Connection:
    amazon.amazon.world.regions["eu-west-1"].production = True
    wanted = walk.Wanted(
        "Shop", recognise("eu-west-1"), credentials_of(amazon), "news@example.com", "The Shop", demo=True
    )
    return walk.save(desk.store, desk.vault, wanted, ALICE, NOW)


def on_amazons_list(amazon: Running) -> dict[str, str]:
    return {
        address: one.reason for address, one in amazon.amazon.world.regions["eu-west-1"].suppressed.items()
    }


def put(amazon: Running, **people: str) -> None:
    for name, reason in people.items():
        amazon.amazon.world.regions["eu-west-1"].suppressed[f"{name}@x.example"] = Entry(reason, NOW - 1000)


def read(desk: Desk, shop: Connection, now: int = NOW) -> lists.Reading:
    return list(lists.read(desk, shop, BOB, now))[-1]


def columns(desk: Desk, shop: Connection) -> tuple[list[str], list[str], list[str]]:
    found = lists.compared(desk.store, shop, BOB)
    return tuple([row.address.partition("@")[0] for row in rows] for rows in (found.only_here, found.only_there, found.differ))  # type: ignore[return-value]  # fmt: skip


def test_the_two_lists_stand_in_three_columns(amazon: Running, desk: Desk, shop: Connection) -> None:
    put(amazon, both="BOUNCE", theirs="COMPLAINT", angry="BOUNCE", left="COMPLAINT")
    tell(desk.store, shop, bounce("both@x.example"), bounce("ours@x.example"), complaint("angry@x.example"))
    with desk.store.write() as conn:
        suppressions.suppress(conn, shop.id, "left@x.example", "unsubscribe", NOW)
        suppressions.suppress(conn, shop.id, "gone@x.example", "unsubscribe", NOW)
    assert lists.compared(desk.store, shop, BOB).read_at is None
    last = read(desk, shop)
    assert (last.addresses, last.over, last.finding, last.kept_for) == (
        4,
        True,
        None,
        ("BOUNCE", "COMPLAINT"),
    )
    assert columns(desk, shop) == (["ours"], ["theirs"], ["angry"])


def test_a_long_list_comes_in_pages_and_what_is_gone_there_is_gone_here(
    amazon: Running, desk: Desk, shop: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(there, "PAGE", 10)
    put(amazon, **{f"p{number:02}": "BOUNCE" for number in range(25)})
    told = list(lists.read(desk, shop, BOB, NOW))
    assert [one.addresses for one in told] == [0, 10, 20, 25, 25]
    assert len(columns(desk, shop)[1]) == 25
    del amazon.amazon.world.regions["eu-west-1"].suppressed["p07@x.example"]
    read(desk, shop, NOW + 10)
    assert "p07" not in columns(desk, shop)[1] and len(columns(desk, shop)[1]) == 24


def test_differences_are_set_right_either_way(amazon: Running, desk: Desk, shop: Connection) -> None:
    put(amazon, theirs="COMPLAINT", wrong="BOUNCE", angry="BOUNCE")
    tell(desk.store, shop, bounce("ours@x.example"), complaint("angry@x.example"))
    read(desk, shop)
    found = lists.compared(desk.store, shop, ALICE)
    theirs, wrong = sorted(found.only_there)
    assert setting_right.add_here(desk.store, shop, [theirs], BOB, NOW) == 1
    assert suppressions.get(desk.store, shop.id, "theirs@x.example").reason == "complaint"
    done = list(setting_right.remove_there(desk, shop, [wrong], ALICE, NOW))
    done += setting_right.put_there(desk, shop, [*found.only_here, *found.differ], ALICE, NOW)
    assert [(step.number, step.of, step.finding) for step in done] == [
        (1, 1, None),
        (1, 2, None),
        (2, 2, None),
    ]
    assert on_amazons_list(amazon) == {
        "theirs@x.example": "COMPLAINT", "ours@x.example": "BOUNCE", "angry@x.example": "COMPLAINT",
    }  # fmt: skip
    assert columns(desk, shop) == ([], [], [])
    read(desk, shop, NOW + 5)
    assert columns(desk, shop) == ([], [], [])
    assert not any("@" in one.detail for one in audit.recent(desk.store, 50))


def test_amazon_is_asked_in_its_own_spelling(amazon: Running, desk: Desk, shop: Connection) -> None:
    """It keeps the case of the local part, and knows an entry by that alone."""
    suppressed = amazon.amazon.world.regions["eu-west-1"].suppressed
    for name in ("Jane.Doe", "John.Roe"):
        suppressed[f"{name}@x.example".lower()] = Entry("BOUNCE", NOW - 1000, spelled=f"{name}@x.example")
    tell(desk.store, shop, complaint("john.roe@x.example"))
    read(desk, shop)
    found = lists.compared(desk.store, shop, ALICE)
    assert [row.address for row in (*found.only_there, *found.differ)] == [
        "jane.doe@x.example",
        "john.roe@x.example",
    ]
    done = list(setting_right.remove_there(desk, shop, found.only_there, ALICE, NOW))
    done += setting_right.put_there(desk, shop, found.differ, ALICE, NOW)
    assert [step.finding for step in done] == [None, None]
    assert on_amazons_list(amazon) == {"john.roe@x.example": "COMPLAINT"}
    assert suppressed["john.roe@x.example"].spelled == "John.Roe@x.example"


def test_each_column_is_read_page_by_page_and_all_of_amazons_come_over_at_once(
    amazon: Running, desk: Desk, shop: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(setting_right, "PIECE", 4)
    names = [f"p{number:02}" for number in range(10)]
    put(amazon, **dict.fromkeys(names, "COMPLAINT"))
    read(desk, shop)
    first = lists.compared(desk.store, shop, BOB, 6).only_there
    rest = lists.compared(desk.store, shop, BOB, 6, ("", first[-1].address, "")).only_there
    assert [row.address for row in [*first, *rest]] == [f"{name}@x.example" for name in names]
    asked = len(amazon.amazon.calls)
    assert list(setting_right.add_all_here(desk.store, shop, BOB, NOW)) == [4, 8, 10]
    assert len(amazon.amazon.calls) == asked, "Amazon is asked nothing"
    assert columns(desk, shop) == ([], [], [])
    (entry,) = [one for one in audit.recent(desk.store, 50) if one.action == "suppressions-added"]
    assert entry.detail == """{"from Amazon's list": 10}"""
    for who, error in ((VERA, NotAllowed), (MALLORY, NotFound)):
        with pytest.raises(error):
            list(setting_right.add_all_here(desk.store, shop, who, NOW))


def test_who_was_taken_off_here_comes_back_when_amazons_entry_is_added(
    amazon: Running, desk: Desk, shop: Connection
) -> None:
    put(amazon, a="BOUNCE")
    tell(desk.store, shop, bounce("a@x.example", at=NOW - 5_000))
    with desk.store.write() as conn:
        suppressions.release(conn, shop.id, "a@x.example", "bounce", NOW - 100)
    read(desk, shop)
    rows = lists.compared(desk.store, shop, BOB).only_there
    assert setting_right.add_here(desk.store, shop, rows, BOB, NOW) == 1
    assert columns(desk, shop) == ([], [], [])


def test_the_sandbox_refuses_to_put_and_that_is_said(amazon: Running, desk: Desk, shop: Connection) -> None:
    tell(desk.store, shop, bounce("ours@x.example"), bounce("two@x.example"))
    read(desk, shop)
    amazon.amazon.world.regions["eu-west-1"].production = False
    rows = lists.compared(desk.store, shop, ALICE).only_here
    (step,) = setting_right.put_there(desk, shop, rows, ALICE, NOW)
    assert step.finding is not None and step.finding.reference == "production-access-missing"
    assert on_amazons_list(amazon) == {} and columns(desk, shop)[0] == ["ours", "two"]


def test_a_list_that_may_not_be_read_is_a_finding_and_what_was_read_before_stays(
    amazon: Running, desk: Desk, shop: Connection
) -> None:
    put(amazon, theirs="BOUNCE")
    read(desk, shop)
    only = {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Action": "ses:GetAccount", "Resource": "*"}],
    }
    for key in amazon.amazon.world.keys.values():
        key.policy = only
    last = read(desk, shop, NOW + 5)
    assert last.finding is not None and last.finding.known
    assert "ses:ListSuppressedDestinations" in last.finding.snippet
    found = lists.compared(desk.store, shop, BOB)
    assert found.read_at == NOW and found.last is not None and found.last.finding is not None
    assert columns(desk, shop)[1] == ["theirs"]


def test_the_policy_allows_exactly_what_is_called(amazon: Running, desk: Desk, shop: Connection) -> None:
    for key in amazon.amazon.world.keys.values():
        key.policy = policy(["suppression"], "", "eu-west-1")
    put(amazon, theirs="BOUNCE")
    tell(desk.store, shop, bounce("ours@x.example"))
    assert read(desk, shop).finding is None
    found = lists.compared(desk.store, shop, ALICE)
    assert [one.finding for one in setting_right.put_there(desk, shop, found.only_here, ALICE, NOW)] == [None]
    assert [one.finding for one in setting_right.remove_there(desk, shop, found.only_there, ALICE, NOW)] == [
        None
    ]


def test_an_account_that_keeps_no_list_by_itself_is_told_apart(
    amazon: Running, desk: Desk, shop: Connection
) -> None:
    amazon.amazon.world.regions["eu-west-1"].suppressed_reasons = []
    assert read(desk, shop).kept_for == ()
    assert lists.compared(desk.store, shop, BOB).last.kept_for == ()


def test_reading_keeps_what_else_was_decided(amazon: Running, desk: Desk, shop: Connection) -> None:
    with desk.store.write() as conn:
        list_settings.change(conn, shop.id, NOW, groups='[["news","News"]]')
    read(desk, shop)
    assert list_settings.get(desk.store, shop.id).groups == '[["news","News"]]'


def test_roles_are_checked_before_amazon_is_asked(amazon: Running, desk: Desk, shop: Connection) -> None:
    row = [lists.Both("a@x.example", "bounce", 1, None, None)]
    for who, error in ((VERA, NotAllowed), (MALLORY, NotFound)):
        with pytest.raises(error):
            list(lists.read(desk, shop, who, NOW))
        with pytest.raises(error):
            lists.compared(desk.store, shop, who)
        with pytest.raises(error):
            setting_right.add_here(desk.store, shop, row, who, NOW)
    for change in (setting_right.put_there, setting_right.remove_there):
        with pytest.raises(NotAllowed):
            list(change(desk, shop, row, BOB, NOW))


def test_a_test_to_a_suppressed_person_is_stopped_before_anything_is_sent_or_noted(
    amazon: Running, desk: Desk, shop: Connection
) -> None:
    tell(desk.store, shop, bounce("gone@x.example"))
    sent = len(amazon.amazon.mail)
    how = (desk.store, desk.vault, desk.settings, shop)
    with pytest.raises(Suppressed):
        send_test(*how, "person", "Gone@X.example", "Hello", "Text", BOB, NOW)
    assert len(amazon.amazon.mail) == sent and sent_tests.recent(desk.store, [shop.id]) == []
    with desk.store.write() as conn:
        suppressions.suppress(conn, shop.id, "bounce@simulator.amazonses.com", "manual", NOW)
    assert send_test(*how, "bounce", "", "Hello", "Text", BOB, NOW).state == "accepted"
