"""The product as others meet it: its commands, one receiver process, HTTP. Nothing of its inside is imported."""

import json
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sns_signer import ACCOUNT, REGION, Signer

ROOT = Path(__file__).resolve().parent.parent.parent

AT_ONCE = """
import io, json, sys
from core.admin.run import main
for words in json.loads(sys.argv[1]):
    sys.stdin = io.StringIO(sys.argv[2])
    if main([*words, "--json"]) != 0:
        sys.exit(1)
"""


def free_port() -> int:
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return int(s.getsockname()[1])


@dataclass
class Answer:
    status: int
    body: bytes
    headers: dict[str, str]

    @property
    def json(self) -> Any:
        return json.loads(self.body)


def call(method: str, url: str, body: bytes | None = None, headers: dict[str, str] | None = None) -> Answer:
    request = urllib.request.Request(url, data=body, method=method, headers=headers or {})
    try:
        with urllib.request.urlopen(request, timeout=20) as answer:
            return Answer(answer.status, answer.read(), {k.lower(): v for k, v in answer.headers.items()})
    except urllib.error.HTTPError as error:
        return Answer(error.code, error.read(), {k.lower(): v for k, v in error.headers.items()})


@dataclass
class Product:
    """One installation in a folder of its own, with its receiver running."""

    folder: Path
    database_url: str = ""
    signer: Signer = field(default_factory=Signer)
    base: str = ""

    def environment(self) -> dict[str, str]:
        kept = {k: v for k, v in os.environ.items() if not k.startswith(("SES_DESK_", "AWS_"))}
        kept |= {
            "SES_DESK_DATA_DIR": str(self.folder / "data"),
            "SES_DESK_CERTIFICATE_DIR": str(self.folder / "certificates"),
        }
        return kept | ({"SES_DESK_DATABASE_URL": self.database_url} if self.database_url else {})

    def admin(self, *words: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "core.admin", *words],
            cwd=ROOT, env=self.environment(), input=stdin, capture_output=True, text=True, timeout=120,
        )  # fmt: skip

    def admin_json(self, *words: str, stdin: str = "") -> dict[str, Any]:
        done = self.admin(*words, "--json", stdin=stdin)
        assert done.returncode == 0, done.stdout + done.stderr
        return dict(json.loads(done.stdout))

    def admin_at_once(self, *verbs: list[str], stdin: str = "") -> list[dict[str, Any]]:
        """Several verbs in one process, because starting Python is the slow part of each."""
        done = subprocess.run(
            [sys.executable, "-c", AT_ONCE, json.dumps(verbs), stdin],
            cwd=ROOT, env=self.environment(), capture_output=True, text=True, timeout=120,
        )  # fmt: skip
        assert done.returncode == 0, done.stdout + done.stderr
        return [dict(json.loads(line)) for line in done.stdout.splitlines() if line.startswith("{")]

    def start(self) -> subprocess.Popen[bytes]:
        self.signer.save(self.folder / "certificates")
        port = free_port()
        self.base = f"http://127.0.0.1:{port}"
        process = subprocess.Popen(
            [sys.executable, "-m", "core.receiver", "--host", "127.0.0.1", "--port", str(port), "--workers", "1"],
            cwd=ROOT, env=self.environment(), stdout=(self.folder / "receiver.log").open("wb"), stderr=subprocess.STDOUT,
        )  # fmt: skip
        for _ in range(600):
            if process.poll() is None and self._ready():
                return process
            time.sleep(0.1)
        process.kill()
        raise AssertionError((self.folder / "receiver.log").read_text())

    def _ready(self) -> bool:
        try:
            return call("GET", self.base + "/readyz").status == 200
        except OSError:
            return False

    def connect(self, name: str) -> "Account":
        arn = f"arn:aws:sns:{REGION}:{ACCOUNT}:ses-{name}"
        made, topic, token = self.admin_at_once(
            ["add-connection", name, "--region", REGION, "--from", "news@example.org", "--access-key-id", "AKIAIOSFODNN7EXAMPLE"],
            ["add-topic", "--connection", name, "--arn", arn],
            ["api-token", f"token-{name}", "--connection", name],
            stdin="wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY\n",
        )  # fmt: skip
        assert made == {"connection": name}
        return Account(self, name, arn, topic["token"], topic["callback_path"], token["token"])


@dataclass
class Account:
    """One connection of the product: post what SES would say, read what the product makes of it."""

    product: Product
    name: str
    arn: str
    token: str
    path: str
    api_token: str

    def post(self, message: str | dict[str, Any], **how: Any) -> Answer:
        signed = self.product.signer.notification(self.arn, message, **how)
        return self.post_signed(signed)

    def post_signed(self, signed: dict[str, Any]) -> Answer:
        signer = self.product.signer
        return call("POST", self.product.base + self.path, signer.body(signed), signer.headers(signed))

    def say(self, *messages: str | dict[str, Any]) -> None:
        for message in messages:
            answer = self.post(message)
            assert answer.status == 200, answer.body

    def get(self, path: str, **query: Any) -> Answer:
        words = urllib.parse.urlencode(query, doseq=True)
        return call(
            "GET", f"{self.product.base}{path}?{words}", headers={"Authorization": f"Bearer {self.api_token}"}
        )

    def rows(self, **query: Any) -> list[dict[str, Any]]:
        answer = self.get(
            "/api/v1/rates", **{"connection": self.name, **{k.rstrip("_"): v for k, v in query.items()}}
        )
        assert answer.status == 200, answer.body
        return list(answer.json["rows"])

    def day(self, day: datetime, **query: Any) -> dict[str, Any]:
        key = day.astimezone(UTC).strftime("%Y-%m-%d")
        (row,) = [r for r in self.rows(from_=key, to=key, **query) if r["day"] == key]
        return row

    def events(self, **query: Any) -> list[dict[str, Any]]:
        answer = self.get("/api/v1/events", **{"connection": self.name, "limit": 1000, **query})
        assert answer.status == 200, answer.body
        return list(answer.json["events"])
