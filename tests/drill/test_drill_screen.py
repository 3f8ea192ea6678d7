"""The fire drill as somebody sees it: hops tick, a planted fault is named with its button, and the next drill passes."""

import time
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from amazon import ALICE
from servers import settled, shot

from core import moment
from core.aws.credentials import Credentials
from core.chain import ours
from core.connect import access, walk
from core.connect.endpoint import recognise
from core.demo import process
from core.desk import Desk
from core.drill import drill, hops
from core.drill.pieces import as_text, from_text
from core.settings import Settings
from core.setup import saga
from core.setup.choices import Choices
from core.setup.plan import plan
from core.store import drills
from core.vault import Secret, open_vault

pytestmark = pytest.mark.browser
HERE = "/drill?connection=Demo"
LOOKS = [(1280, False), (1280, True), (390, False), (390, True)]


class Site:
    """A server with a demo account whose chain is set up, and the same desk in the test's own hands."""

    def __init__(self, server: Any) -> None:
        self.server = server
        settings = self.settings = Settings(data_dir=server.data, PORT=server.port, _env_file=None)
        demo = process.ensure(settings)
        store = server.store()
        self.desk = Desk(store, open_vault(settings, store), settings)
        keys = Credentials("keys", Secret(demo.access_key_id), Secret(demo.secret_access_key))
        wanted = walk.Wanted(
            "Demo", recognise("eu-west-1"), keys, "news@example.com", "", "000000000000", demo=True
        )
        now = moment.now()
        self.connection = walk.save(store, self.desk.vault, wanted, ALICE, now)
        planned = plan(
            self.desk, self.connection, Choices("configuration-set", "https", "example.com"), ALICE, now
        )
        number = saga.begin(self.desk, self.connection, planned, ALICE, now)
        assert list(saga.apply(self.desk, self.connection, number, ALICE))[-1].state != "failed"
        self.way = access.of(store, self.desk.vault, settings, self.connection)

    def filter(self) -> None:
        """Somebody sets a filter on our subscription."""
        chain, _ = ours.look(self.desk, self.connection)
        self.way.client("sns").set_subscription_attributes(
            SubscriptionArn=chain.subscriptions[0].arn,
            AttributeName="FilterPolicy",
            AttributeValue='{"shop": ["one"]}',
        )

    def a_minute_passes(self) -> None:
        """The drill that runs was begun a minute earlier."""
        kept = drills.running(self.desk.store, self.connection.id or 0)
        assert kept is not None
        earlier = [
            replace(one, started_at=one.started_at - 60_000, accepted_at=(one.accepted_at or 0) - 60_000)
            for one in from_text(kept.pieces)
        ]
        with self.desk.store.write() as conn:
            drills.keep(conn, kept.id or 0, as_text(earlier))


@pytest.fixture(scope="module")
def site(make_server: Any) -> Iterator[Site]:
    made = Site(make_server(cast=True))
    yield made
    process.stop(made.settings)


def fits(page: Any) -> None:
    """Nothing hangs over the edge, nothing broke."""
    text = page.inner_text("[data-testid=stMain]")
    for word in ("could not be drawn", "A fault in SES Desk", "Traceback"):
        assert word not in text, text
    over = page.evaluate(
        "(() => { const m = document.querySelector('[data-testid=stMain]'); return m.scrollWidth - m.clientWidth })()"
    )
    assert over <= 0, f"{over} px wider than the screen"


def press(page: Any, label: str) -> None:
    page.get_by_role("button", name=label, exact=True).first.click()
    settled(page)


def test_an_operator_drills_and_sees_every_hop_tick(site: Site, open_page: Any) -> None:
    page = open_page(HERE, "bob", at=site.server)
    page.get_by_text("No drill has passed yet.").wait_for()
    shot(page, "drill-before-1280-light")
    press(page, "Start the fire drill")
    page.get_by_text("Passed.").first.wait_for(timeout=60_000)
    settled(page)
    text = page.inner_text("[data-testid=stMain]")
    for title in ("Delivered", "Bounce", "Complaint", "Suppressed"):
        assert title in text
    assert text.count("✓\u00a0Taken\u00a0off\u00a0the\u00a0list\u00a0again") == 3 and "✗" not in text
    press(page, "Drill without mail")
    page.get_by_text("Message to the topic").first.wait_for(timeout=60_000)
    page.get_by_text("Passed.").first.wait_for(timeout=60_000)
    fits(page)


def test_a_drill_that_ends_with_the_look_at_it_leaves_its_buttons_ready(site: Site, open_page: Any) -> None:
    """All came back while nobody looked: the page that ends the drill must not keep its buttons for a running one."""
    begun = drill.start(site.desk, site.connection, "publish", ALICE, moment.now())
    until = time.monotonic() + 60
    while not all(
        hops.seen(site.desk.store, begun.connection_id, one).kept_out for one in from_text(begun.pieces)
    ):
        assert time.monotonic() < until
        time.sleep(0.05)
    page = open_page(HERE, "alice", at=site.server)
    page.get_by_text("Passed.").first.wait_for(timeout=60_000)
    settled(page)
    for label in ("Start the fire drill", "Drill without mail"):
        assert page.get_by_role("button", name=label, exact=True).is_enabled()


def test_a_passed_drill_fits_every_screen(site: Site, open_page: Any) -> None:
    page = open_page(HERE, "alice", at=site.server)
    press(page, "Start the fire drill")
    page.get_by_text("Passed.").first.wait_for(timeout=60_000)
    for width, dark in LOOKS:
        other = open_page(HERE, "alice", at=site.server, width=width, dark=dark)
        other.get_by_text("Passed.").first.wait_for(timeout=60_000)
        shot(other, f"drill-passed-{width}-{'dark' if dark else 'light'}")
        fits(other)


def test_the_culprit_is_named_mended_by_its_button_and_the_next_drill_passes(
    site: Site, open_page: Any
) -> None:
    site.filter()
    page = open_page(HERE, "alice", at=site.server)
    press(page, "Start the fire drill")
    page.get_by_text("This page looks every second").first.wait_for(timeout=60_000)
    shot(page, "drill-running-1280-light")
    site.a_minute_passes()
    page.get_by_text("Stuck at: Delivered by SNS.").first.wait_for(timeout=60_000)
    settled(page)
    for width, dark in LOOKS:
        other = open_page(HERE, "alice", at=site.server, width=width, dark=dark)
        other.get_by_text("Stuck at: Delivered by SNS.").first.wait_for(timeout=60_000)
        settled(other)
        shot(other, f"drill-stuck-{width}-{'dark' if dark else 'light'}")
        fits(other)
    operator = open_page(HERE, "bob", at=site.server)
    operator.get_by_text("An admin can mend this here.").first.wait_for(timeout=60_000)
    assert operator.get_by_role("button", name="Remove the filter").count() == 0
    press(page, "Remove the filter")
    page.get_by_text("Start the drill again to prove it.").wait_for(timeout=60_000)
    shot(page, "drill-mended-1280-light")
    press(page, "Start the fire drill")
    page.get_by_text("Passed.").first.wait_for(timeout=60_000)
