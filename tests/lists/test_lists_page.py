"""The suppression list in a real Chromium: found, taken off and put back, imported, compared with Amazon's."""

from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from servers import fetch, settled, shot
from told_by_amazon import bounce, complaint, tell

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def listed(make_server: Any) -> Iterator[Any]:
    """A server with a demo connection, 60 bounces, a complaint and an unsubscribe; Amazon holds two of its own."""
    from core import moment
    from core.aws.access import Access
    from core.aws.credentials import Credentials
    from core.connect import walk
    from core.connect.endpoint import recognise
    from core.demo import process
    from core.members.actor import Cli
    from core.settings import Settings
    from core.store import suppressions
    from core.vault import Secret, open_vault

    made = make_server(cast=True)
    settings, store, now = Settings(data_dir=made.data), made.store(), moment.now()
    demo = process.ensure(settings)
    keys = Credentials("keys", Secret(demo.access_key_id), Secret(demo.secret_access_key))
    wanted = walk.Wanted("Shop", recognise("eu-west-1"), keys, "news@example.com", "The Shop", demo=True)
    connection = walk.save(store, open_vault(settings, store), wanted, Cli(), now)
    gone = [bounce(f"gone{number:02}@example.org", at=now - number * 3_600_000) for number in range(60)]
    tell(store, connection, *gone, complaint("angry@example.net", at=now - 5_000), at=now)
    with store.write() as conn:
        suppressions.suppress(conn, connection.id or 0, "left@example.net", "unsubscribe", now)
    amazon = Access(keys, "eu-west-1", endpoint_url=demo.endpoint_url).client("sesv2")
    amazon.put_suppressed_destination(EmailAddress="other@example.org", Reason="BOUNCE")
    amazon.put_suppressed_destination(EmailAddress="angry@example.net", Reason="BOUNCE")
    yield SimpleNamespace(server=made, store=store, connection=connection)
    process.stop(settings)


def press(page: Any, label: str) -> None:
    page.get_by_role("button", name=label).first.click()
    settled(page)


def find(page: Any, address: str) -> None:
    box = page.get_by_label("Find an address")
    box.fill(address)
    box.press("Enter")
    settled(page)


def tab(page: Any, name: str) -> None:
    page.get_by_role("tab", name=name).click()
    settled(page)


def test_an_address_is_found_with_its_event_taken_off_and_put_back(listed: Any, open_page: Any) -> None:
    page = open_page("/lists", "bob", at=listed.server)
    shot(page, "lists-1-table")
    find(page, "Gone07@Example.org")
    page.get_by_text("gets no mail").wait_for()
    page.get_by_text("550 5.1.1 user unknown").wait_for()
    shot(page, "lists-2-found")
    press(page, "Take it off the list")
    page.get_by_role("dialog").wait_for()
    shot(page, "lists-3-why")
    page.get_by_role("dialog").get_by_role("button", name="Take off the list").click()
    page.get_by_text("1 address taken off the list").wait_for()
    settled(page)
    page.get_by_text("may be mailed").wait_for()
    shot(page, "lists-4-taken-off")
    press(page, "Put back what was taken off")
    page.get_by_text("came back to the list").wait_for()
    page.get_by_text("gets no mail").wait_for()


