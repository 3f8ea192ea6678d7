"""The outer edge, spoken to as plain ASGI: who gets in, whose word counts, what every answer carries."""

import asyncio

import pytest

from core.asgi import Edge
from core.settings import Settings


def ask(path="/", method="GET", headers=(), client="203.0.113.9", scheme="http", kind="http", **chosen):
    """What the edge does with one request: ("answered", status, headers, body), or ("passed", scope, headers)."""
    seen: list[dict] = []

    async def inner(scope, receive, send):
        seen.append(scope)
        if kind == "http":
            await send(
                {
                    "type": "http.response.start",
                    "status": 200,
                    "headers": [(b"content-type", b"text/html; charset=utf-8")],
                }
            )
            await send({"type": "http.response.body", "body": b""})

    given = [(name.lower().encode(), value.encode()) for name, value in (headers or [])]
    if not any(name == b"host" for name, _ in given):
        given.append((b"host", b"127.0.0.1:8501"))
    scope = {
        "type": kind, "path": path, "raw_path": path.encode(), "headers": given, "client": (client, 5000), "scheme": scheme,
        "query_string": b"", "server": ("127.0.0.1", 8501), "http_version": "1.1",
    }  # fmt: skip
    if kind == "http":
        scope["method"] = method
    sent: list[dict] = []

    async def send(message):
        sent.append(message)

    async def receive():
        return {"type": "http.request", "body": b"", "more_body": False}

    asyncio.run(Edge(inner, Settings(**chosen))(scope, receive, send))
    return seen[0] if seen else None, sent


def header(scope, name):
    return next((value.decode() for key, value in scope["headers"] if key == name.encode()), None)


def answered(sent):
    headers = [(k.decode().lower(), v.decode()) for k, v in sent[0]["headers"]]
    return sent[0]["status"], dict(headers), [v for k, v in headers if k == "set-cookie"]


@pytest.mark.parametrize(
    "path",
    ["/_stcore/metrics", "/_stcore/metrics/", "/_stcore/agent/openapi.json", "/_stcore/agent", "/_stcore/script-health-check",
     "/auth/login", "/auth/logout", "/oauth2callback"],
)  # fmt: skip
def test_streamlits_own_side_doors_are_shut(path):
    passed, sent = ask(path)
    assert passed is None and sent[0]["status"] == 404


def test_every_answer_forbids_framing_sniffing_and_referrers():
    _, sent = ask("/")
    status, headers, _ = answered(sent)
    assert status == 200
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    assert "img-src 'self' data: blob:;" in headers["content-security-policy"]
    assert "'unsafe-eval'" not in headers["content-security-policy"]
    assert headers["x-frame-options"] == "DENY"
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert "strict-transport-security" not in headers


def test_https_is_kept_for_a_year():
    _, sent = ask("/", scheme="https")
    assert answered(sent)[1]["strict-transport-security"] == "max-age=31536000"


def test_forwarded_headers_count_only_from_a_trusted_proxy():
    forwarded = [("X-Forwarded-For", "198.51.100.7"), ("X-Forwarded-Proto", "https")]
    passed, _ = ask(headers=forwarded)
    assert (header(passed, "x-ses-desk-address"), header(passed, "x-ses-desk-scheme")) == (
        "203.0.113.9",
        "http",
    )
    assert passed["client"][0] == "203.0.113.9"
    passed, _ = ask(headers=forwarded, trusted_proxies="203.0.113.0/24")
    assert (header(passed, "x-ses-desk-address"), header(passed, "x-ses-desk-scheme")) == (
        "198.51.100.7",
        "https",
    )


def test_a_caller_cannot_put_words_in_front_of_the_proxys():
    """The leftmost address is what the caller claims; only what a trusted hop added counts."""
    headers = [("X-Forwarded-For", "127.0.0.1, 198.51.100.7, 10.0.0.2")]
    passed, _ = ask(headers=headers, client="10.0.0.1", trusted_proxies="10.0.0.0/8")
    assert header(passed, "x-ses-desk-address") == "198.51.100.7"


