"""The exchange of a key as an admin sees it, on the demo account: from the Doctor's finding to the old key refused."""

from collections.abc import Iterator
from typing import Any

import pytest
from amazon import ALICE
from servers import PASSWORD, settled, shot

from core import moment
from core.aws.account import who_am_i
from core.aws.credentials import Credentials
from core.connect import access, keys, walk
from core.connect.endpoint import recognise
from core.connect.policy import policy
from core.demo import process
from core.desk import Desk
from core.settings import Settings
from core.store import audit, connections
from core.store.tables import Connection
from core.vault import open_vault

pytestmark = pytest.mark.browser
FAULTS = ("could not be drawn", "A fault in SES Desk", "Traceback")


@pytest.fixture(scope="module")
def house(make_server: Any) -> Iterator[Any]:
    made = make_server(cast=True)
    yield made
    process.stop(Settings(data_dir=made.data))


def tell(demo: Any, path: str, **wish: Any) -> Any:
    """Press one of the demo Amazon's own buttons: what a person does in IAM's console."""
    import json
    import urllib.request

    request = urllib.request.Request(
        demo.endpoint_url + path,
        json.dumps(wish).encode(),
        {"Content-Type": "application/json"},
        method="POST",
    )
    with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request, timeout=20) as answer:
        return json.loads(answer.read())


def connected(house: Any, name: str, **wish: Any) -> tuple[Desk, Connection, Any, dict[str, Any]]:
    """A demo connection that uses the key of a user of its own."""
    settings = Settings(data_dir=house.data, PORT=house.port, _env_file=None)
    demo = process.ensure(settings)
    key = tell(demo, "/_demo/keys", user=name.lower(), **wish)
    store = house.store()
    desk = Desk(store, open_vault(settings, store), settings)
    wanted = walk.Wanted(
        name, recognise("eu-west-1"), keys.clean(key["id"], key["secret"]), "news@example.com", "", "000000000000",
        demo=True,
    )  # fmt: skip
    return desk, walk.save(store, desk.vault, wanted, ALICE, moment.now()), demo, key


def press(page: Any, label: str) -> None:
    page.get_by_role("button", name=label, exact=True).first.click()
    settled(page)


def sees(page: Any, words: str) -> None:
    page.get_by_text(words).first.wait_for()


def looks(page: Any, name: str) -> None:
    """Each screen at both widths and in both themes: nothing runs over the edge, nothing fell over."""
    for width in (1280, 390):
        for dark in (False, True):
            page.set_viewport_size({"width": width, "height": 900})
            page.emulate_media(color_scheme="dark" if dark else "light")
            settled(page)
            shot(page, f"{name}-{width}-{'dark' if dark else 'light'}")
            over = page.evaluate(
                "(() => { const m = document.querySelector('[data-testid=stMain]'); return m.scrollWidth - m.clientWidth })()"
            )
            assert over <= 0, f"{name} is {over} px wider than the screen"
    page.set_viewport_size({"width": 1280, "height": 900})
    page.emulate_media(color_scheme="light")
    settled(page)
    text = page.inner_text("[data-testid=stMain]")
    assert not [fault for fault in FAULTS if fault in text]


def in_use(desk: Desk, connection: Connection) -> str:
    found = access.unseal(desk.store, desk.vault, connection).access_key_id
    return found.reveal() if found else ""


def works(desk: Desk, connection: Connection, typed: Credentials) -> bool:
    way = access.trial(desk.settings, access.endpoint_of(connection), typed, demo=True)
    try:
        return bool(who_am_i(way).arn)
    except Exception:
        return False


