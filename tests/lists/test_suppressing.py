"""Bounces and complaints put their address on the list, once and for good reason, in the transaction that records them."""

import itertools
import random

import pytest
from told_by_amazon import DAY, NOW, account, bounce, complaint, delivery, notified, tell

from core import moment
from core.events.repeated import written
from core.store import explorer, list_settings, suppressing, suppressions
from core.store.engine import Store
from core.store.record import mark_drill, record


def entry(store: Store, address: str, connection_id: int = 1):
    return suppressions.get(store, connection_id, address)


def reason(store: Store, address: str) -> str | None:
    found = suppressions.listed(store, [1], [address])[0]
    return found.reason


@pytest.fixture
def shop(store: Store):
    return account(store)


def test_a_permanent_bounce_suppresses_with_the_event_behind_it(store: Store, shop) -> None:
    tell(store, shop, bounce("Gone@X.example", at=NOW - 5_000))
    found = entry(store, "gone@x.example")
    assert (found.reason, found.since, found.changed_at, found.removed_at) == (
        "bounce",
        NOW - 5_000,
        NOW,
        None,
    )
    event = explorer.by_id(store, shop.id, found.event_id)
    assert event is not None and event.type == "Bounce" and event.recipient == "gone@x.example"


def test_the_list_changes_when_it_is_written_and_not_when_the_notification_came(store: Store, shop) -> None:
    begun = moment.now()
    with store.write() as conn:
        record(conn, notified(shop, bounce("a@x.example", at=begun - DAY), at=begun - DAY))
    found = entry(store, "a@x.example")
    assert found.since == begun - DAY and begun <= found.changed_at <= moment.now()


@pytest.mark.parametrize(
    "told",
    [
        bounce("a@x.example", kind="Transient"),
        bounce("a@x.example", kind="Transient", subtype="MailboxFull"),
        bounce("a@x.example", kind="Undetermined", subtype="Undetermined"),
        bounce("a@x.example", subtype="OnAccountSuppressionList"),
        bounce("a@x.example", subtype="EmailValidationSuppressed"),
        bounce("bounce@simulator.amazonses.com"),
        bounce("a@x.example", tags={"ses-desk": ["drill"]}),
        bounce("stranger@z.example", destination=["a@x.example", "b@x.example"]),
        complaint("a@x.example", feedback="not-spam"),
        complaint("a@x.example", "b@x.example"),
        bounce("made-up@z.example", destination=["bounce@simulator.amazonses.com"]),
    ],
)  # fmt: skip
def test_what_does_not_count_suppresses_nobody(store: Store, shop, told) -> None:
    tell(store, shop, told)
    assert suppressions.count(store, shop.id, 10) == 0


def test_the_global_list_counts_and_suppresses(store: Store, shop) -> None:
    tell(store, shop, bounce("a@x.example", subtype="Suppressed"))
    assert reason(store, "a@x.example") == "bounce"


def test_mail_that_was_forwarded_suppresses_the_one_it_went_to(store: Store, shop) -> None:
    tell(store, shop, bounce("forwarded@z.example", destination=["a@x.example"]))
    assert reason(store, "a@x.example") == "bounce"
    assert reason(store, "forwarded@z.example") is None


def test_bounce_and_complaint_in_any_order_and_any_batches_give_the_same_entry(store: Store) -> None:
    told = [
        bounce("a@x.example", at=NOW - 3_000, message="m-1"),
        bounce("a@x.example", at=NOW - 9_000, message="m-2"),
        complaint("a@x.example", at=NOW - 1_000, message="m-3"),
    ]
    seen = set()
    for number, order in enumerate(itertools.permutations(told)):
        shop = account(store, f"shop{number}")
        if number % 2:
            tell(store, shop, *order)
        else:
            for one in order:
                tell(store, shop, one)
        found = entry(store, "a@x.example", shop.id)
        event = explorer.by_id(store, shop.id, found.event_id)
        behind = {
            name: (cause.since, explorer.by_id(store, shop.id, cause.event_id).message_id)
            for name, cause in suppressions.reasons(store, shop.id, "a@x.example").items()
        }
        seen.add((found.reason, found.since, event.message_id, tuple(sorted(behind.items()))))
    assert seen == {
        (
            "complaint",
            NOW - 9_000,
            "m-3",
            (("bounce", (NOW - 9_000, "m-2")), ("complaint", (NOW - 1_000, "m-3"))),
        )
    }