def test_our_own_inner_headers_cannot_be_sent_from_outside():
    passed, _ = ask(headers=[("X-Ses-Desk-Scheme", "https"), ("X-Ses-Desk-Address", "127.0.0.1")])
    kept = [value for key, value in passed["headers"] if key.startswith(b"x-ses-desk-")]
    assert kept == [b"http", b"203.0.113.9"]


def test_behind_an_https_public_url_its_host_counts_as_https():
    passed, sent = ask(
        headers=[("Host", "mail.example.com"), ("Accept", "text/html")], public_url="https://mail.example.com"
    )
    assert header(passed, "x-ses-desk-scheme") == "https"
    assert answered(sent)[2][0].startswith("__Host-ses_desk_nonce=") and "; Secure" in answered(sent)[2][0]


@pytest.mark.parametrize(
    "host",
    ["127.0.0.1:8501", "localhost:8501", "[::1]:8501", "192.168.1.20", "app.localhost", "mail.example.com"],
)
def test_the_dashboard_opens_under_its_own_names(host):
    passed, _ = ask(headers=[("Host", host)], public_url="https://mail.example.com")
    assert passed is not None


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "127.0.0.1.evil.example",
        "mail.example.com.evil.example",
        "localhost.evil.example",
        "",
        "a b",
        "[::1",
    ],
)
def test_a_foreign_host_name_is_refused_with_words(host):
    passed, sent = ask(headers=[("Host", host)], public_url="https://mail.example.com")
    assert passed is None and sent[0]["status"] == 421
    assert b"SES_DESK_PUBLIC_URL" in sent[1]["body"]


def test_the_public_routes_are_open_under_any_name():
    """Amazon comes by the name the operator gave it; a probe comes by whatever address it has."""
    for path in ("/sns/abc", "/healthz", "/readyz", "/api/v1/rates"):
        assert (
            ask(
                path, "POST", headers=[("Host", "anything.example"), ("Origin", "https://elsewhere.example")]
            )[0]
            is not None
        )


@pytest.mark.parametrize(
    "origin",
    [
        "https://evil.example",
        "null",
        "http://127.0.0.1:9999",
        "http://127.0.0.1",
        "http://localhost:8501",
        "",
    ],
)
def test_a_websocket_from_another_site_is_refused(origin):
    passed, sent = ask("/_stcore/stream", headers=[("Origin", origin)], kind="websocket", scheme="ws")
    assert passed is None and sent == [
        {"type": "websocket.close", "code": 1008, "reason": "This request came from another site."}
    ]


def test_a_websocket_from_our_own_page_passes():
    passed, _ = ask(
        "/_stcore/stream", headers=[("Origin", "http://127.0.0.1:8501")], kind="websocket", scheme="ws"
    )
    assert passed is not None and passed["scheme"] == "ws"


def test_a_websocket_under_a_rebound_name_is_refused():
    headers = [("Host", "evil.example"), ("Origin", "http://evil.example")]
    assert ask("/_stcore/stream", headers=headers, kind="websocket", scheme="ws")[0] is None


@pytest.mark.parametrize("path", ["/session/start", "/session/end", "/_stcore/upload_file/x"])
def test_a_post_from_another_site_is_refused(path):
    passed, sent = ask(path, "POST", headers=[("Origin", "https://evil.example")])
    assert passed is None and sent[0]["status"] == 403


def test_a_page_brings_the_nonce_cookie_once():
    _, sent = ask(headers=[("Accept", "text/html")])
    (given,) = answered(sent)[2]
    name, value = given.split(";")[0].split("=", 1)
    assert name == "ses_desk_nonce" and len(value) >= 43
    assert given.endswith("; Path=/; HttpOnly; SameSite=Strict")
    _, sent = ask(headers=[("Accept", "text/html"), ("Cookie", f"{name}={value}")])
    assert answered(sent)[2] == []


def test_no_cookie_comes_with_a_public_route_or_a_script():
    assert answered(ask("/unsubscribe/x", headers=[("Accept", "text/html")])[1])[2] == []
    assert answered(ask("/static/app.js", headers=[("Accept", "*/*")])[1])[2] == []
