"""Amazon's own counts are read by one call, kept by quarter, and stand in for ours only where ours cannot tell."""

import json
from typing import Any

import pytest
from amazon import ALICE, VERA, credentials_of
from mailbag import connect, post

from core import moment
from core.aws.access import Access
from core.aws.credentials import Credentials
from core.aws.statistics import Point, statistics
from core.connect import walk
from core.connect.endpoint import recognise
from core.demo.control import BUTTONS
from core.demo.running import Running
from core.desk import Desk
from core.errors import NotAllowed
from core.moment import DAY, HOUR, QUARTER
from core.period import last_days
from core.reports.first_days import first_days
from core.reports.home import state
from core.reports.reconcile import reconcile
from core.settings import Settings
from core.store import amazon_counts, findings, pauses
from core.store.amazon_counts import Counted, Known
from core.store.engine import Store
from core.store.rates import rates
from core.vault import Secret, Vault
from core.watch import feed
from core.watch.counting import count_now

NOW = moment.now()
TODAY = NOW // DAY
COLUMNS = ("DeliveryAttempts", "Bounces", "Complaints", "Rejects")


def told(amazon: Running, points: dict[int, tuple[int, int, int]]) -> None:
    """Have Amazon say that it counted these, and nothing else."""
    amazon.amazon.world.regions["eu-west-1"].points.clear()
    wish = {str(quarter): dict(zip(COLUMNS, numbers, strict=False)) for quarter, numbers in points.items()}
    BUTTONS["POST", "/_demo/statistics"](amazon.amazon, {"points": wish})


def keys_that_may(amazon: Running, *actions: str) -> Credentials:
    policy = {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Action": list(actions), "Resource": "*"}],
    }
    made = BUTTONS["POST", "/_demo/keys"](amazon.amazon, {"user": "narrow", "policy": policy})
    return Credentials("keys", Secret(made["id"]), Secret(made["secret"]))


@pytest.fixture
def shop(amazon: Running, store: Store, vault: Vault) -> Any:
    wanted = walk.Wanted(
        "Shop", recognise("eu-west-1"), credentials_of(amazon), "news@example.com", account_id="000000000000", demo=True
    )  # fmt: skip
    return walk.save(store, vault, wanted, ALICE, NOW - 20 * DAY)