@pytest.mark.parametrize("first", ["unsubscribe", "manual", "import"])
def test_what_people_decided_stays_shown_and_the_bounce_is_kept_beneath(
    store: Store, shop, first: str
) -> None:
    with store.write() as conn:
        suppressions.suppress(conn, shop.id, "a@x.example", first, NOW - DAY, note="asked")
    tell(store, shop, bounce("a@x.example"))
    found = entry(store, "a@x.example")
    assert (found.reason, found.since, found.note) == (first, NOW - DAY, "asked")
    with store.write() as conn:
        assert suppressions.release(conn, shop.id, "a@x.example", first, NOW + 1)
    assert reason(store, "a@x.example") == "bounce"


def test_signing_up_again_undoes_only_the_unsubscribe(store: Store, shop) -> None:
    tell(store, shop, bounce("a@x.example"))
    with store.write() as conn:
        assert suppressions.suppress(conn, shop.id, "A@X.example", "unsubscribe", NOW + 1)
        assert reason_in(conn) == "unsubscribe"
        assert suppressions.release(conn, shop.id, "A@X.example", "unsubscribe", NOW + 2)
        assert not suppressions.release(conn, shop.id, "A@X.example", "unsubscribe", NOW + 3)
    assert reason(store, "a@x.example") == "bounce"


def reason_in(conn) -> str | None:
    return suppressions.listed(conn, [1], ["a@x.example"])[0].reason


def test_replays_never_suppress_again_and_a_later_event_does(store: Store, shop) -> None:
    first = bounce("a@x.example", at=NOW - 1_000, message="m-1")
    tell(store, shop, first)
    with store.write() as conn:
        suppressions.release(conn, shop.id, "a@x.example", "bounce", NOW)
    tell(store, shop, first, at=NOW + 1_000)  # by another way: another notification, the same fact
    tell(
        store,
        shop,
        bounce("a@x.example", at=NOW - 500),
        complaint("a@x.example", at=NOW - 400),
        at=NOW + 2_000,
    )
    assert reason(store, "a@x.example") is None
    tell(store, shop, bounce("a@x.example", at=NOW + 5_000), at=NOW + 6_000)
    assert reason(store, "a@x.example") == "bounce"


def test_a_message_that_turns_out_to_be_a_drill_gives_its_address_back(store: Store, shop) -> None:
    tell(store, shop, bounce("a@x.example", message="m-drill"), bounce("b@x.example"))
    with store.write() as conn:
        mark_drill(conn, shop.id, "m-drill", "a@x.example", NOW + 1)
    assert reason(store, "a@x.example") is None
    assert reason(store, "b@x.example") == "bounce"


DRILL = {"ses-desk": ["drill"]}


@pytest.mark.parametrize("to", ["a@x.example", "forwarded@z.example"])
@pytest.mark.parametrize("told", ["bounce", "delivery"])
def test_a_drill_suppresses_nobody_whichever_report_says_so_and_when(
    store: Store, to: str, told: str
) -> None:
    """The identity's notification has no tags; that of the configuration set comes after it, before it, or with it."""
    plain = bounce(to, destination=["a@x.example"], message="m-drill")
    tagged = delivery("a@x.example", message="m-drill", tags=DRILL)
    if told == "bounce":
        tagged = bounce(to, destination=["a@x.example"], message="m-drill", tags=DRILL)
    for number, batches in enumerate(
        ([[plain], [tagged]], [[tagged], [plain]], [[plain, tagged]], [[tagged, plain]])
    ):
        shop = account(store, f"shop{number}")
        for batch in batches:
            tell(store, shop, *batch)
        assert suppressions.count(store, shop.id, 10) == 0, batches


def test_a_drill_known_late_takes_off_nobody_who_bounced_since(store: Store, shop) -> None:
    tell(store, shop, bounce("a@x.example", at=NOW - 9_000, message="m-drill"))
    late = bounce("a@x.example", at=NOW - 9_000, message="m-drill", tags=DRILL)
    tell(store, shop, late, bounce("a@x.example", at=NOW - 5_000, message="m-2"))
    found = entry(store, "a@x.example")
    assert (found.since, found.removed_at) == (NOW - 5_000, None)


