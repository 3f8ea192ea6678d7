"""Every row of the catalogue is reached by the real thing: botocore, TLS, DNS, SMTP on loopback, or the demo Amazon.

What is only remembered is matched alone (test_catalogue.py). A row that is neither fails here.
"""

import ast
import re
import smtplib
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import botocore.session
import pytest
from amazon import credentials_of
from botocore.config import Config
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from test_catalogue import CASES

from core import moment, smtp
from core.aws.access import Access
from core.aws.check import smtp_login
from core.aws.client import client
from core.aws.credentials import Credentials
from core.aws.send import send
from core.connect.letter import mime, write
from core.demo.running import Running
from core.diagnosis import Context, Diagnosis, explain
from core.diagnosis.words import rows
from core.in_time import answer
from core.vault import Secret

ROOT = Path(__file__).resolve().parents[2]
SENDER, TO = "news@example.com", "success@simulator.amazonses.com"
DENIED = "User: arn:aws:iam::1:user/x is not authorized to perform: ses:GetAccount on resource: * with an explicit deny in an identity-based policy"

# The demo Amazon, asked by unchanged boto3: the fault that is asked for, and the row it must be.
ASKED: dict[str, dict[str, Any]] = {
    "unknown-key": {"name": "unknown-key"},
    "secret-does-not-match": {"name": "bad-signature"},
    "clock-off": {"name": "clock-behind"},
    "token-expired": {"name": "token-ended"},
    "signature-stripped": {"name": "no-token"},
    "region-not-enabled": {"name": "opt-in"},
    "denied-by-organisation": {"name": "denied-by-organisation"},
    "denied-explicitly": {"code": "AccessDeniedException", "message": DENIED, "status": 403},
    "permission-missing": {"name": "denied"},
    "identity-not-verified": {"name": "unverified"},
    "sending-suspended": {"name": "paused"},
    "configuration-set-paused": {"name": "set-paused"},
    "mail-from-not-verified": {"name": "mail-from"},
    "production-access-missing": {"name": "sandbox"},
    "daily-quota-used": {"name": "daily-quota"},
    "sending-too-fast": {"name": "rate"},
    "asked-too-often": {"name": "slow-down"},
    "message-too-large": {"code": "BadRequestException", "message": "Message length is more than 41943040 bytes long"},
    "content-refused": {"code": "MessageRejected", "message": "Bad content"},
    "template-missing": {"name": "no-template"},
    "configuration-set-missing": {"name": "no-set"},
    "topic-missing": {"name": "topic-gone"},
    "topic-refused": {"name": "topic-refuses"},
    "limit-reached": {"name": "limit"},
    "exists-already": {"name": "exists"},
    "busy-elsewhere": {"name": "conflict"},
    "not-found": {"name": "not-found"},
    "message-refused": {"code": "MessageRejected", "message": "The mail was not accepted."},
    "value-refused": {"code": "BadRequestException", "message": "Bad value."},
    "amazon-trouble": {"name": "broken", "service": "sts"},
    "queue-just-deleted": {"name": "queue-deleted-recently"},
    "key-refused": {"name": "kms-denied"},
    "not-amazon": {"name": "portal"},
    "connection-lost": {"name": "close", "service": "sts"},
}  # fmt: skip
OVER_SMTP = {
    "smtp-sign-in-refused": "smtp-bad-auth",
    "smtp-permission-missing": "smtp-denied",
    "smtp-not-now": "smtp-auth-later",
}
# Those that need a network of their own, or a call of their own: a function below of the same name.
BY_HAND = {
    "tls-inspected", "tls-wrong-port", "proxy-refused", "name-not-found", "connect-timeout", "cannot-connect", "send-unknown",
    "read-timeout", "header-broken", "keys-missing", "sender-not-verified", "recipient-not-verified", "smtp-temporary-keys",
    "smtp-refused", "region-wrong", "endpoint-wrong", "endpoint-inside", "question-malformed", "queue-gone",
    "check-too-long",
}  # fmt: skip


def test_every_row_is_reached_or_is_remembered_and_matched_alone() -> None:
    errors = {row.reference: row for row in rows().values() if row.when}
    reached = {*ASKED, *OVER_SMTP, *BY_HAND}
    alone = {reference for _, reference in CASES}
    assert {name for name, row in errors.items() if row.sure != "remembered"} - reached == set()
    assert {name for name, row in errors.items() if row.sure == "remembered"} - alone == set()
    assert reached <= set(errors)
    assert {name.replace("-", "_") for name in BY_HAND} <= {
        name.removeprefix("test_row_") for name in globals()
    }


