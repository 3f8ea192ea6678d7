"""Single addresses: found with their reasons, added, taken off with a reason, put back; and mail to them is stopped."""

import pytest
from amazon import ALICE, BOB, MALLORY, VERA
from told_by_amazon import DAY, NOW, account, bounce, complaint, tell

from core.errors import BadInput, NotAllowed, NotFound
from core.lists import entries, rules
from core.lists.stop import Suppressed, stop
from core.store import audit, suppressions
from core.store.engine import Store


@pytest.fixture
def shop(store: Store):
    return account(store)


def test_an_address_is_found_with_every_reason_and_its_event(store: Store, shop) -> None:
    tell(store, shop, bounce("a@x.example", at=NOW - DAY), complaint("a@x.example"))
    found = entries.find(store, shop, " A@X.example ", BOB)
    assert found.suppressed and found.address == "a@x.example"
    assert [(why.reason, why.event.type) for why in found.why] == [
        ("bounce", "Bounce"),
        ("complaint", "Complaint"),
    ]
    assert entries.find(store, shop, "never@x.example", BOB) == entries.Found("never@x.example", False, ())
    with pytest.raises(BadInput, match="no @"):
        entries.find(store, shop, "nonsense", BOB)


def test_adding_is_all_or_none_and_knows_who_is_there(store: Store, shop) -> None:
    tell(store, shop, bounce("known@x.example"))
    assert entries.add(
        store, shop, "a@x.example, B@x.example\nknown@x.example;a@x.example", "asked", BOB, NOW
    ) == (2, 1)
    assert suppressions.get(store, shop.id, "known@x.example").reason == "bounce"
    with pytest.raises(BadInput, match="Address 2"):
        entries.add(store, shop, "c@x.example\nnonsense", "", BOB, NOW)
    assert suppressions.get(store, shop.id, "c@x.example") is None


def test_a_removal_needs_a_reason_is_audited_without_addresses_and_can_be_undone(store: Store, shop) -> None:
    tell(store, shop, bounce("a@x.example", at=NOW - DAY), bounce("b@x.example"))
    with store.write() as conn:
        suppressions.suppress(conn, shop.id, "a@x.example", "unsubscribe", NOW - 1)
    before = suppressions.reasons(store, shop.id, "a@x.example")
    with pytest.raises(BadInput, match="Say why"):
        entries.remove(store, shop, ["a@x.example"], "  ", BOB, NOW)
    assert (
        entries.remove(store, shop, ["A@x.example", "never@x.example"], "a@x.example wrote to us", BOB, NOW)
        == 1
    )
    assert suppressions.listed(store, [shop.id], ["a@x.example", "b@x.example"])[0].reason is None
    (entry,) = [one for one in audit.recent(store, 10) if one.action == "suppressions-removed"]
    assert "a@x.example" not in entry.detail and "wrote to us" in entry.detail and entry.actor == "bob"
    assert entries.put_back(store, shop, ["a@x.example", "b@x.example"], NOW, BOB, NOW + 5) == 1
    assert suppressions.reasons(store, shop.id, "a@x.example") == before


def test_changes_and_removals_are_told_to_those_who_follow_the_list(store: Store, shop) -> None:
    tell(store, shop, bounce("a@x.example"), bounce("b@x.example"))
    entries.remove(store, shop, ["a@x.example"], "mistake", BOB, NOW + 10)
    rows = suppressions.changed(store, shop.id, NOW + 1, 10)
    assert [(row.address, row.removed_at) for row in rows] == [("a@x.example", NOW + 10)]


def test_pages_by_key_show_everybody_once(store: Store, shop) -> None:
    for number in range(23):
        tell(store, shop, bounce(f"p{number:02}@x.example"), at=NOW + number // 4)
    seen, before = [], None
    while rows := suppressions.newest(store, shop.id, 5, before):
        seen += [row.address for row in rows]
        before = (rows[-1].changed_at, rows[-1].address)
    assert seen == [f"p{number:02}@x.example" for number in reversed(range(23))]
    assert suppressions.newest(store, shop.id, 5, reason="complaint") == []
    assert suppressions.count(store, shop.id, 7) == 7 and suppressions.count(store, shop.id, 99) == 23


@pytest.mark.parametrize("what", ["find", "add", "remove", "put_back", "rules"])
def test_roles_are_checked_inside(store: Store, shop, what: str) -> None:
    acts = {
        "find": lambda who: entries.find(store, shop, "a@x.example", who),
        "add": lambda who: entries.add(store, shop, "a@x.example", "", who, NOW),
        "remove": lambda who: entries.remove(store, shop, ["a@x.example"], "mistake", who, NOW),
        "put_back": lambda who: entries.put_back(store, shop, ["a@x.example"], NOW, who, NOW),
        "rules": lambda who: rules.set_rules(store, shop, {}, who, NOW),
    }
    with pytest.raises(NotAllowed):
        acts[what](VERA)
    with pytest.raises(NotAllowed if what == "rules" else NotFound):
        acts[what](MALLORY)


def test_rules_are_an_admins_and_refuse_nonsense(store: Store, shop) -> None:
    assert rules.rules(store, shop) == {"MailboxFull": (3, 30)}
    rules.set_rules(store, shop, {"General": (5, 14)}, ALICE, NOW)
    assert rules.rules(store, shop) == {"General": (5, 14)}
    rules.set_rules(store, shop, {}, ALICE, NOW)
    assert rules.rules(store, shop) == {}
    for bad in (
        {"Moon": (1, 1)},
        {"General": (0, 1)},
        {"General": (1, 0)},
        {"General": (101, 1)},
        {"General": (1, 366)},
    ):
        with pytest.raises(BadInput):
            rules.set_rules(store, shop, bad, ALICE, NOW)
    with pytest.raises(NotAllowed):
        rules.set_rules(store, shop, {}, BOB, NOW)


def test_mail_to_a_suppressed_address_is_stopped_with_the_reason_but_not_for_a_drill(
    store: Store, shop
) -> None:
    tell(store, shop, bounce("Gone@x.example"))
    with pytest.raises(Suppressed) as stopped:
        stop(store, shop.id, "GONE@x.example")
    assert stopped.value.reason == "bounce" and "bounced for good" in stopped.value.message
    assert "@" not in stopped.value.message
    with store.write() as conn:
        suppressions.suppress(conn, shop.id, "drill@x.example", "drill", NOW)
    stop(store, shop.id, "drill@x.example")
    stop(store, shop.id, "fine@x.example")
