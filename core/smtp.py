"""The only door to smtplib: sign in to Amazon's SMTP server, send one mail, once.

TLS is compulsory: from the first byte on ports 465 and 2465, by STARTTLS on the others, always with the certificate and
the host name checked. A session ends after SECONDS in all, however slowly its server speaks. Source: "Using the Amazon SES SMTP interface", "Obtaining Amazon SES SMTP credentials".
"""

import base64
import hashlib
import hmac
import re
import smtplib
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from core.errors import SesDeskError
from core.in_time import ends, left
from core.vault.secret import Secret

TLS_PORTS = (465, 2465)
SECONDS = 13.0  # for a session in all
CONNECT_SECONDS = 5.0  # for one address of the server
_ACCEPTED = re.compile(r"\bOk\s+<?([0-9A-Za-z][0-9A-Za-z@._-]{7,})>?", re.I)


class MaybeSent(SesDeskError):
    """No answer came after the mail was handed over: it may or may not go out. Never repeated by itself."""

    reference = "send-unknown"


class NoSmtpPassword(SesDeskError):
    """There is no long-term secret key to make an SMTP password from."""

    reference = "smtp-temporary-keys"


def password(secret_access_key: Secret, region: str) -> Secret:
    """The SMTP password of a secret access key in one region: a chain of HMAC-SHA256, version byte 4 in front."""
    key = ("AWS4" + secret_access_key.reveal()).encode()
    for message in ("11111111", region, "ses", "aws4_request", "SendRawEmail"):
        key = hmac.new(key, message.encode(), hashlib.sha256).digest()
    return Secret(base64.b64encode(b"\x04" + key).decode())


def sign_in(host: str, port: int, username: Secret, word: Secret, trusted_pem: str | None = None) -> None:
    """Sign in and out again, sending nothing. Raises smtplib's or ssl's errors, which core.diagnosis explains."""
    with _session(host, port, username, word, trusted_pem):
        pass


def send(
    host: str, port: int, username: Secret, word: Secret, sender: str, recipient: str, message: bytes,
    trusted_pem: str | None = None,
) -> str | None:  # fmt: skip
    """Send one message and return Amazon's message id (None when the reply holds none).

    Whatever fails before the mail itself is handed over is raised as it is: it did not go out. A silence or a cut from
    then on raises MaybeSent.
    """
    with _session(host, port, username, word, trusted_pem) as session:
        _expect(session.mail(sender), sender=sender)
        _expect(session.rcpt(recipient))
        try:
            code, said = session.data(message)
        except smtplib.SMTPDataError:
            raise  # answered to DATA itself, before a byte of the mail
        except (TimeoutError, OSError, smtplib.SMTPServerDisconnected) as lost:
            raise MaybeSent("Amazon's answer did not come after the mail was handed over.") from lost
        if not 200 <= code < 300:
            if session.cut or not 400 <= code < 600:  # half an answer, or none of SMTP's
                raise MaybeSent("Amazon's answer could not be read after the mail was handed over.")
            raise smtplib.SMTPDataError(code, said)
    found = _ACCEPTED.search(said.decode("utf-8", "replace"))
    return found[1] if found else None


@contextmanager
def _session(
    host: str, port: int, username: Secret, word: Secret, trusted_pem: str | None
) -> Iterator["_Session"]:
    """A session that is encrypted and signed in."""
    trust = ssl.create_default_context(cadata=trusted_pem)
    with _Ended(SECONDS) as ended:
        session = _Session(host, port, trust if port in TLS_PORTS else None, ended)
        try:
            if port not in TLS_PORTS:
                session.starttls(context=trust)
            session.login(username.reveal(), word.reveal())
            yield session
        except BaseException:
            session.close()  # no farewell to a server that may have fallen silent: it would cost the wait twice
            raise
        try:
            session.quit()
        except (smtplib.SMTPException, OSError):
            session.close()


class _Ended:
    """Hangs up when the time is over, whatever is waited for just then; what that breaks is raised as a time-out."""

    def __init__(self, seconds: float) -> None:
        self.until = ends(seconds)
        self.over = False
        self._line: socket.socket | None = None  # a second handle, which TLS does not take over
        self._clock = threading.Timer(seconds, self._hang_up)
        self._clock.daemon = True

    def watch(self, line: socket.socket) -> None:
        """Hang this line up in the end."""
        self._line = line.dup()
        if self.over:
            self._hang_up()

    def _hang_up(self) -> None:
        self.over = True
        if self._line is not None:
            with suppress(OSError):
                self._line.shutdown(socket.SHUT_RDWR)

    def __enter__(self) -> "_Ended":
        self._clock.start()
        return self

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        self._clock.cancel()
        if self._line is not None:
            self._line.close()
        if self.over and isinstance(error, OSError) and not isinstance(error, TimeoutError):
            raise TimeoutError("timed out") from None  # what it looked like was our own hanging up


class _Session(smtplib.SMTP):
    """smtplib's session over a line that somebody watches; with `trust`, encrypted from the first byte."""

    def __init__(self, host: str, port: int, trust: ssl.SSLContext | None, ended: _Ended) -> None:
        self._trust, self._ended = trust, ended
        super().__init__(host, port, timeout=SECONDS, local_hostname=_name())

    @property
    def cut(self) -> bool:
        """Whether its time is over, so that what was heard last may be half of it."""
        return self._ended.over

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        line = _connected(host, port, self._ended.until)
        self._ended.watch(line)
        line.settimeout(timeout)
        return line if self._trust is None else self._trust.wrap_socket(line, server_hostname=host)


def _connected(host: str, port: int, until: float) -> socket.socket:
    """A line to the first address that takes it. A name may have many, and a firewall may swallow each."""
    refused: OSError = TimeoutError("timed out")
    for family, kind, protocol, _, address in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM):
        if not left(until):
            break
        line = socket.socket(family, kind, protocol)
        try:
            line.settimeout(min(CONNECT_SECONDS, left(until)))
            line.connect(address)
            return line
        except OSError as error:
            refused = error
            line.close()
    raise refused


def _expect(answer: tuple[int, bytes], sender: str = "") -> None:
    code, said = answer
    if not 200 <= code < 300:
        if sender:
            raise smtplib.SMTPSenderRefused(code, said, sender)
        raise smtplib.SMTPResponseException(code, said)


def _name() -> str:
    """What we say in EHLO. Never this machine's own name, which would stand in the mail's Received line."""
    return "[127.0.0.1]"
