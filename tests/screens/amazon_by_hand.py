"""The demo Amazon as a customer's own: its notifications are signed anew by the tests' signer on their way to the callback.

Nothing the demo signs is accepted for any topic but the demo's own, so a walk by hand needs a signature as Amazon's.
"""

import json
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from sns_signer import Signer

from core.demo.running import DemoAmazon, running


@dataclass
class Relay:
    """What stands at the public URL: takes what the demo posts, signs it as Amazon would, passes it on."""

    signer: Signer
    server: ThreadingHTTPServer
    onward: str = ""  # the desk's own URL, once it is known

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server.server_address[1]}"

    def passes(self, path: str, body: bytes) -> int:
        """The status the desk answers."""
        message = {
            k: v
            for k, v in json.loads(body).items()
            if k not in ("Signature", "SignatureVersion", "SigningCertURL")
        }
        signed = self.signer.sign(message)
        request = urllib.request.Request(
            self.onward + path, self.signer.body(signed), self.signer.headers(signed)
        )
        try:
            with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(
                request, timeout=10
            ) as answer:
                return int(answer.status)
        except urllib.error.HTTPError as refused:
            return refused.code


@contextmanager
def amazon_by_hand() -> Iterator[tuple[DemoAmazon, Relay]]:
    """A demo Amazon and the relay in front of the desk."""
    relay: Relay

    class Post(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            self.send_response(relay.passes(self.path, body))
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Post)
    relay = Relay(Signer(), server)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        with running() as amazon:
            yield amazon.demo, relay
    finally:
        server.shutdown()
        server.server_close()


def settings_for(amazon: DemoAmazon, relay: Relay, certificates: Path) -> dict[str, str]:
    """The environment of a desk that takes this for Amazon."""
    return {
        "SES_DESK_ALLOW_CUSTOM_ENDPOINTS": "1",
        "AWS_ENDPOINT_URL": amazon.endpoint_url,
        "SES_DESK_PUBLIC_URL": relay.url,
        "SES_DESK_CERTIFICATE_DIR": str(relay.signer.save(certificates)),
    }


def sns(amazon: DemoAmazon) -> Any:
    """The customer's own hands in the SNS console."""
    return _client("sns", amazon)


def ses(amazon: DemoAmazon) -> Any:
    """The customer's own hands in the SES console."""
    return _client("ses", amazon)


def _client(service: str, amazon: DemoAmazon) -> Any:
    import boto3

    return boto3.client(
        service, endpoint_url=amazon.endpoint_url, region_name="eu-west-1",
        aws_access_key_id=amazon.access_key_id, aws_secret_access_key=amazon.secret_access_key,
    )  # fmt: skip
