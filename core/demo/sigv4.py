"""Was this request signed with one of our keys? Signature Version 4, checked as Amazon checks it.

Source: "Create a signed AWS API request", IAM user guide. Header signatures only; presigned URLs are not for SES.
"""

import base64
import hashlib
import hmac
import re
from dataclasses import dataclass, field
from datetime import UTC, datetime
from posixpath import normpath
from urllib.parse import parse_qsl, quote

from core.demo.refusal import Refusal
from core.demo.world import AccessKey

SKEW = 5 * 60 * 1000
_AUTHORIZATION = re.compile(
    r"AWS4-HMAC-SHA256 Credential=(?P<id>[^/,\s]+)/(?P<date>\d{8})/(?P<region>[^/,\s]+)/(?P<service>[^/,\s]+)/"
    r"aws4_request,\s*SignedHeaders=(?P<signed>[^,\s]+),\s*Signature=(?P<signature>[0-9a-f]{64})"
)


@dataclass(frozen=True)
class Request:
    """One HTTP request as it came over the wire. Header names are lower case; path and query are still encoded."""

    method: str
    path: str
    query: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""


@dataclass(frozen=True)
class Scope:
    """Who signed, for which region and service."""

    key: AccessKey
    region: str
    service: str


def verify(request: Request, keys: dict[str, AccessKey], now: int) -> Scope:
    """The signer, or a Refusal: no signature, unknown key, wrong secret, or a clock more than five minutes off."""
    text = request.headers.get("authorization", "")
    if not text:
        raise Refusal("no-token")
    match = _AUTHORIZATION.fullmatch(text.strip())
    stamp = request.headers.get("x-amz-date", "")
    if match is None or not re.fullmatch(r"\d{8}T\d{6}Z", stamp):
        raise Refusal("incomplete")
    key = keys.get(match["id"])
    token = request.headers.get("x-amz-security-token", "")
    if key is None or not key.active or not hmac.compare_digest(key.session_token.encode(), token.encode()):
        raise Refusal("unknown-key")
    if key.expires_at is not None and key.expires_at <= now:
        raise Refusal("token-ended")
    _in_time(stamp, now)
    scope = f"{match['date']}/{match['region']}/{match['service']}/aws4_request"
    signed = match["signed"].split(";")
    if "host" not in signed or not stamp.startswith(match["date"]):
        raise Refusal("bad-signature")
    digest = hashlib.sha256(_canonical(request, signed).encode()).hexdigest()
    to_sign = "\n".join(("AWS4-HMAC-SHA256", stamp, scope, digest))
    expected = hmac.new(
        signing_key(key.secret, match["date"], match["region"], match["service"]), to_sign.encode(), "sha256"
    )
    if not hmac.compare_digest(expected.hexdigest(), match["signature"]):
        raise Refusal("bad-signature")
    return Scope(key, match["region"], match["service"])


def signing_key(secret: str, date: str, region: str, service: str) -> bytes:
    """The key of one day, region and service, derived from the secret."""
    key = ("AWS4" + secret).encode()
    for part in (date, region, service, "aws4_request"):
        key = hmac.new(key, part.encode(), "sha256").digest()
    return key


def smtp_password(secret: str, region: str) -> str:
    """The SMTP password that belongs to a secret in one region. Source: SES developer guide, "SMTP credentials"."""
    key = ("AWS4" + secret).encode()
    for part in ("11111111", region, "ses", "aws4_request", "SendRawEmail"):
        key = hmac.new(key, part.encode(), "sha256").digest()
    return base64.b64encode(b"\x04" + key).decode()


def _in_time(stamp: str, now: int) -> None:
    then = int(datetime.strptime(stamp, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC).timestamp() * 1000)
    here = _compact(now)
    if then < now - SKEW:
        limit = _compact(now - SKEW)
        raise Refusal(
            "bad-signature", f"Signature expired: {stamp} is now earlier than {limit} ({here} - 5 min.)"
        )
    if then > now + SKEW:
        limit = _compact(now + SKEW)
        raise Refusal(
            "bad-signature",
            f"Signature not yet current: {stamp} is still later than {limit} ({here} + 5 min.)",
        )


def _compact(moment: int) -> str:
    return datetime.fromtimestamp(moment / 1000, UTC).strftime("%Y%m%dT%H%M%SZ")


def _canonical(request: Request, signed: list[str]) -> str:
    """The request as both sides write it down. The path is encoded a second time, for every service but S3."""
    path = normpath(request.path) if request.path else "/"
    path = path.replace("//", "/") + ("/" if request.path.endswith("/") and path != "/" else "")
    pairs = parse_qsl(request.query, keep_blank_values=True)
    query = "&".join(sorted(f"{quote(name, '-_.~')}={quote(value, '-_.~')}" for name, value in pairs))
    headers = "".join(f"{name}:{' '.join(request.headers.get(name, '').split())}\n" for name in signed)
    payload = request.headers.get("x-amz-content-sha256") or hashlib.sha256(request.body).hexdigest()
    if payload != "UNSIGNED-PAYLOAD" and payload != hashlib.sha256(request.body).hexdigest():
        raise Refusal("bad-signature")
    return "\n".join((request.method, quote(path, "/~"), query, headers, ";".join(signed), payload))
