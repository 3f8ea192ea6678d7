"""The connect walk in a real Chromium, every box filled by hand, against an Amazon on the wire."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from amazon_by_hand import amazon_by_hand, ses, settings_for, sns
from servers import settled, shot

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def account(make_server: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Any, Any]]:
    """(the account, a desk that takes it for Amazon's)."""
    with amazon_by_hand() as (amazon, relay):
        desk = make_server(cast=True, **settings_for(amazon, relay, tmp_path_factory.mktemp("certificates")))
        relay.onward = desk.url
        yield amazon, desk


def box(page: Any, label: str) -> Any:
    return page.get_by_role("textbox", name=label)


def press(page: Any, label: str) -> None:
    page.get_by_role("button", name=label).first.click()
    settled(page)


def sees(page: Any, words: str) -> None:
    page.get_by_text(words).first.wait_for()


def use_ireland(page: Any) -> None:
    box(page, "Or paste a server name").fill(
        "https://eu-west-1.console.aws.amazon.com/ses/home?region=eu-west-1#/account"
    )
    press(page, "Use this endpoint")
    sees(page, "Europe (Ireland) · eu-west-1 · HTTP")


def type_keys(page: Any, key_id: str, secret: str) -> None:
    box(page, "Access key ID").fill(key_id)
    box(page, "Secret access key").fill(secret)
    press(page, "Check these keys")


def test_an_account_is_connected_by_following_the_screen(
    account: Any, open_page: Any, tmp_path: Path
) -> None:
    amazon, desk = account
    page = open_page("/connect", "alice", at=desk)

    box(page, "Or paste a server name").fill("https://email.example.com")
    press(page, "Use this endpoint")
    sees(page, "not an Amazon SES server, so your keys will not be sent there")
    use_ireland(page)

    type_keys(page, amazon.access_key_id, "too short")
    sees(page, "A secret access key has 40 characters; this has 8")
    assert box(page, "Access key ID").input_value() == amazon.access_key_id, (
        "the box that was right is still filled"
    )
    type_keys(page, amazon.secret_access_key, amazon.access_key_id)
    sees(page, "The two boxes are swapped")
    type_keys(page, amazon.access_key_id, "A" * 40)
    sees(page, "Amazon knows this key, but the secret does not match")
    press(page, "Type the keys again")

    keys = tmp_path / "ses-desk_accessKeys.csv"
    keys.write_text(
        f"\ufeffAccess key ID,Secret access key\n{amazon.access_key_id},{amazon.secret_access_key}\n"
    )
    page.locator("input[type=file]").set_input_files(keys)
    page.get_by_placeholder("Kept for now").wait_for()
    assert box(page, "Access key ID").input_value() == amazon.access_key_id
    press(page, "Check these keys")
    sees(page, "Production access")
    assert amazon.secret_access_key not in page.content()

    page.goto(desk.url + "/connections")  # leaving, and coming back
    page.goto(desk.url + "/connect")
    sees(page, f"ending in {amazon.access_key_id[-4:]}")
    press(page, "Choose the sender")
    box(page, "From address").fill("hello")
    box(page, "Display name").fill("Example Shop")
    press(page, "Save this connection")

    page.get_by_role("heading", name="Send a test, and listen").wait_for()
    callback = page.get_by_test_id("stCode").first.inner_text().strip()
    arn = sns(amazon).create_topic(Name="ses-desk")["TopicArn"]
    sns(amazon).subscribe(TopicArn=arn, Protocol="http", Endpoint=callback)
    page.get_by_role("button", name="Confirm this topic").click()
    sees(page, "Confirmed. No event has come yet.")
    for kind in ("Bounce", "Complaint", "Delivery"):
        ses(amazon).set_identity_notification_topic(
            Identity="example.com", NotificationType=kind, SnsTopic=arn
        )
    press(page, "Send the test")
    page.locator("[class*=st-key-test-]").filter(has_text="Arrived").first.wait_for(timeout=10_000)
    shot(page, "connected-by-hand")
    for kept in desk.data.glob("ses-desk.db*"):
        assert amazon.secret_access_key.encode() not in kept.read_bytes()


def test_the_quick_check_answers_and_keeps_nothing_unless_asked(account: Any, open_page: Any) -> None:
    amazon, desk = account
    page = open_page("/quick_check", "alice", at=desk)
    box(page, "Or paste a server name").fill("email-smtp.us-east-1.amazonaws.com:587")
    box(page, "From address").fill("nobody@nowhere.example")
    type_keys(page, amazon.access_key_id, "too short")
    sees(page, "A secret access key has 40 characters")
    assert box(page, "From address").input_value() == "nobody@nowhere.example"
    type_keys(page, amazon.access_key_id, amazon.secret_access_key)  # the place was right, and is still there
    sees(page, "In the sandbox")
    press(page, "Check other keys")
    box(page, "Or paste a server name").fill("us-east-1")
    box(page, "From address").fill("news@example.com")
    type_keys(page, amazon.access_key_id, amazon.secret_access_key)
    sees(page, "example.com is verified in Europe (Ireland), not in US East (N. Virginia). Switch?")
    press(page, "Switch to Europe (Ireland)")
    sees(page, "May send: example.com is verified in Europe (Ireland).")
    sees(page, "Production access")
    shot(page, "quick-check")
    before = {one.name for one in _connections(desk)}
    press(page, "Keep as a connection")
    page.get_by_role("heading", name="From address").wait_for()
    assert {one.name for one in _connections(desk)} == before, "nothing is saved before the sender is chosen"


def _connections(desk: Any) -> list[Any]:
    from core.store import connections

    return connections.all(desk.store())


@pytest.mark.parametrize("name", ["bob", "victor"])
def test_only_an_admin_connects(account: Any, open_page: Any, name: str) -> None:
    _, desk = account
    for path in ("/connect", "/quick_check"):
        page = open_page(path, name, at=desk)
        sees(page, "This page is for the role admin")
        assert page.get_by_role("textbox").count() == 0


def test_a_draft_is_the_sign_ins_own(account: Any, open_page: Any) -> None:
    _, desk = account
    use_ireland(open_page("/connect", "alice", at=desk)) if not _has_draft(desk) else None
    desk.tokens.pop("alice")  # signs in anew
    page = open_page("/connect", "alice", at=desk)
    page.get_by_role("heading", name="Where is your Amazon SES account?").wait_for()


def _has_draft(desk: Any) -> bool:
    import sqlalchemy as sa

    with desk.store().read() as conn:
        return bool(conn.execute(sa.text("select count(*) from drafts")).scalar_one())
