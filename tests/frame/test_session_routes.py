"""The session routes behind https, as a proxy would speak to them: the cookie that no other host can set."""

import asyncio
from urllib.parse import urlencode

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware

from core import lifespan, moment, session_routes
from core.asgi import Edge
from core.members import people, sessions
from core.members.actor import Cli
from core.settings import Settings


def post(path, fields, cookie, scheme="https", **more):
    """One form post through the edge; status and headers."""
    body = urlencode(fields).encode()
    host = "mail.example.com"
    told = {
        "host": host,
        "content-type": "application/x-www-form-urlencoded",
        "cookie": cookie,
        "origin": f"https://{host}",
        **more,
    }
    scope = {
        "type": "http", "method": "POST", "path": path, "raw_path": path.encode(), "query_string": b"", "scheme": scheme, "http_version": "1.1",
        "headers": [(name.encode(), value.encode()) for name, value in told.items()], "client": ("203.0.113.9", 1), "server": (host, 443),
    }  # fmt: skip
    sent: list[dict] = []

    async def receive():
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message):
        sent.append(message)

    edge = Middleware(Edge, chosen=Settings(public_url=f"https://{host}"))
    asyncio.run(Starlette(routes=session_routes.routes(), middleware=[edge])(scope, receive, send))
    return sent[0]["status"], [(name.decode(), value.decode()) for name, value in sent[0]["headers"]]


@pytest.fixture
def ticket(own_desk):
    return lambda: sessions.issue_ticket(
        own_desk.store, people.by_name(own_desk.store, Cli(), "alice").id, "nonce", moment.now()
    )


def in_a_thread(call):
    """Playwright may keep an event loop in the main thread; a request of ours runs beside it."""
    import concurrent.futures

    with concurrent.futures.ThreadPoolExecutor(1) as pool:
        return pool.submit(call).result()


def test_on_https_the_cookie_is_secure_and_bound_to_this_host(ticket, own_desk):
    status, headers = in_a_thread(
        lambda: post("/session/start", {"ticket": ticket(), "next": "/"}, "__Host-ses_desk_nonce=nonce")
    )
    (given,) = [value for name, value in headers if name == "set-cookie" and "Max-Age=0" not in value]
    assert status == 303 and given.startswith("__Host-ses_desk=")
    assert given.endswith("; Path=/; HttpOnly; SameSite=Strict; Secure") and "Domain" not in given
    token = given.split("=", 1)[1].split(";")[0]
    assert sessions.current(own_desk.store, token, moment.now()).name == "alice"


def test_on_https_a_nonce_that_another_host_could_have_set_does_not_count(ticket):
    status, headers = in_a_thread(
        lambda: post("/session/start", {"ticket": ticket(), "next": "/"}, "ses_desk_nonce=nonce")
    )
    assert status == 303 and dict(headers)["location"] == "/?again=1"


def test_a_session_is_kept_as_a_hash_with_address_and_browser(ticket, own_desk):
    in_a_thread(
        lambda: post(
            "/session/start",
            {"ticket": ticket(), "next": "/"},
            "__Host-ses_desk_nonce=nonce",
            **{"user-agent": "Firefox"},
        )
    )
    alice = people.by_name(own_desk.store, Cli(), "alice").id
    kept = sessions.list_sessions(own_desk.store, Cli(), alice, moment.now())
    assert [(one.address, one.user_agent) for one in kept] == [("203.0.113.9", "Firefox")]


def test_ending_without_a_cookie_changes_nothing(own_desk):
    status, headers = in_a_thread(lambda: post("/session/end", {}, ""))
    assert status == 303 and "set-cookie" not in dict(headers)


def test_the_desk_of_the_routes_is_the_desk_of_the_screens(own_desk):
    from pages.parts.desk import desk

    assert desk() is own_desk is lifespan.desk()
