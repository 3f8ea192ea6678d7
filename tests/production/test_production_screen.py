"""The coach as an admin sees it: facts, a draft made of them, a wrong box said at its place, and the review that follows."""

import json
import urllib.request
from typing import Any

import pytest
from amazon import ALICE
from servers import settled, shot

from core import moment
from core.aws.credentials import Credentials
from core.connect import walk
from core.connect.endpoint import recognise
from core.demo import process
from core.settings import Settings
from core.vault import Secret, open_vault

pytestmark = pytest.mark.browser


def tell(demo: Any, path: str, **wish: Any) -> None:
    body = json.dumps(wish).encode()
    request = urllib.request.Request(
        demo.endpoint_url + path, body, {"Content-Type": "application/json"}, method="POST"
    )
    with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request, timeout=20):
        pass


def test_the_request_is_drafted_filed_and_followed(make_server: Any, open_page: Any) -> None:
    server = make_server(cast=True)
    settings = Settings(data_dir=server.data, PORT=server.port, _env_file=None)
    demo = process.ensure(settings)
    store = server.store()
    keys = Credentials("keys", Secret(demo.access_key_id), Secret(demo.secret_access_key))
    wanted = walk.Wanted(
        "Demo", recognise("eu-west-1"), keys, "news@example.com", "", "000000000000", demo=True
    )
    walk.save(store, open_vault(settings, store), wanted, ALICE, moment.now())
    tell(demo, "/_demo/account", region="eu-west-1", production=False)
    page = open_page("/production?connection=Demo", "alice", at=server)
    page.get_by_text("In the sandbox").wait_for()
    page.get_by_text("No fire drill has passed yet.").wait_for()
    page.get_by_role("textbox", name="What do you mail, and to whom?").fill(
        "A weekly letter to customers of our shop who asked for it."
    )
    page.get_by_role("textbox", name="How did you collect the addresses?").fill("At the till, by a form.")
    page.get_by_role("heading", name="The request").click()
    settled(page)
    for width, dark in ((1280, False), (1280, True), (390, False), (390, True)):
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme="dark" if dark else "light")
        settled(page)
        shot(page, f"production-{width}-{'dark' if dark else 'light'}")
    page.set_viewport_size({"width": 1280, "height": 900})
    page.get_by_role("button", name="Send the request to Amazon").click()
    page.get_by_text("Give your website with https:// before it").wait_for()
    page.get_by_role("textbox", name="Website").fill("https://example.com")
    page.get_by_role("heading", name="The request").click()
    settled(page)
    page.get_by_role("button", name="Send the request to Amazon").click()
    page.get_by_text("Amazon is looking at the request.").wait_for()
    tell(demo, "/_demo/account", region="eu-west-1", production=True)
    page.reload()
    page.get_by_text("Out of the sandbox").wait_for()