def test_ses_is_asked_once(amazon: Running, way: Access) -> None:
    told(amazon, {NOW // QUARTER - 9: (40, 2, 1)})
    before = len(amazon.amazon.calls)
    assert statistics(way, NOW) == ("statistics", {NOW // QUARTER - 9: Point(40, 2, 1, 0)})
    assert len(amazon.amazon.calls) == before + 1


def test_cloudwatch_is_asked_where_ses_refuses(amazon: Running, way: Access) -> None:
    told(amazon, {NOW // QUARTER - 9: (40, 2, 1), NOW // QUARTER - 30: (7, 0, 0)})
    narrow = Access(
        keys_that_may(amazon, "cloudwatch:GetMetricData"), "eu-west-1", endpoint_url=way.endpoint_url
    )
    said = statistics(narrow, NOW)
    assert said.source == "cloudwatch"
    assert said.points == {NOW // QUARTER - 9: Point(40, 2, 1, 0), NOW // QUARTER - 30: Point(7, 0, 0, 0)}


def test_what_may_not_be_read_is_named_and_what_was_read_stays(
    amazon: Running, store: Store, vault: Vault, its_settings: Settings, shop: Any
) -> None:
    told(amazon, {NOW // QUARTER - 9: (40, 2, 1)})
    desk = Desk(store, vault, its_settings)
    assert count_now(desk, shop, ALICE, NOW) is None
    from core.connect import access
    from core.store import credentials

    with store.write() as conn:
        credentials.put(conn, access.seal(vault, shop, keys_that_may(amazon, "ses:GetAccount"), NOW))
    refused = count_now(desk, shop, ALICE, NOW + HOUR)
    assert refused is not None and refused.reference == "permission-missing"
    assert "ses:GetSendStatistics" in refused.meaning + refused.snippet
    compared = reconcile(store, shop, last_days(15, NOW))
    assert compared.trouble == refused and compared.known.until == NOW and compared.known.tried == NOW + HOUR


def test_a_viewer_may_not_have_them_read(
    store: Store, vault: Vault, its_settings: Settings, shop: Any
) -> None:
    with pytest.raises(NotAllowed):
        count_now(Desk(store, vault, its_settings), shop, VERA, NOW)


def test_reading_again_takes_the_place_of_what_was_read_and_never_adds(store: Store) -> None:
    shop = connect(store)
    quarter = NOW // QUARTER
    with store.write() as conn:
        amazon_counts.keep(
            conn,
            shop.id,
            "statistics",
            {quarter - 2: (5, 0, 0, 0), quarter - 1: (1, 0, 0, 0)},
            NOW - DAY,
            NOW,
        )
        amazon_counts.keep(
            conn,
            shop.id,
            "statistics",
            {quarter - 2: (5, 1, 0, 0), quarter - 1: (9, 0, 0, 0)},
            NOW - DAY,
            NOW + 1,
        )
    assert amazon_counts.by_quarter(store, shop.id, NOW - DAY, NOW) == {
        quarter - 2: Counted(5, 1, 0, 0), quarter - 1: Counted(9, 0, 0, 0),
    }  # fmt: skip
    assert amazon_counts.by_span(store, shop.id, NOW - DAY, NOW, DAY).keys() <= {TODAY - 1, TODAY}
    assert amazon_counts.known(store, shop.id) == Known(NOW - DAY, NOW + 1, "statistics", NOW + 1)


def test_what_is_known_begins_anew_after_more_than_two_weeks_without_reading(store: Store) -> None:
    shop = connect(store)
    with store.write() as conn:
        amazon_counts.keep(conn, shop.id, "statistics", {}, NOW - 34 * DAY, NOW - 20 * DAY)
        amazon_counts.keep(conn, shop.id, "statistics", {}, NOW - 14 * DAY, NOW)
    assert amazon_counts.known(store, shop.id).first == NOW - 14 * DAY


def test_quarters_are_forgotten_after_90_days_and_with_their_connection(store: Store) -> None:
    shop = connect(store)
    old, new = (NOW - 91 * DAY) // QUARTER, (NOW - DAY) // QUARTER
    with store.write() as conn:
        amazon_counts.keep(
            conn, shop.id, "statistics", {old: (1, 0, 0, 0), new: (2, 0, 0, 0)}, NOW - 92 * DAY, NOW
        )
        amazon_counts.failed(conn, shop.id + 7, "{}", NOW)  # of a connection that is gone
        assert amazon_counts.sweep(conn, NOW) == 2
    assert list(amazon_counts.by_quarter(store, shop.id, 0, NOW)) == [new]
    assert amazon_counts.known(store, shop.id + 7) == Known()


def test_days_before_the_first_event_are_amazons_and_give_way_day_by_day(store: Store) -> None:
    shop = connect(store)
    nine = [((TODAY - ago) * DAY + 9 * HOUR) // QUARTER for ago in range(6)]
    with store.write() as conn:
        points = dict.fromkeys(nine, (100, 2, 1, 0))
        amazon_counts.keep(conn, shop.id, "statistics", points, (TODAY - 10) * DAY, NOW)
    period = last_days(7, NOW)

    def early() -> set[str]:
        found = first_days(store, shop.id, period, rates(store, [shop.id], period.first, period.last))
        return set(found.days) if found else set()

    before = early()
    assert len(before) == 6
    post(store, shop, TODAY - 2, 50)
    assert early() == {moment.rfc3339((TODAY - ago) * DAY)[:10] for ago in (3, 4, 5)} < before
    post(store, shop, TODAY - 6, 10)
    assert early() == set()


def test_hours_in_which_we_did_not_run_explain_a_gap_and_are_a_finding(store: Store) -> None:
    shop = connect(store)
    yesterday = (TODAY - 1) * DAY
    post(store, shop, TODAY - 4, 10)
    post(store, shop, TODAY - 1, 60)
    nine, two = (yesterday + 9 * HOUR) // QUARTER, (yesterday + 14 * HOUR) // QUARTER
    points = {
        ((TODAY - 4) * DAY + 9 * HOUR) // QUARTER: (10, 0, 0, 0),
        nine: (60, 0, 0, 0),
        two: (40, 2, 0, 0),
    }
    later = NOW + DAY
    with store.write() as conn:
        amazon_counts.keep(conn, shop.id, "statistics", points, later - 14 * DAY, later)
    pauses.note(store, yesterday + 13 * HOUR)
    pauses.note(store, yesterday + 16 * HOUR)
    assert feed.compare(store, shop, later) == 1
    (row,) = findings.standing(store, [shop.id])
    assert row.reference == "reports-missing"
    assert "not running from 13:00 to 16:00" in row.evidence and "from 14:00 to 15:00 (UTC)" in row.evidence
    (day,) = [one for one in reconcile(store, shop, last_days(15, later)).days if one.sentences]
    assert not day.unexplained and "Amazon counted 2 bounces, we hold 0" in day.sentences[1]
    with store.write() as conn:  # what the dead-letter queue had kept came in after all
        amazon_counts.keep(
            conn, shop.id, "statistics", {**points, two: (0, 0, 0, 0)}, later - 14 * DAY, later
        )
    feed.compare(store, shop, later)
    assert findings.standing(store, [shop.id]) == []


def test_home_says_whose_counts_a_verdict_is_made_of(store: Store) -> None:
    shop = connect(store)
    with store.write() as conn:
        points = {((TODAY - 1) * DAY) // QUARTER: (10_000, 900, 0, 0)}
        amazon_counts.keep(conn, shop.id, "statistics", points, (TODAY - 10) * DAY, NOW)
    seen = state(store, shop, NOW)
    assert seen.bounce.word == "At risk" and seen.bounce.reason.startswith(
        "By Amazon's own counts: 900 of 10,000"
    )
    post(store, shop, TODAY, 400)
    seen = state(store, shop, NOW)
    assert seen.total.sent == 400 and "Amazon's own counts" not in seen.bounce.reason


def test_the_review_marks_amazons_days_and_keeps_them_out_of_its_numbers(screen: Any, own_desk: Any) -> None:
    shop = connect(own_desk.store)
    with own_desk.store.write() as conn:
        points = {((TODAY - 3) * DAY + 9 * HOUR) // QUARTER: (4_000, 12, 1, 0)}
        amazon_counts.keep(conn, shop.id, "statistics", points, (TODAY - 10) * DAY, NOW)
    post(own_desk.store, shop, TODAY - 1, 300, bounced=3)
    page = screen("review.py", tab="Amazon's own counts").run()
    assert not page.exception
    assert page.metric[0].value == "300"
    assert any("12 of 4,000" in one.value and "Amazon's own counts" in one.value for one in page.info)
    figures = [json.loads(one.proto.spec) for one in page.get("plotly_chart")]
    drawn = json.dumps(figures)
    assert "diamond-open" in drawn and "Amazon's own count" in drawn
    table = page.dataframe[0].value
    row = table[table["Day"] == moment.rfc3339((TODAY - 3) * DAY)[:10]].iloc[0]
    assert (row["Sent · Amazon"], row["Sent · here"]) == (4_000, 0)
    assert row["Difference"] == "+4,000 / +12 / +1"
    said = " ".join(one.value for one in (*page.markdown, *page.caption))
    assert "Amazon counted 4,000 sent, 12 bounced, 1 complained, before the first report here." in said
