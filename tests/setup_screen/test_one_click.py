"""From nothing to a proved chain with one click, and back to nothing, in a real Chromium on the demo account."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from amazon import ALICE
from servers import settled, shot

from core import moment
from core.aws.access import Access
from core.aws.credentials import Credentials
from core.chain import ours
from core.chain.weak import doubts, weak_links
from core.connect import access, walk
from core.connect.endpoint import recognise
from core.demo import process
from core.desk import Desk
from core.settings import Settings
from core.setup import saga
from core.store.tables import Connection
from core.vault import Secret, open_vault

pytestmark = pytest.mark.browser
SETUP = "/setup?connection=Demo"


class Site:
    """A server, its demo account without any way back, and the same desk in the test's own hands."""

    def __init__(self, server: Any) -> None:
        self.server = server
        self.settings = Settings(data_dir=server.data, PORT=server.port, _env_file=None)
        self.demo = process.ensure(self.settings)
        self.desk = Desk(server.store(), open_vault(self.settings, server.store()), self.settings)
        keys = Credentials("keys", Secret(self.demo.access_key_id), Secret(self.demo.secret_access_key))
        wanted = walk.Wanted(
            "Demo", recognise("eu-west-1"), keys, "news@example.com", "Example Shop", "000000000000", demo=True
        )  # fmt: skip
        self.connection: Connection = walk.save(self.desk.store, self.desk.vault, wanted, ALICE, moment.now())
        self.way: Access = access.of(self.desk.store, self.desk.vault, self.settings, self.connection)

    def weak(self) -> list[str]:
        """What the chain lacks, by reference."""
        found, wanted = ours.look(self.desk, self.connection)
        return [one.reference for one in (*weak_links(found, wanted), *doubts(found, wanted))]

    def things(self) -> list[str]:
        """Everything of ours in the account."""
        topics = self.way.client("sns").list_topics()["Topics"]
        queues = self.way.client("sqs").list_queues().get("QueueUrls", [])
        sets = self.way.client("sesv2").list_configuration_sets().get("ConfigurationSets", [])
        every = [*(one["TopicArn"] for one in topics), *queues, *sets]
        return [one for one in every if "ses-desk-" in one]


@pytest.fixture(scope="module")
def site(make_server: Any) -> Iterator[Site]:
    made = Site(make_server(cast=True))
    yield made
    process.stop(made.settings)


def press(page: Any, label: str) -> None:
    page.get_by_role("button", name=label, exact=True).first.click()
    settled(page)


def wait_for(page: Any, words: str) -> None:
    page.get_by_text(re.compile(words)).first.wait_for(timeout=90_000)
    settled(page)


def fits(page: Any) -> None:
    """Nothing hangs over the edge, nothing broke."""
    text = page.inner_text("[data-testid=stMain]")
    assert not [
        word for word in ("could not be drawn", "A fault in SES Desk", "Traceback") if word in text
    ], text
    over = page.evaluate(
        "(() => { const m = document.querySelector('[data-testid=stMain]'); return m.scrollWidth - m.clientWidth })()"
    )
    assert over <= 0, f"{over} px wider than the screen"


def prove(page: Any) -> None:
    """From the set-up's screen to a drill that passed."""
    page.get_by_role("button", name="Run the fire drill").click()
    page.get_by_role("heading", name="Fire drill", exact=True).wait_for()
    settled(page)
    press(page, "Start the fire drill")
    wait_for(page, "Passed\\.")


def test_the_plan_comes_first_and_changes_nothing(site: Site, open_page: Any) -> None:
    page = open_page(SETUP, "alice", at=site.server)
    wait_for(page, "things will be made or changed")
    assert page.get_by_text("sns:CreateTopic").count()
    shot(page, "setup-plan-1280-light")
    fits(page)
    assert site.things() == []
    for width, dark in ((390, True), (390, False), (1280, True)):
        other = open_page(SETUP, "alice", at=site.server, width=width, dark=dark)
        wait_for(other, "things will be made or changed")
        shot(other, f"setup-plan-{width}-{'dark' if dark else 'light'}")
        fits(other)
        other.get_by_role("tab", name="CloudFormation", exact=True).click()
        other.get_by_role("button", name="Download the template").wait_for()
        shot(other, f"setup-template-{width}-{'dark' if dark else 'light'}")
        fits(other)


def test_one_click_makes_the_whole_chain(site: Site, open_page: Any) -> None:
    page = open_page(SETUP, "alice", at=site.server)
    wait_for(page, "things will be made or changed")
    page.get_by_role("button", name="Set it up for me", exact=True).click()
    page.locator(".st-key-setup-progress").wait_for(timeout=60_000)
    shot(page, "setup-running-1280-light")
    wait_for(page, "Not proved yet")
    page.get_by_text("Read back from Amazon").first.wait_for()
    shot(page, "setup-done-1280-light")
    fits(page)
    assert site.weak() == []
    assert len(site.things()) == 3, "a topic, a queue for dead letters, a configuration set"
    prove(page)
    shot(page, "setup-proved-1280-light")
    page.goto(site.server.url + SETUP)
    wait_for(page, "A fire drill proved it")


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_every_way_fits_the_screen(site: Site, open_page: Any, width: int, dark: bool) -> None:
    page = open_page(SETUP, "alice", at=site.server, width=width, dark=dark)
    for way in ("What SES Desk made", "By hand", "CloudFormation"):
        page.get_by_role("tab", name=way, exact=True).click()
        settled(page, 1500)
        shot(page, f"setup-{way.lower().replace(' ', '-')}-{width}-{'dark' if dark else 'light'}")
        fits(page)


def test_one_thing_is_taken_back_by_itself(site: Site, open_page: Any) -> None:
    page = open_page(SETUP, "alice", at=site.server)
    page.locator("[class*=st-key-undo-][class*=-signature] button", has_text="Undo this").first.click()
    dialog = page.get_by_test_id("stDialog")
    dialog.get_by_text("is taken away").wait_for()
    dialog.get_by_role("button", name="Undo it").click()
    wait_for(page, "A part of this set-up was taken back")
    page.get_by_text("Topic policy").first.wait_for()
    left = {one.key for one in saga.made(site.desk, site.connection, moment.now())}
    assert "signature" not in left and {"topic", "topic-policy"} <= left


def test_it_is_undone_and_made_again(site: Site, open_page: Any) -> None:
    page = open_page(SETUP, "alice", at=site.server)
    press(page, "Undo everything")
    shot(page, "setup-undo-1280-light")
    page.get_by_test_id("stDialog").get_by_role("button", name="Undo it").click()
    wait_for(page, "things will be made or changed")
    assert site.things() == []
    press(page, "Set it up for me")
    wait_for(page, "Not proved yet")
    assert site.weak() == []
    prove(page)
