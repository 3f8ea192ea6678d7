"""No log line holds a secret, a token of a path or an address, whoever wrote it and however."""

import io
import logging

import pytest

from core import log

CANARIES = [
    "AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMIK7MDENGbPxRfiCYEXAMPLEKEY", "callback-token-canary", "unsubscribe-token-canary",
    "bearer-canary-0123456789", "jane.canary", "cookie-canary", "dbpassword-canary", "query-token-canary",
]  # fmt: skip
LINES = [
    ("key AKIAIOSFODNN7EXAMPLE was used", {}),
    ("POST /sns/callback-token-canary 200", {"path": "/unsubscribe/unsubscribe-token-canary?x"}),
    (
        "refused",
        {
            "authorization": "bearer-canary-0123456789",
            "note": "Authorization: Bearer bearer-canary-0123456789",
        },
    ),
    (
        "bounce of Jane <jane.canary+x@example.com>",
        {"recipient": "jane.canary@example.com", "all": ["jane.canary@example.org"]},
    ),
    (
        "x",
        {
            "headers": {"Cookie": "ses_desk=cookie-canary"},
            "deep": [{"secret_access_key": "wJalrXUtnFEMIK7MDENGbPxRfiCYEXAMPLEKEY"}],
        },
    ),
    ("x", {"counts": {"jane.canary@example.com": 3, "by": {"jane.canary@example.org": 1}}}),
    ("postgresql+psycopg://desk:dbpassword-canary@db/x", {}),
    (
        "https://sns.eu-west-1.amazonaws.com/?Action=ConfirmSubscription&Token=query-token-canary&TopicArn=x",
        {},
    ),
]


@pytest.fixture
def lines() -> io.StringIO:
    before = logging.getLogger().handlers[:]
    stream = io.StringIO()
    log.set_up(stream=stream)
    yield stream
    logging.getLogger().handlers[:] = before


def test_canaries_never_reach_a_log(lines: io.StringIO) -> None:
    for words, values in LINES:
        log.log.warning(words, **values)
        logging.getLogger("uvicorn.error").error("%s %s", words, values)
        try:
            local = "wJalrXUtnFEMIK7MDENGbPxRfiCYEXAMPLEKEY"
            raise ValueError(words, len(local))
        except ValueError:
            log.log.exception("failed")
    text = lines.getvalue()
    assert text.count("\n") == 3 * len(LINES)
    assert [canary for canary in CANARIES if canary in text] == []


def test_a_line_is_one_line_whatever_it_holds(lines: io.StringIO) -> None:
    log.log.warning("a\r\nb\x1b[31m\u202e", subject='x\n{"event": "forged"}')
    text = lines.getvalue()
    assert text.count("\n") == 1
    assert "\x1b" not in text and "\u202e" not in text


def test_the_access_log_stays_off(lines: io.StringIO) -> None:
    logging.getLogger("uvicorn.access").info("GET /sns/callback-token-canary")
    assert lines.getvalue() == ""