def test_a_forwarded_bounce_of_what_the_product_sent_as_a_drill_is_taken_back(store: Store, shop) -> None:
    tell(store, shop, bounce("forwarded@z.example", destination=["a@x.example"], message="m-drill"))
    assert reason(store, "a@x.example") == "bounce"
    with store.write() as conn:
        mark_drill(conn, shop.id, "m-drill", "a@x.example", NOW + 1)
    assert reason(store, "a@x.example") is None


def test_a_message_of_many_is_asked_once_whether_it_is_a_drill(
    store: Store, shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []
    real = suppressing.is_drill
    monkeypatch.setattr(suppressing, "is_drill", lambda known: asked.append(len(known)) or real(known))
    people = [f"p{number}@x.example" for number in range(50)]
    told = bounce(people[0], destination=people)
    told["bounce"]["bouncedRecipients"] = [{"emailAddress": each} for each in people]
    tell(store, shop, told)
    assert suppressions.count(store, shop.id, 99) == 50 and asked == [50]


def full(number: int, at: int):
    return bounce("a@x.example", at=at, kind="Transient", subtype="MailboxFull", message=f"full-{number}")


def test_three_full_mailboxes_in_thirty_days_suppress_and_two_do_not(store: Store, shop) -> None:
    tell(store, shop, full(1, NOW - 42 * DAY), full(2, NOW - 20 * DAY), full(3, NOW - 10 * DAY))
    assert reason(store, "a@x.example") is None
    tell(store, shop, full(3, NOW - 10 * DAY))  # the same message once more
    assert reason(store, "a@x.example") is None
    tell(store, shop, full(4, NOW - DAY))
    found = entry(store, "a@x.example")
    assert (found.reason, found.since, found.note) == ("bounce", NOW - DAY, "3 × MailboxFull in 30 days")


def test_after_a_removal_a_rule_counts_anew(store: Store, shop) -> None:
    tell(store, shop, *(full(number, NOW - number * DAY) for number in (3, 2, 1)))
    with store.write() as conn:
        assert suppressions.release(conn, shop.id, "a@x.example", "bounce", NOW)
    tell(store, shop, full(4, NOW + DAY), full(5, NOW + 2 * DAY), at=NOW + 2 * DAY)
    assert reason(store, "a@x.example") is None
    tell(store, shop, full(6, NOW + 3 * DAY), at=NOW + 3 * DAY)
    assert reason(store, "a@x.example") == "bounce"


def test_an_admins_rule_takes_the_place_of_the_default(store: Store, shop) -> None:
    with store.write() as conn:
        list_settings.change(conn, shop.id, NOW, transient=written({"General": (2, 7)}))
    tell(store, shop, *(full(number, NOW - number) for number in range(5)))
    assert reason(store, "a@x.example") is None
    soft = [
        bounce("b@x.example", at=NOW - each * DAY, kind="Transient", message=f"s{each}") for each in (0, 8)
    ]
    tell(store, shop, *soft)
    assert reason(store, "b@x.example") is None
    tell(store, shop, bounce("b@x.example", at=NOW - 7 * DAY, kind="Transient", message="s7"))
    assert reason(store, "b@x.example") == "bounce"


def test_random_histories_end_alike_in_any_order(sqlite_store: Store) -> None:
    chance = random.Random(11)
    people = ["a@x.example", "b@x.example", "c@x.example"]
    for number in range(12):
        told = [
            chance.choice((bounce, complaint))(chance.choice(people), at=NOW - chance.randrange(20) * DAY, message=f"m{each}")
            for each in range(12)
        ]  # fmt: skip
        ends = []
        for turn in range(2):
            shop = account(sqlite_store, f"h{number}-{turn}")
            chance.shuffle(told)
            for start in range(0, 12, 5):
                tell(sqlite_store, shop, *told[start : start + 5])
            rows = suppressions.by_address(sqlite_store, shop.id, 10)
            ends.append([(row.address, row.reason, row.since) for row in rows])
        assert ends[0] == ends[1]
