"""The outer edge of the one app: which requests come in at all, what every answer carries, and the session routes.

Pure ASGI, so that dashboard, WebSocket and the public routes pass the same door. What it decides:

- who is calling: forwarded headers count only from SES_DESK_TRUSTED_PROXIES;
- what stays shut: Streamlit's own metrics, agent and st.login routes;
- whose page may talk to the dashboard: our own origin, under a name of this machine (no cross-site WebSocket, no DNS rebinding);
- what each answer carries: no framing, no sniffing, no referrer, HSTS on https.

Source: OWASP ASVS 5.0, 3.4 and 3.5; security-relevant defaults of Streamlit 1.67 are in `.streamlit/config.toml`.
"""

import ipaddress
import secrets
import socket
from functools import cached_property
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from core.cookies import NONCE, cookie, read_cookie
from core.settings import Settings, settings

PUBLIC = ("/sns", "/unsubscribe", "/api", "/healthz", "/readyz", "/metrics")
SHUT = (
    "/_stcore/metrics",
    "/_stcore/agent",
    "/_stcore/script-health-check",
    "/auth",
    "/oauth2callback",
)
SCHEME, ADDRESS = (
    "x-ses-desk-scheme",
    "x-ses-desk-address",
)  # ours alone: whatever came in under these names is dropped

# Streamlit needs inline styles and scripts, and WebAssembly for its tables. Nothing may be fetched from elsewhere:
# an image in a subject line cannot call home.
POLICY = "; ".join((
    "default-src 'self'",
    "script-src 'self' 'unsafe-inline' 'wasm-unsafe-eval'",
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data: blob:",
    "font-src 'self' data:",
    "connect-src 'self' data: blob:",
    "worker-src 'self' blob:",
    "frame-src 'self' blob:",
    "object-src 'none'",
    "base-uri 'self'",
    "form-action 'self'",
    "frame-ancestors 'none'",
))  # fmt: skip
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Frame-Options": "DENY",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}
HSTS = "max-age=31536000"


def within(path: str, prefixes: tuple[str, ...]) -> bool:
    """Whether a path is one of these, or below one of these."""
    return any(path == prefix or path.startswith(prefix + "/") for prefix in prefixes)


class Edge:
    """The middleware. Answers what must not come further, and hands on the rest with the caller's true address and scheme."""

    def __init__(self, app: ASGIApp, chosen: Settings | None = None) -> None:
        self.app = app
        self.settings = chosen or settings()

    @cached_property
    def proxies(self) -> list[ipaddress.IPv4Network | ipaddress.IPv6Network]:
        """The networks whose forwarded headers count."""
        words = self.settings.trusted_proxies.replace(",", " ").split()
        return [ipaddress.ip_network(word, strict=False) for word in words]

    @cached_property
    def names(self) -> set[str]:
        """The host names under which this dashboard may be opened, beside plain IP addresses."""
        own = {"localhost", socket.gethostname(), socket.getfqdn(), self.settings.host, self.public_host}
        return {name.lower().rstrip(".") for name in own if name}

    @cached_property
    def public_host(self) -> str:
        return urlsplit(self.settings.public_url).hostname or ""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            await self.app(scope, receive, send)
            return
        scope = self._placed(scope)
        refusal = self._refusal(scope)
        if refusal and scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008, "reason": refusal[1]})
        elif refusal:
            await PlainTextResponse(refusal[1], refusal[0])(scope, receive, self._dressed(scope, send))
        else:
            await self.app(scope, receive, self._dressed(scope, send))

    def _placed(self, scope: Scope) -> Scope:
        """The scope with the caller's true address and scheme, told onwards in two headers of our own."""
        headers = Headers(scope=scope)
        address = scope["client"][0] if scope.get("client") else ""
        scheme = "https" if scope["scheme"] in ("https", "wss") else "http"
        if self._trusted(address):
            hops = [hop.strip() for hop in headers.get("x-forwarded-for", "").split(",") if hop.strip()]
            while hops and self._trusted(address):
                address = hops.pop()
            if headers.get("x-forwarded-proto", "").split(",")[-1].strip().lower() == "https":
                scheme = "https"
        if (
            self.settings.public_url.lower().startswith("https://")
            and self._host(headers) == self.public_host
        ):
            scheme = "https"
        kept = [(k, v) for k, v in scope["headers"] if k not in (SCHEME.encode(), ADDRESS.encode())]
        kept += [(SCHEME.encode(), scheme.encode()), (ADDRESS.encode(), address.encode("latin-1", "replace"))]
        port = scope["client"][1] if scope.get("client") else 0
        wire = {"http": scheme, "websocket": "wss" if scheme == "https" else "ws"}[scope["type"]]
        return {**scope, "headers": kept, "scheme": wire, "client": (address, port)}

    def _trusted(self, address: str) -> bool:
        try:
            caller = ipaddress.ip_address(address)
        except ValueError:
            return False
        return any(caller in network for network in self.proxies)

    @staticmethod
    def _host(headers: Headers) -> str:
        try:
            return (urlsplit(f"//{headers.get('host', '')}").hostname or "").rstrip(".")
        except ValueError:
            return ""

    def _refusal(self, scope: Scope) -> tuple[int, str] | None:
        """Status and sentence for what must not come further, or None."""
        path, headers = scope["path"], Headers(scope=scope)
        if within(path, PUBLIC):
            return None
        if within(path, SHUT):
            return 404, "Not found."
        if not self._known(self._host(headers)):
            return 421, (
                "SES Desk does not know this host name. Open it by its IP address or as localhost, "
                "or set SES_DESK_PUBLIC_URL to the address that people use."
            )
        origin = headers.get("origin")
        changes = scope["type"] == "websocket" or scope["method"] not in ("GET", "HEAD", "OPTIONS")
        if (
            changes
            and origin is not None
            and urlsplit(origin).netloc.lower() != headers.get("host", "").lower()
        ):
            return 403, "This request came from another site."
        return None

    def _known(self, host: str) -> bool:
        """An IP address cannot be rebound by a foreign DNS server, a name can: only our own names count."""
        try:
            ipaddress.ip_address(host)
        except ValueError:
            return host in self.names or host.endswith(".localhost")
        return True

    def _dressed(self, scope: Scope, send: Send) -> Send:
        """A `send` that adds what every answer carries, and on a page the nonce cookie that binds a sign-in to this browser."""
        public = within(scope["path"], PUBLIC)
        scheme = "https" if scope["scheme"] in ("https", "wss") else "http"
        arrived = Headers(scope=scope)

        async def dressed(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
                if scheme == "https":
                    headers.setdefault("Strict-Transport-Security", HSTS)
                page = "text/html" in arrived.get("accept", "") and message["status"] in (
                    200,
                    304,
                )  # 304: kept by the browser
                if page and not public and read_cookie(arrived, NONCE, scheme) is None:
                    headers.append("Set-Cookie", cookie(NONCE, secrets.token_urlsafe(32), scheme))
            await send(message)

        return dressed