def test_a_file_is_looked_at_before_it_is_imported_and_its_bad_lines_can_be_had(
    listed: Any, open_page: Any, tmp_path: Path
) -> None:
    page = open_page("/lists", "bob", at=listed.server)
    tab(page, "Add")
    shot(page, "lists-5-add")
    file = tmp_path / "old list.csv"
    file.write_bytes(
        "E-Mail;Name\nimported1@example.org;Zoë\nno address;\n=cmd@example.org;x\n".encode("utf-16")
    )
    page.locator('input[type="file"]').set_input_files(str(file))
    page.get_by_role("button", name="Look at this file").wait_for()
    press(page, "Look at this file")
    page.get_by_text("2 addresses").first.wait_for()
    page.get_by_text("1 entry cannot be read").wait_for()
    shot(page, "lists-6-preview")
    with page.expect_download() as download:
        page.get_by_role("button", name="Download all of these lines").click()
    assert "There is no @ in it." in Path(download.value.path()).read_text("utf-8-sig")
    press(page, "Import 2 addresses")
    page.get_by_text("2 addresses imported").wait_for()
    tab(page, "On the list")
    with page.expect_download() as download:
        page.get_by_role("button", name="Export as CSV").click()
    lines = Path(download.value.path()).read_text("utf-8-sig").splitlines()
    assert lines[0] == "email,reason,since,changed,note"
    assert any(line.startswith("'=cmd@example.org,import,") for line in lines)
    assert any(line.startswith("gone00@example.org,bounce,") for line in lines)


def test_a_file_as_long_as_people_have_comes_in_and_none_from_strangers(
    listed: Any, open_page: Any, tmp_path: Path
) -> None:
    file = tmp_path / "long.txt"
    file.write_text(
        "".join(
            f"somebody-with-a-long-name-{number:06}@department.example.org\n" for number in range(150_000)
        )
    )
    assert file.stat().st_size > 7_000_000
    page = open_page("/lists", "bob", at=listed.server)
    tab(page, "Add")
    page.locator('input[type="file"]').set_input_files(str(file))
    page.get_by_role("button", name="Look at this file").wait_for()
    page.get_by_role("button", name="Look at this file").click()
    page.get_by_text("150,000 addresses").first.wait_for(timeout=120_000)
    press(page, "Leave it")
    body = b"--b\r\nContent-Disposition: form-data; name=f; filename=x\r\n\r\nx\r\n--b--\r\n"
    kind = {"Content-Type": "multipart/form-data; boundary=b"}
    for cookie in ({}, {"Cookie": "ses_desk=made-up"}):
        status, _, said = fetch(
            listed.server.url + "/_stcore/upload_file/any/thing", "PUT", body, kind | cookie
        )
        assert (status, said) == (403, "Sign in before you send a file.")


def test_amazons_list_stands_beside_ours_and_is_set_right(listed: Any, open_page: Any) -> None:
    page = open_page("/lists", "alice", at=listed.server)
    tab(page, "Amazon's own list")
    press(page, "Read Amazon's list now")
    page.get_by_text("Amazon's list was read: 2 addresses").wait_for()
    settled(page)
    page.get_by_text("Only at Amazon · 1").wait_for()
    shot(page, "lists-7-amazon")
    press(page, "Add 1 address here")
    page.get_by_text("1 address added here").wait_for()
    press(page, "Tell Amazon our reason for 1 address")
    page.get_by_text("1 address told to Amazon").wait_for()
    tab(page, "Amazon's own list")
    page.get_by_text("Only at Amazon · 0").wait_for()
    page.get_by_text("On both, for different reasons · 0").wait_for()


def test_a_viewer_sees_masked_addresses_and_nothing_to_press(listed: Any, open_page: Any) -> None:
    page = open_page("/lists", "victor", at=listed.server, width=390, dark=True)
    page.get_by_text("on the list").first.wait_for()
    assert page.get_by_label("Find an address").count() == 0
    assert page.get_by_role("button", name="Export as CSV").count() == 0
    assert "gone0" not in page.content()
    shot(page, "lists-8-viewer-phone-dark")


def test_the_rules_stand_in_words(listed: Any, open_page: Any) -> None:
    page = open_page("/lists?list=Rules", "alice", at=listed.server, dark=True)
    page.get_by_text("Mailbox full (MailboxFull)").wait_for()
    shot(page, "lists-9-rules-dark")
    phone = open_page("/lists", "alice", at=listed.server, width=390)
    find(phone, "angry@example.net")
    phone.get_by_text("Complained").first.wait_for()
    shot(phone, "lists-10-phone")