def _strings(folder: str, besides: str = "") -> set[str]:
    """Every string constant of the Python files of a folder."""
    nodes = _nodes(folder, besides)
    return {n.value for n in nodes if isinstance(n, ast.Constant) and isinstance(n.value, str)}


def _built(folder: str) -> list[re.Pattern[str]]:
    """What the f-strings of a folder can come to that look like references: f"dns-{what}-missing"."""
    shapes = []
    for node in _nodes(folder):
        if isinstance(node, ast.JoinedStr):
            parts = [str(one.value) if isinstance(one, ast.Constant) else "" for one in node.values]
            if re.fullmatch(r"[a-z0-9]*-[a-z0-9-]*", "".join(parts)) and len("".join(parts)) > 3:
                shapes.append(
                    re.compile("".join(re.escape(part) if part else "[a-z0-9-]+" for part in parts))
                )
    return shapes


def _nodes(folder: str, besides: str = "") -> list[ast.AST]:
    paths = [path for path in (ROOT / folder).rglob("*.py") if path.name != besides]
    return [node for path in paths for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))]


def _names(references: set[str]) -> dict[str, str]:
    """Constants of core that hold a reference: PUT_ASIDE = "queue-messages-put-aside"."""
    held = {}
    for path in (ROOT / "core").rglob("*.py"):
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.Assign):
                targets = [
                    each
                    for one in node.targets
                    for each in (one.elts if isinstance(one, ast.Tuple) else [one])
                ]
                values = node.value.elts if isinstance(node.value, ast.Tuple) else [node.value]
                for target, value in zip(targets, values, strict=False):
                    if (
                        isinstance(target, ast.Name)
                        and isinstance(value, ast.Constant)
                        and value.value in references
                    ):
                        held[str(value.value)] = target.id
    return held


def test_every_finding_is_raised_somewhere_and_asserted_in_a_test() -> None:
    findings = {row.reference: row for row in rows().values() if not row.when}
    raised, told = _strings("core"), _strings("tests", "test_words.py")
    used = {
        node.attr if isinstance(node, ast.Attribute) else node.id
        for path in (ROOT / "tests").rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute | ast.Name)
    }
    names = _names(set(findings))
    shapes = _built("core")
    unraised = {name for name in set(findings) - raised if not any(one.fullmatch(name) for one in shapes)}
    assert unraised == set(), "rows that nothing raises"
    untold = {
        name
        for name, row in findings.items()
        if name not in told and names.get(name) not in used and not any(row.title in words for words in told)
    }
    assert untold == set(), "findings that no test reaches"


def said(act: Callable[[], Any], **context: Any) -> Diagnosis:
    """What is said of the error that this raises."""
    with pytest.raises(BaseException) as raised:
        act()
    about = Context(**{"region": "eu-west-1", "service": "ses", "now": moment.now(), **context})
    found = explain(raised.value, about)
    assert found.known and found.title and "…" not in found.meaning
    return found


def quick(url: str, key_id: str = "AKIAIOSFODNN7EXAMPLE", service: str = "sts", **config: Any) -> Any:
    """An unchanged botocore client that loses patience soon and repeats nothing."""
    options = {
        "connect_timeout": 0.3,
        "read_timeout": 0.5,
        "retries": {"total_max_attempts": 1},
        "proxies": {},
        **config,
    }
    return botocore.session.get_session().create_client(
        service, region_name="eu-west-1", endpoint_url=url, aws_access_key_id=key_id, aws_secret_access_key="s" * 40,
        config=Config(**options),
    )  # fmt: skip


@contextmanager
def listening(answer: Callable[[socket.socket], None]) -> Iterator[int]:
    """A server on loopback that does this with every connection; its port."""
    server = socket.create_server(("127.0.0.1", 0))
    stop = threading.Event()

    def serve() -> None:
        while not stop.is_set():
            try:
                near, _ = server.accept()
                with near:
                    answer(near)
            except OSError:
                if stop.is_set():
                    return

    threading.Thread(target=serve, daemon=True).start()
    try:
        yield server.getsockname()[1]
    finally:
        stop.set()
        server.close()


