"""SMTP against a real server with STARTTLS and AUTH: signed in, sent once, and never in the clear."""

import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import trustme
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP as Server
from aiosmtpd.smtp import AuthResult, Envelope, LoginPassword, Session

from core import smtp
from core.connect.letter import mime, write
from core.diagnosis import Context, explain
from core.vault import Secret

ID, SECRET = "AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
LETTER = write(
    "news@example.com", "Jürgen", "you@example.org", "Grüße\r\nBcc: x@example.org", "Hallo ä\n.\nEnde"
)
ABOUT = Context(region="us-east-1", transport="smtp", host="127.0.0.1")


pytestmark = pytest.mark.filterwarnings("ignore:Requiring AUTH:UserWarning")


@dataclass
class Post:
    """The server, its CA, and what it got. `reply` is what it says to the mail itself."""

    port: int
    tls_port: int
    pem: str
    got: list[Envelope] = field(default_factory=list)
    secured: list[bool] = field(default_factory=list)
    reply: str = "250 Ok 0102019abcdef012-1234abcd-000000"


@pytest.fixture(scope="module")
def post(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Post]:
    authority = trustme.CA()
    trust = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert("127.0.0.1").configure_cert(trust)
    here = Post(0, 0, authority.cert_pem.bytes().decode())
    right = {ID.encode(): smtp.password(Secret(SECRET), "us-east-1").reveal().encode()}

    class Handler:
        async def handle_DATA(self, server: Server, session: Session, envelope: Envelope) -> str:
            here.got.append(envelope)
            here.secured.append(session.ssl is not None)
            return here.reply

    def authenticate(
        server: Server, session: Session, envelope: Envelope, mechanism: str, data: LoginPassword
    ) -> AuthResult:
        said = isinstance(data, LoginPassword) and right.get(data.login) == data.password
        return AuthResult(success=said, handled=False)

    class Wrapped(Controller):
        def factory(self) -> Server:
            return Server(
                self.handler,
                authenticator=authenticate,
                auth_required=True,
                auth_require_tls=self.SMTP_kwargs.get("require_starttls", False),
                **self.SMTP_kwargs,
            )

    free = [_free(), _free()]
    plain = Wrapped(Handler(), "127.0.0.1", free[0], require_starttls=True, tls_context=trust)
    wrapped = Wrapped(Handler(), "127.0.0.1", free[1], ssl_context=trust)
    plain.start()
    wrapped.start()
    here.port, here.tls_port = free
    yield here
    plain.stop()
    wrapped.stop()


def _free() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


@pytest.fixture(autouse=True)
def fresh(post: Post) -> None:
    post.got.clear()
    post.secured.clear()
    post.reply = "250 Ok 0102019abcdef012-1234abcd-000000"


def send(post: Post, word: Secret | None = None, port: int | None = None) -> str | None:
    word = word or smtp.password(Secret(SECRET), "us-east-1")
    return smtp.send(
        "127.0.0.1",
        port or post.port,
        Secret(ID),
        word,
        LETTER.sender,
        LETTER.recipient,
        mime(LETTER),
        post.pem,
    )


@pytest.mark.parametrize(
    ("region", "expected"),
    [
        ("us-east-1", "BLBM/9hSUELfq8Gw+rU1YcBjkOxGbhT2XG763xVLGWL9"),
        ("us-west-2", "BF2PynzbSCAjX08zhZZnP/kW+T9P5zs/1Er0pi5vTEmd"),
        ("eu-west-1", "BMW5RDrXmmVs0lV7GpI4oLkHXpZ4stDsk6q91z1g38Pk"),
    ],
)
def test_the_password_is_derived_per_region(region: str, expected: str) -> None:
    assert smtp.password(Secret(SECRET), region) == Secret(expected)


def test_a_mail_goes_once_encrypted_and_whole(post: Post) -> None:
    assert send(post) == "0102019abcdef012-1234abcd-000000"
    assert len(post.got) == 1  # a server that waits for TLS hears nothing else
    content = post.got[0].content
    assert isinstance(content, bytes) and content.isascii() and b"\r\nBcc:" not in content
    assert post.got[0].mail_from == "news@example.com" and post.got[0].rcpt_tos == ["you@example.org"]


