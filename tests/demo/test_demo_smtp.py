"""The demo's SMTP server, as unchanged smtplib meets it."""

import smtplib
import ssl
from collections.abc import Iterator
from email.message import EmailMessage
from typing import Any

import pytest

from core.demo.faults import SMTP
from core.demo.sigv4 import smtp_password

SIMULATOR = "simulator.amazonses.com"


@pytest.fixture
def mailer(wire: Any) -> Iterator[smtplib.SMTP]:
    with smtplib.SMTP("127.0.0.1", wire.running.smtp.port, timeout=10) as client:
        yield client


def secure(wire: Any, client: smtplib.SMTP, region: str = "eu-west-1", sign_in: bool = True) -> None:
    demo = wire.running.demo
    client._host = "localhost"  # type: ignore[attr-defined]
    client.starttls(context=ssl.create_default_context(cadata=demo.smtp_ca_pem))
    if sign_in:
        client.login(demo.access_key_id, smtp_password(demo.secret_access_key, region))


def letter(to: str = f"success@{SIMULATOR}", source: str = "Jörg <a@example.com>") -> EmailMessage:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = source, to, "Grüße"
    mail.set_content(".a line that begins with a dot\nHallo\n")
    return mail


def test_a_mail_by_smtp_is_told_of_as_one_by_http(
    wire: Any, mailer: smtplib.SMTP, told: str, listener: Any
) -> None:
    secure(wire, mailer)
    mail = letter(f"bounce@{SIMULATOR}")
    mail["X-SES-CONFIGURATION-SET"] = "told"
    code, reply = mailer.mail("a@example.com")
    assert (code, reply) == (250, b"Ok")
    mailer.rcpt(f"bounce@{SIMULATOR}")
    code, reply = mailer.data(bytes(mail))
    assert (code, reply[:3]) == (250, b"Ok ")
    message_id = reply.decode().split()[1]
    listener.wait(lambda: len(listener.kinds(message_id, "eventType")) == 2)
    sent = next(row for row in wire.press("GET", "mail") if row["message_id"] == message_id)
    assert ["Subject", "Grüße"] in sent["headers"]
    assert sent["text"].splitlines()[0] == ".a line that begins with a dot"
    assert sent["operation"] == "SendSmtpEmail"


def test_nothing_goes_without_tls_and_nothing_without_signing_in(wire: Any, mailer: smtplib.SMTP) -> None:
    mailer.ehlo()
    assert mailer.has_extn("starttls")
    assert not mailer.has_extn("auth")
    assert mailer.docmd("MAIL", "FROM:<a@example.com>") == (530, b"Must issue a STARTTLS command first")
    secure(wire, mailer, sign_in=False)
    assert mailer.docmd("MAIL", "FROM:<a@example.com>") == (530, b"Authentication required")


def test_the_certificate_is_the_demos_own(wire: Any, mailer: smtplib.SMTP) -> None:
    with pytest.raises(ssl.SSLCertVerificationError):
        mailer.starttls(context=ssl.create_default_context())


def test_the_api_secret_is_no_smtp_password(wire: Any, mailer: smtplib.SMTP) -> None:
    secure(wire, mailer, sign_in=False)
    with pytest.raises(smtplib.SMTPAuthenticationError) as caught:
        mailer.login(wire.running.demo.access_key_id, wire.running.demo.secret_access_key)
    assert (caught.value.smtp_code, caught.value.smtp_error) == (535, b"Authentication Credentials Invalid")


def test_the_password_belongs_to_its_region_and_so_does_the_sandbox(wire: Any, mailer: smtplib.SMTP) -> None:
    secure(wire, mailer, "us-east-1")
    with pytest.raises(smtplib.SMTPDataError) as caught:
        mailer.send_message(letter("a@example.org", "you@example.com"))
    assert caught.value.smtp_code == 554
    assert caught.value.smtp_error == (
        b"Message rejected: Email address is not verified. The following identities failed the check in region US-EAST-1: a@example.org"
    )


@pytest.mark.parametrize("name", SMTP)
def test_each_reply_of_the_catalogue_comes_at_its_step(wire: Any, name: str) -> None:
    wire.press("POST", "faults", {"name": name})
    code = int(SMTP[name][:3])
    with pytest.raises(smtplib.SMTPResponseException) as caught, smtplib.SMTP(timeout=10) as client:
        code_at_connect, words = client.connect("127.0.0.1", wire.running.smtp.port)
        if code_at_connect != 220:
            raise smtplib.SMTPConnectError(code_at_connect, words)
        secure(wire, client)
        client.send_message(letter())
    assert caught.value.smtp_code == code
    assert caught.value.smtp_error.decode() == SMTP[name][4:]
    with smtplib.SMTP("127.0.0.1", wire.running.smtp.port, timeout=10) as client:
        secure(wire, client)
        assert client.send_message(letter()) == {}