@pytest.mark.parametrize("reference", sorted(ASKED))
def test_amazons_own_words_are_recognised_over_the_wire(amazon: Running, way: Access, reference: str) -> None:
    amazon.amazon.faults.add({**ASKED[reference], "count": -1})
    if ASKED[reference].get("service") == "sts" or reference in ("not-amazon",):
        assert said(lambda: way.client("sts").get_caller_identity()["Account"]).reference == reference
    else:
        assert said(lambda: send(way, write(SENDER, "", TO, "Hello", "Hello"))).reference == reference


@pytest.mark.parametrize("reference", sorted(OVER_SMTP))
def test_the_smtp_servers_own_words_are_recognised(amazon: Running, way: Access, reference: str) -> None:
    amazon.amazon.faults.add({"name": OVER_SMTP[reference], "count": -1})
    assert said(lambda: over_smtp(way), transport="smtp").reference == reference


def over_smtp(way: Access) -> None:
    user, word = smtp_login(way)
    letter = write(SENDER, "", TO, "Hello", "Hello")
    smtp.send(way.smtp, way.smtp_port, user, word, SENDER, TO, mime(letter), way.trusted_pem)


def _unverified(way: Access, sender: str, to: str) -> Diagnosis:
    return said(
        lambda: send(way, write(sender, "", to, "Hello", "Hello")), from_address=sender, to_address=to
    )


def test_row_sender_not_verified(way: Access) -> None:
    assert _unverified(way, "x@nowhere.example", TO).reference == "sender-not-verified"


def test_row_recipient_not_verified(amazon: Running, way: Access) -> None:
    amazon.amazon.world.regions["eu-west-1"].production = False
    assert _unverified(way, SENDER, "you@nowhere.example").reference == "recipient-not-verified"


def test_row_send_unknown(amazon: Running, way: Access) -> None:
    amazon.amazon.faults.add({"name": "close-after", "service": "sesv2", "count": -1})
    assert said(lambda: send(way, write(SENDER, "", TO, "Hello", "Hello"))).reference == "send-unknown"


def test_row_check_too_long(amazon: Running, way: Access) -> None:
    amazon.amazon.faults.add({"name": "timeout", "service": "sts", "seconds": 3.0, "count": 1})
    asked = way.within(0.3)
    silent = said(lambda: answer(lambda: asked.client("sts").get_caller_identity(), asked.end))
    assert silent.reference == "check-too-long"


def test_row_read_timeout() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}"
        assert said(lambda: quick(url).get_caller_identity()).reference == "read-timeout"


def test_row_connect_timeout() -> None:
    """A door whose queue is full drops what knocks, as a firewall does."""
    with socket.socket() as full, socket.socket() as first, socket.socket() as second:
        full.bind(("127.0.0.1", 0))
        full.listen(0)
        for one in (first, second):
            one.setblocking(False)
            one.connect_ex(full.getsockname())
        url = f"http://127.0.0.1:{full.getsockname()[1]}"
        assert said(lambda: quick(url).get_caller_identity()).reference == "connect-timeout"


def test_row_endpoint_inside() -> None:
    keys = Credentials("keys", Secret("AKIAIOSFODNN7EXAMPLE"), Secret("w" * 40))
    asked = client("sts", keys, "eu-west-1", "https://169.254.169.254")
    assert said(asked.get_caller_identity).reference == "endpoint-inside"


def test_row_cannot_connect() -> None:
    with socket.socket() as shut:  # bound, so that nobody else listens there, and not listening
        shut.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{shut.getsockname()[1]}"
        assert said(lambda: quick(url, connect_timeout=5).get_caller_identity()).reference == "cannot-connect"


def test_row_name_not_found() -> None:
    url = "https://email.eu-west-1.amazonaws.invalid"
    assert said(lambda: quick(url, connect_timeout=5).get_caller_identity()).reference == "name-not-found"


def test_row_proxy_refused() -> None:
    with socket.socket() as shut:
        shut.bind(("127.0.0.1", 0))
        proxy = f"http://127.0.0.1:{shut.getsockname()[1]}"
        asked = quick("https://sts.eu-west-1.amazonaws.com", connect_timeout=5, proxies={"https": proxy})
        assert said(asked.get_caller_identity).reference == "proxy-refused"