def test_from_the_doctors_finding_to_the_old_key_refused(house: Any, open_page: Any) -> None:
    allowed = policy(["review", "send", "senders", "listen", "keycare"], "000000000000", "eu-west-1")
    old_age = moment.now() - 240 * moment.DAY
    desk, connection, demo, first = connected(house, "Elderly", policy=allowed, created_at=old_age)
    second = tell(demo, "/_demo/keys", user="elderly", policy=allowed)
    page = open_page("/doctor?connection=Elderly", "alice", at=house)
    press(page, "Check everything")
    sees(page, "240 days old, made on")
    sees(page, "The access key is old")
    settled(page)
    looks(page, "rotation-0-doctor")
    page.locator(".st-key-doctor-finding-keys-age").get_by_role("link", name="Rotate the key").click()
    sees(page, "Step 1 of 4")
    settled(page)
    looks(page, "rotation-1-second-key")

    def give(key_id: str, secret: str, own: str = PASSWORD) -> None:
        page.get_by_role("textbox", name="Access key ID").fill(key_id)
        page.get_by_role("textbox", name="Secret access key").fill(secret)
        page.get_by_role("textbox", name="Your own password").fill(own)
        press(page, "Check this key")

    give(second["id"], second["secret"], "not the password")
    sees(page, "That is not your password.")
    give(first["id"], first["secret"])
    sees(page, "This is the key that is in use now.")
    give(second["id"], "too short")
    sees(page, "A secret access key has 40 characters")
    give(second["id"], second["secret"])
    sees(page, "Step 2 of 4")
    assert second["secret"] not in page.content() and in_use(desk, connection) == first["id"]
    looks(page, "rotation-2-test")

    page.goto(house.url + "/connections")  # left, and taken up again
    sees(page, "Go on rotating the key")
    looks(page, "rotation-7-connections")
    page.get_by_role("link", name="Go on rotating the key").click()
    sees(page, "Step 2 of 4")
    press(page, "Check it and send the test")
    sees(page, "Step 3 of 4")
    looks(page, "rotation-3-switch")
    press(page, "Switch to the second key")
    sees(page, "Step 4 of 4")
    assert in_use(desk, connection) == second["id"]
    press(page, f"Go back to {first['id'][-4:]}")
    sees(page, "is in use again")
    assert in_use(desk, connection) == first["id"]
    press(page, "Switch to the second key")
    sees(page, "still works at Amazon: whoever holds a copy")
    looks(page, "rotation-4-old-key")
    press(page, "Switch the old key off")
    sees(page, "is off: Amazon says so.")
    looks(page, "rotation-5-off")
    assert not works(desk, connection, keys.clean(first["id"], first["secret"]))
    assert works(desk, connection, keys.clean(second["id"], second["secret"]))
    press(page, "End the rotation")
    sees(page, "Done. Elderly uses the second key, and the first one is off.")
    page.goto(house.url + "/doctor?connection=Elderly")
    sees(page, "Less than a day old")
    assert page.get_by_text("The access key is old").count() == 0
    said = [one.action for one in audit.recent(desk.store, 12)]
    assert "old-key-disabled" in said and "rotation-ended" in said


def test_by_hand_where_the_key_may_not(house: Any, open_page: Any) -> None:
    allowed = policy(["review", "send", "senders", "listen"], "000000000000", "eu-west-1")
    desk, connection, demo, first = connected(house, "Plain", policy=allowed)
    second = tell(demo, "/_demo/keys", user="plain", policy=allowed)
    page = open_page("/rotation?connection=Plain", "alice", at=house)
    csv = f"Access key ID,Secret access key\n{second['id']},{second['secret']}\n"
    page.locator("input[type=file]").set_input_files(
        {"name": "plain_accessKeys.csv", "mimeType": "text/csv", "buffer": csv.encode()}
    )
    settled(page)
    page.get_by_role("textbox", name="Your own password").fill(PASSWORD)
    press(page, "Check this key")
    press(page, "Check it and send the test")
    press(page, "Switch to the second key")
    press(page, "Switch the old key off")
    sees(page, "This key may not switch the old one off")
    sees(page, "By hand, in about a minute")
    sees(page, "“plain”")
    looks(page, "rotation-6-by-hand")
    press(page, "I have done it")
    sees(page, "Amazon still accepts the old key")
    tell(demo, "/_demo/active", key=first["id"], active=False)
    press(page, "I have done it")
    sees(page, "is off: Amazon says so.")
    press(page, "End the rotation")
    sees(page, "Done. Plain uses the second key")
    assert in_use(desk, connections.by_id(desk.store, connection.id or 0) or connection) == second["id"]


def test_the_demo_makes_its_own_second_key_and_an_operator_rotates_nothing(
    house: Any, open_page: Any
) -> None:
    settings = Settings(data_dir=house.data, PORT=house.port, _env_file=None)
    demo = process.ensure(settings)
    store = house.store()
    desk = Desk(store, open_vault(settings, store), settings)
    typed = keys.clean(demo.access_key_id, demo.secret_access_key)
    wanted = walk.Wanted(
        "Own", recognise("eu-west-1"), typed, "news@example.com", "", "000000000000", demo=True
    )
    connection = walk.save(store, desk.vault, wanted, ALICE, moment.now())
    page = open_page("/rotation?connection=Own", "alice", at=house)
    press(page, "Make a second demo key")
    press(page, "Check it and send the test")
    press(page, "Switch to the second key")
    press(page, "Switch the old key off")
    sees(page, "is off: Amazon says so.")
    press(page, "End the rotation")
    sees(page, "Done. Own uses the second key")
    assert not works(desk, connection, typed)
    look = open_page("/rotation?connection=Own", "bob", at=house)
    assert look.get_by_role("button", name="Make a second demo key").count() == 0
