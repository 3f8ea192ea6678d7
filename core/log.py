"""Structured logs with one redaction step that every line passes, whoever wrote it: ours, uvicorn's or a library's.

Never in a log: secrets and keys, tokens in paths and queries, cookies, e-mail addresses. Tracebacks carry no local values.
"""

import logging
import re
import sys
from collections.abc import MutableMapping
from typing import Any, TextIO

import structlog

from core.redaction import without_addresses, without_secrets

HIDDEN = "[redacted]"
SECRET_NAMES = re.compile(
    r"token|secret|password|passwd|authori[sz]ation|cookie|signature|api_?key|access_key|credential|private|ticket|nonce",
    re.IGNORECASE,
)
NAMED = re.compile(
    r"((?:token|secret|password|authorization|signature|credential|cookie|x-amz-|subscriptionarn)[a-z_-]*[\"']?\s*[=:]\s*[\"']?)[^\s&\"',;]+",
    re.IGNORECASE,
)
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def redact(text: str) -> str:
    """The text without what a log must not hold."""
    text = NAMED.sub(r"\1" + HIDDEN, without_secrets(text, HIDDEN))
    text = without_addresses(text, HIDDEN)
    return CONTROL.sub(lambda match: f"\\x{ord(match[0]):02x}", text)


def _clean(name: str, value: Any, depth: int = 0) -> Any:
    if SECRET_NAMES.search(name):
        return HIDDEN
    if isinstance(value, str):
        return redact(value)
    if isinstance(value, dict) and depth < 4:
        return {redact(str(key)): _clean(str(key), inner, depth + 1) for key, inner in value.items()}
    if isinstance(value, list | tuple | set | frozenset) and depth < 4:
        return [_clean("", inner, depth + 1) for inner in value]
    return value if isinstance(value, int | float | bool | None) else redact(str(value))


def redaction(_logger: Any, _method: str, line: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """The structlog step: cleans every value of one line, by its name and by its shape."""
    for name in [name for name in line if not name.startswith("_")]:
        line[name] = _clean(name, line[name])
    return line


def set_up(level: str = "INFO", stream: TextIO | None = None) -> None:
    """Send every logger of this process to one stream (stderr) as one line per entry, redacted. Safe to call again."""
    before = [
        structlog.stdlib.add_log_level,
        structlog.stdlib.PositionalArgumentsFormatter(),
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    formatter = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=before[:1] + before[2:],  # type: ignore[arg-type]
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.processors.format_exc_info,
            redaction,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
    )
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(formatter)
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for name in ("uvicorn", "uvicorn.error"):
        logging.getLogger(name).handlers[:] = []
        logging.getLogger(name).propagate = True
    access = logging.getLogger("uvicorn.access")  # prints whole paths, and with them tokens
    access.handlers[:], access.propagate = [], False
    for name in ("boto3", "botocore", "urllib3", "sqlalchemy", "alembic", "asyncio", "multipart"):
        logging.getLogger(name).setLevel(logging.WARNING)
    structlog.configure(
        processors=[*before, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],  # type: ignore[list-item]
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )


# Until set_up is called: plain lines on stderr, redacted as well (structlog's own default prints local values).
structlog.configure(
    processors=[
        structlog.stdlib.add_log_level,
        structlog.stdlib.PositionalArgumentsFormatter(),
        structlog.processors.format_exc_info,
        redaction,
        structlog.processors.JSONRenderer(ensure_ascii=False),
    ],
    logger_factory=structlog.WriteLoggerFactory(sys.stderr),
    cache_logger_on_first_use=False,
)
log: structlog.stdlib.BoundLogger = structlog.get_logger("ses_desk")
