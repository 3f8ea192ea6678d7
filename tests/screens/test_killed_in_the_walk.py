"""The connect walk with its dashboard killed after every step: whoever comes back stands where they were (F14).

The bounce set-up, which changes things at Amazon, is killed after each of its steps in setup/test_killed.
"""

import signal
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from amazon_by_hand import amazon_by_hand, ses, settings_for, sns
from servers import settled, start_server

pytestmark = pytest.mark.browser


@pytest.fixture
def account(make_server: Any, tmp_path: Path) -> Iterator[tuple[Any, Any, Callable[[], None]]]:
    """(the account, a desk that takes it for Amazon's, what kills that desk and starts it again)."""
    with amazon_by_hand() as (amazon, relay):
        chosen = settings_for(amazon, relay, tmp_path / "certificates")
        desk = make_server(cast=True, **chosen)
        relay.onward = desk.url
        words = ("-m", "core.serve", "--port", str(desk.port))

        def kill() -> None:
            assert desk.stop(signal.SIGKILL) == -signal.SIGKILL
            desk.process = start_server(desk.data, words, desk.url, **chosen).process

        yield amazon, desk, kill


def box(page: Any, label: str) -> Any:
    return page.get_by_role("textbox", name=label)


def press(page: Any, label: str) -> None:
    page.get_by_role("button", name=label).first.click()
    settled(page)


def sees(page: Any, words: str) -> None:
    page.get_by_text(words).first.wait_for()


def stands_at(page: Any, title: str) -> None:
    page.get_by_role("heading", name=title, exact=True).wait_for()


@pytest.mark.timeout(600)
def test_killed_after_every_step_the_walk_goes_on_where_it_was(account: Any, open_page: Any) -> None:
    amazon, desk, kill = account
    page = open_page("/connect", "alice", at=desk)
    ending = f"ending in {amazon.access_key_id[-4:]}"

    def come_back(path: str = "/connect") -> None:
        """The same browser with the same cookie, and a desk that knows nothing but what it had written down."""
        kill()
        page.goto(desk.url + path)
        settled(page)
        assert amazon.secret_access_key not in page.content()
        for kept in desk.data.glob("ses-desk.db*"):
            assert amazon.secret_access_key.encode() not in kept.read_bytes()

    come_back()
    stands_at(page, "Where is your Amazon SES account?")
    box(page, "Or paste a server name").fill("eu-west-1")
    press(page, "Use this endpoint")
    stands_at(page, "Keys")

    come_back()  # after the endpoint
    stands_at(page, "Keys")
    sees(page, "Europe (Ireland) · eu-west-1 · HTTP")
    box(page, "Access key ID").fill("neither this")
    box(page, "Secret access key").fill(amazon.secret_access_key)
    press(page, "Check these keys")
    box(page, "Access key ID").fill(amazon.access_key_id)
    box(page, "Secret access key").fill("too short")
    press(page, "Check these keys")
    sees(page, "A secret access key has 40 characters")

    come_back()  # between the keys: the box that was right is still filled
    stands_at(page, "Keys")
    assert box(page, "Access key ID").input_value() == amazon.access_key_id
    assert box(page, "Secret access key").input_value() == ""
    box(page, "Secret access key").fill(amazon.secret_access_key)
    press(page, "Check these keys")
    sees(page, "Production access")
    settled(page)

    come_back()  # after the check
    sees(page, ending)
    sees(page, "Production access")
    press(page, "Choose the sender")
    stands_at(page, "From address")
    settled(page)

    come_back()  # after the check was found good
    stands_at(page, "From address")
    for said in ("Europe (Ireland) · eu-west-1 · HTTP", ending, "Amazon accepts these keys"):
        sees(page, said)
    assert _connections(desk) == [], "nothing is saved before it is asked for"
    box(page, "From address").fill("hello")
    box(page, "Display name").fill("Example Shop")
    press(page, "Save this connection")
    stands_at(page, "Send a test, and listen")
    name = _connections(desk)[0].name
    listening = f"/connect?connection={name}"

    come_back(listening)  # after the sender, which saves
    stands_at(page, "Send a test, and listen")
    sees(page, "hello@example.com")
    callback = page.get_by_test_id("stCode").first.inner_text().strip()
    arn = sns(amazon).create_topic(Name="ses-desk")["TopicArn"]
    sns(amazon).subscribe(TopicArn=arn, Protocol="http", Endpoint=callback)
    page.get_by_role("button", name="Confirm this topic").wait_for()

    come_back(listening)  # while the question for the topic waits
    assert page.get_by_test_id("stCode").first.inner_text().strip() == callback
    page.get_by_role("button", name="Confirm this topic").click()
    sees(page, "Confirmed. No event has come yet.")

    come_back(listening)  # after it was confirmed
    sees(page, "Confirmed. No event has come yet.")
    ses(amazon).set_identity_notification_topic(
        Identity="example.com", NotificationType="Delivery", SnsTopic=arn
    )
    press(page, "Send the test")  # with the keys that were typed six lives ago
    arrived = page.locator("[class*=st-key-test-]").filter(has_text="Arrived")
    arrived.first.wait_for()

    come_back(listening)  # after the test and its way back
    arrived.first.wait_for()
    sees(page, "This account is connected, and what Amazon reports comes back.")
    (saved,) = _connections(desk)
    assert (saved.name, saved.from_address, saved.display_name) == (name, "hello@example.com", "Example Shop")
    from core.connect import walk

    assert set(walk.done(saved)) == set(walk.STEPS)

    page.goto(desk.url + "/connect")  # the draft went with the saving
    stands_at(page, "Where is your Amazon SES account?")


def _connections(desk: Any) -> list[Any]:
    from core.store import connections

    return connections.all(desk.store())