def _own_certificate(folder: Path) -> Path:
    """A certificate nobody trusts, with its key, in one file."""
    key, name = (
        ec.generate_private_key(ec.SECP256R1()),
        x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "proxy")]),
    )
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
        .serial_number(x509.random_serial_number()).not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1)).sign(key, hashes.SHA256())
    )  # fmt: skip
    plain, pem = serialization.NoEncryption(), serialization.Encoding.PEM
    path = folder / "proxy.pem"
    path.write_bytes(
        key.private_bytes(pem, serialization.PrivateFormat.PKCS8, plain) + made.public_bytes(pem)
    )
    return path


def test_row_tls_inspected(tmp_path: Path) -> None:
    shown = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    shown.load_cert_chain(_own_certificate(tmp_path))

    def shakes_hands(near: socket.socket) -> None:
        shown.wrap_socket(near, server_side=True).close()

    with listening(shakes_hands) as port:
        assert (
            said(
                lambda: quick(f"https://127.0.0.1:{port}", connect_timeout=5).get_caller_identity()
            ).reference
            == "tls-inspected"
        )


def test_row_tls_wrong_port() -> None:
    def plain_text(near: socket.socket) -> None:
        near.sendall(b"220 mail.example.com ESMTP ready and waiting\r\n")
        near.recv(1000)

    with listening(plain_text) as port:
        assert (
            said(
                lambda: quick(f"https://127.0.0.1:{port}", connect_timeout=5).get_caller_identity()
            ).reference
            == "tls-wrong-port"
        )


def test_row_header_broken(amazon: Running) -> None:
    asked = quick(amazon.demo.endpoint_url, key_id="AKIAIOSFODNN7EXAMPLE\n")
    found = said(asked.get_caller_identity)
    assert found.reference == "header-broken" and "IOSFODNN7" not in found.as_json()


def test_row_keys_missing() -> None:
    empty = Access(Credentials("keys"), "eu-west-1")
    assert said(lambda: empty.client("sts")).reference == "keys-missing"


def test_row_smtp_temporary_keys(way: Access) -> None:
    keys = Credentials("keys", Secret("ASIAIOSFODNN7EXAMPLE"), Secret("s" * 40), Secret("t" * 40))
    assert (
        said(lambda: smtp_login(Access(keys, "eu-west-1", "smtp")), transport="smtp").reference
        == "smtp-temporary-keys"
    )


def test_row_smtp_refused() -> None:
    def refuses(near: socket.socket) -> None:
        near.sendall(b"554 No service here\r\n")

    with listening(refuses) as port:
        found = said(lambda: smtplib.SMTP("127.0.0.1", port, timeout=5), transport="smtp")
    assert found.reference in ("smtp-refused", "cannot-connect")
    with listening(lambda near: _conversation(near)) as port:
        session = smtplib.SMTP("127.0.0.1", port, timeout=5)
        assert said(lambda: session.sendmail(SENDER, TO, b"x"), transport="smtp").reference == "smtp-refused"


def _conversation(near: socket.socket) -> None:
    """A mail server that greets, and refuses every sender for good."""
    near.sendall(b"220 hello\r\n")
    while line := near.recv(1000):
        near.sendall(b"550 not from you\r\n" if line.upper().startswith(b"MAIL") else b"250 ok\r\n")


def test_row_region_wrong() -> None:
    session = botocore.session.get_session()
    assert said(lambda: session.create_client("ses", region_name="eu west")).reference == "region-wrong"


def test_row_endpoint_wrong() -> None:
    assert said(lambda: quick("email.eu-west-1")).reference == "endpoint-wrong"


def test_row_question_malformed(way: Access) -> None:
    assert said(lambda: way.client("sesv2").send_email(Nonsense=True)).reference == "question-malformed"


def test_row_queue_gone(way: Access) -> None:
    assert said(lambda: way.client("sqs").get_queue_url(QueueName="none")).reference == "queue-gone"


def test_the_demos_own_keys_are_never_in_what_is_said(amazon: Running, way: Access) -> None:
    keys = credentials_of(amazon)
    assert keys.secret_access_key
    wrong = Access(
        Credentials("keys", keys.access_key_id, Secret("w" * 40)), "eu-west-1", endpoint_url=way.endpoint_url
    )
    found = said(lambda: wrong.client("sts").get_caller_identity())
    assert amazon.demo.access_key_id not in found.as_json() and "w" * 40 not in found.as_json()
