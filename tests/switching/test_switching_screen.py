"""The switch as an admin sees it: from SMTP with a password alone to HTTP, and back, on the demo's real SMTP server."""

from typing import Any

import pytest
from amazon import ALICE
from servers import settled, shot

from core import moment
from core.aws.check import smtp_login
from core.connect import access, walk
from core.connect.endpoint import Endpoint, recognise
from core.connect.keys import clean_smtp
from core.demo import process
from core.desk import Desk
from core.settings import Settings
from core.setup import saga
from core.setup.choices import Choices
from core.setup.plan import plan
from core.store import connections
from core.store import credentials as rows
from core.store.tables import Connection
from core.vault import Secret, open_vault

pytestmark = pytest.mark.browser


def over_smtp(server: Any) -> tuple[Desk, Connection, Any]:
    """A demo account whose events come back, sending over SMTP with a typed password and no access key."""
    from core.aws.credentials import Credentials

    settings = Settings(data_dir=server.data, PORT=server.port, _env_file=None)
    demo = process.ensure(settings)
    store = server.store()
    desk = Desk(store, open_vault(settings, store), settings)
    keys = Credentials("keys", Secret(demo.access_key_id), Secret(demo.secret_access_key))
    wanted = walk.Wanted(
        "Demo", recognise("eu-west-1"), keys, "news@example.com", "", "000000000000", demo=True
    )
    saved = walk.save(store, desk.vault, wanted, ALICE, moment.now())
    planned = plan(desk, saved, Choices("configuration-set", "https", "example.com"), ALICE, moment.now())
    number = saga.begin(desk, saved, planned, ALICE, moment.now())
    assert list(saga.apply(desk, saved, number, ALICE))[-1].state != "failed"
    user, password = smtp_login(access.of(store, desk.vault, settings, saved))
    with store.write() as conn:
        typed = clean_smtp(user.reveal(), password.reveal())
        rows.put(conn, access.seal(desk.vault, saved, typed, moment.now()))
    found = connections.by_id(store, saved.id or 0)
    assert found is not None
    moved = walk.edit(store, found, ALICE, moment.now(), endpoint=Endpoint("eu-west-1", "smtp", "", 587))
    return desk, moved, demo


def test_an_admin_goes_there_and_back(make_server: Any, open_page: Any) -> None:
    server = make_server(cast=True)
    desk, connection, demo = over_smtp(server)
    page = open_page("/switching?connection=Demo", "alice", at=server)
    page.get_by_text("nobody can turn it back").wait_for()
    shot(page, "switching-keys")
    page.get_by_role("textbox", name="Access key ID").fill(demo.access_key_id)
    page.get_by_role("textbox", name="Secret access key").fill("too short")
    page.get_by_role("button", name="Keep this key").click()
    page.get_by_text("A secret access key has 40 characters").wait_for()
    page.get_by_role("textbox", name="Access key ID").fill(demo.access_key_id)
    page.get_by_role("textbox", name="Secret access key").fill(demo.secret_access_key)
    page.get_by_role("button", name="Keep this key").click()
    page.get_by_role("button", name="Send the same test both ways").click()
    page.get_by_text("Send, Delivery").nth(1).wait_for(timeout=40_000)
    settled(page)
    for width, dark in ((1280, False), (1280, True), (390, False), (390, True)):
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme="dark" if dark else "light")
        settled(page)
        shot(page, f"switching-{width}-{'dark' if dark else 'light'}")
    page.set_viewport_size({"width": 1280, "height": 900})
    page.get_by_role("button", name="Switch to HTTP").click()
    page.get_by_text("Demo now sends over HTTP.").wait_for()
    now = connections.by_id(desk.store, connection.id or 0)
    assert now is not None and now.transport == "api"
    page.get_by_role("button", name="Go back to SMTP").click()
    page.get_by_text("Demo now sends over SMTP.").wait_for()
    now = connections.by_id(desk.store, connection.id or 0)
    assert now is not None and (now.transport, now.smtp_port) == ("smtp", 587)
    assert demo.secret_access_key not in page.content()