def test_tls_from_the_first_byte_works_too(post: Post, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(smtp, "TLS_PORTS", (post.tls_port,))
    assert send(post, port=post.tls_port)  # a server that waits for TLS hears nothing else


def test_the_password_of_another_region_is_refused_with_words(post: Post) -> None:
    with pytest.raises(Exception) as refused:
        send(post, smtp.password(Secret(SECRET), "eu-west-1"))
    said = explain(refused.value, ABOUT)
    assert said.reference == "smtp-sign-in-refused" and SECRET not in said.as_json() and post.got == []


def test_a_certificate_nobody_vouches_for_ends_it_before_the_password(post: Post) -> None:
    with pytest.raises(ssl.SSLCertVerificationError):
        smtp.sign_in("127.0.0.1", post.port, Secret(ID), Secret("x"))
    with pytest.raises(ssl.SSLCertVerificationError):  # the right certificate for another name
        smtp.sign_in("localhost", post.port, Secret(ID), Secret("x"), post.pem)


@pytest.mark.parametrize(
    ("reply", "reference"),
    [("554 Message rejected: Sending suspended for this account.", "sending-suspended"), ("454 Throttling failure: Daily message quota exceeded.", "daily-quota-used")],
)  # fmt: skip
def test_a_refusal_of_the_mail_is_a_refusal(post: Post, reply: str, reference: str) -> None:
    post.reply = reply
    with pytest.raises(Exception) as refused:
        send(post)
    assert explain(refused.value, ABOUT).reference == reference


def test_a_reply_without_an_id_is_still_accepted(post: Post) -> None:
    post.reply = "250 OK"
    assert send(post) is None and len(post.got) == 1


def test_a_server_that_offers_no_encryption_is_given_no_password(tmp_path: Path) -> None:
    seen = bytearray()
    port = _old_server(seen, b"250 old\r\n")
    with pytest.raises(Exception) as refused:
        smtp.sign_in("127.0.0.1", port, Secret(ID), Secret("hush"))
    assert explain(refused.value, ABOUT).reference == "smtp-needs-tls"
    assert b"hush" not in seen and b"AUTH" not in seen.upper()


def _old_server(seen: bytearray, hello: bytes) -> int:
    """A server of long ago that knows EHLO and nothing else."""
    listening = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        one, _ = listening.accept()
        with one, listening:
            one.sendall(b"220 old\r\n")
            while heard := one.recv(1024):
                seen.extend(heard)
                one.sendall(hello if heard.upper().startswith(b"EHLO") else b"221 bye\r\n")

    threading.Thread(target=serve, daemon=True).start()
    return int(listening.getsockname()[1])


@pytest.mark.parametrize("tls", [False, True])
def test_a_server_that_speaks_ever_so_slowly_is_hung_up_on(
    tls: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A byte now and then keeps every single wait short, and would keep the whole one going for ever."""
    monkeypatch.setattr(smtp, "SECONDS", 0.6)
    over = threading.Event()
    port = _dripping_server(over, b"\x16\x03\x03\x40\x00" if tls else b"2")
    monkeypatch.setattr(smtp, "TLS_PORTS", (port,) if tls else ())
    with pytest.raises(TimeoutError) as refused:
        smtp.sign_in("127.0.0.1", port, Secret(ID), Secret("hush"))
    over.set()
    said = explain(refused.value, ABOUT)
    assert said.known and said.whose_side == "network"


def _dripping_server(over: threading.Event, begins: bytes) -> int:
    """What begins like an answer, of TLS or of SMTP, and never comes to its end."""
    listening = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        one, _ = listening.accept()
        with one, listening, suppress(OSError):
            one.sendall(begins)
            while not over.wait(0.1):
                one.sendall(b"0")

    threading.Thread(target=serve, daemon=True).start()
    return int(listening.getsockname()[1])


@pytest.mark.parametrize("when", ["DATA", "end"])
def test_a_line_cut_while_handing_over_is_unknown_and_before_it_is_not(
    post: Post, when: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    import smtplib

    def cut(self: smtplib.SMTP, message: object) -> tuple[int, bytes]:
        if when == "DATA":
            self.close()
            raise smtplib.SMTPServerDisconnected("gone")
        raise TimeoutError("silence")

    monkeypatch.setattr(smtplib.SMTP, "data", cut)
    with pytest.raises(smtp.MaybeSent):
        send(post)


def test_temporary_keys_have_no_smtp_password() -> None:
    from core.aws.access import Access
    from core.aws.check import smtp_login
    from core.connect.keys import clean

    temporary = clean("ASIAIOSFODNN7EXAMPLE", SECRET, "FwoGZXIvYXdzEJr" * 10)
    with pytest.raises(smtp.NoSmtpPassword) as refused:
        smtp_login(Access(temporary, "us-east-1", "smtp"))
    assert explain(refused.value).reference == "smtp-temporary-keys"
