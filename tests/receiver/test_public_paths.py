"""The small public routes, and that nothing below the public paths is ever answered by anything else."""

import subprocess
import sys
import textwrap
import time

import pytest
from receiving import Desk, Line
from sns_signer import ses_event

from core.store import api_tokens

PATHS = [
    "/sns", "/sns/", "/sns/a/b", "/sns//", "/unsubscribe", "/unsubscribe/", "/unsubscribe/x/y", "/api", "/api/", "/api/v1",
    "/api/v1/", "/api/v2/events", "/api/v1/events/", "/api/v1/nothing",
    "/healthz/", "/healthz/x", "/readyz/x", "/metrics/", "/metrics/x",
]  # fmt: skip


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("method", ["GET", "POST", "DELETE"])
def test_nothing_falls_through(post_office: Desk, path: str, method: str) -> None:
    answer = post_office.call(method, path, b"" if method == "POST" else None)
    assert answer.status in (404, 405)
    assert answer.headers["content-type"] == "application/json"
    assert set(answer.json["error"]) == {"code", "message", "field"}


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/metrics", "/api/v1/events", "/api/v1/rates"])
def test_what_is_for_reading_takes_no_other_method(post_office: Desk, path: str) -> None:
    for method in ("POST", "PUT", "DELETE"):
        answer = post_office.call(method, path)
        assert (answer.status, answer.headers["allow"]) == (405, "GET, HEAD")


def test_it_says_that_it_lives(post_office: Desk) -> None:
    answer = post_office.call("GET", "/healthz")
    assert (answer.status, answer.body) == (200, b'{"status":"ok"}')
    assert post_office.call("HEAD", "/healthz").body == b""


def test_every_answer_forbids_sniffing_framing_and_keeping(post_office: Desk) -> None:
    for path in ("/healthz", "/api/v1/events", "/sns/x"):
        headers = post_office.call("GET", path).headers
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["cache-control"] == "no-store"
        assert "frame-ancestors 'none'" in headers["content-security-policy"]
        assert "server" not in headers


def test_ready_means_that_an_event_could_be_stored_now(post_office: Desk, line: Line) -> None:
    assert post_office.call("GET", "/readyz").status == 200
    path = post_office.store.engine.url.database
    holder = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(f"""
            import sqlite3, sys
            db = sqlite3.connect({str(path)!r}, isolation_level=None)
            db.execute("BEGIN EXCLUSIVE"); print("held", flush=True); sys.stdin.read()
        """)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE,
    )  # fmt: skip
    assert holder.stdin is not None and holder.stdout is not None
    holder.stdout.readline()
    time.sleep(1.1)
    try:
        alive = time.monotonic()
        assert post_office.call("GET", "/healthz").status == 200
        assert time.monotonic() - alive < 5
        answer = post_office.call("GET", "/readyz")
        assert (answer.status, answer.json["reason"], answer.headers["retry-after"]) == (503, "locked", "30")
        message = post_office.signer.notification(line.arn, ses_event())
        refused = post_office.post(line, message)
        assert (refused.status, refused.code, refused.headers["retry-after"]) == (503, "store", "30")
    finally:
        holder.stdin.close()
        holder.wait(10)
    time.sleep(1.1)
    assert post_office.call("GET", "/readyz").status == 200
    assert post_office.post(line, message).status == 200


def test_metrics_are_for_this_machine_or_a_token(post_office: Desk, line: Line) -> None:
    post_office.post(line, post_office.signer.notification(line.arn, ses_event()))
    text = post_office.call("GET", "/metrics")
    assert text.status == 200
    assert b'ses_desk_sns_requests_total{result="stored",status="200"}' in text.body
    assert line.token.encode() not in text.body
    for header in ("X-Forwarded-For", "Forwarded", "X-Real-IP", "Via", "X-Forwarded-Host"):
        assert post_office.call("GET", "/metrics", headers={header: "127.0.0.1"}).status == 404
    with post_office.store.write() as conn:
        api_tokens.add(conn, "prometheus", "prometheus-token", None, 1)
        api_tokens.add(conn, "bound", "bound-token", line.connection_id, 1)
    for token, status in (("prometheus-token", 200), ("bound-token", 200), ("wrong", 404), ("", 404)):
        headers = {"X-Forwarded-For": "203.0.113.9", "Authorization": f"Bearer {token}"}
        assert post_office.call("GET", "/metrics", headers=headers).status == status


@pytest.mark.parametrize(
    "header",
    [
        None,
        "",
        "Bearer",
        "Bearer ",
        "Bearer wrong",
        "Basic eDp5",
        "bearer\twrong",
        "Bearer " + "x" * 600,
        "Token x",
    ],
)
def test_the_api_is_shut_without_a_token(post_office: Desk, header: str | None) -> None:
    headers = {} if header is None else {"Authorization": header}
    for path in ("/api/v1/events", "/api/v1/rates", "/api/v1/openapi.json", "/api/v1/events?x=1"):
        answer = post_office.call("GET", path, headers=headers)
        assert (answer.status, answer.code) == (401, "unauthorized")
        assert answer.headers["www-authenticate"].startswith("Bearer")
