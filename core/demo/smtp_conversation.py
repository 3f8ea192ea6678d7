"""One SMTP client of the demo, from greeting to QUIT, answered in SES's own words."""

import base64
import binascii
import re
import socketserver
import ssl
import time
from typing import TYPE_CHECKING

from core.demo import compose, list_management, telling
from core.demo.amazon import Called
from core.demo.faults import SMTP
from core.demo.mail import accept
from core.demo.refusal import Refusal
from core.demo.smtp_words import region_of, reply, step
from core.demo.world import AccessKey, Region

if TYPE_CHECKING:
    from core.demo.smtp import SmtpServer

LARGEST = 40 * 1024 * 1024


class Conversation(socketserver.StreamRequestHandler):
    """One client, from greeting to QUIT."""

    server: "SmtpServer"
    timeout = 60
    secure = False

    def handle(self) -> None:
        """Answer line by line."""
        self.server.amazon.touched = time.monotonic()
        self.key: AccessKey | None = None
        self.region: Region | None = None
        self.sender: str | None = None
        self.recipients: list[str] = []
        self.refusal = ""
        if busy := self._fault("CONNECT"):
            return self._say(busy)
        self._say("220 email-smtp.amazonaws.com ESMTP SimpleEmailService-d-DEMO")
        while line := self.rfile.readline(4096):
            verb, _, rest = line.decode("utf-8", "replace").strip().partition(" ")
            method = getattr(self, f"do_{verb.lower()}", None) if verb.isalpha() else None
            if method is None:
                self._say("502 Error: command not implemented")
            elif verb.lower() in ("auth", "mail", "rcpt", "data") and not self.secure:
                self._say("530 Must issue a STARTTLS command first")
            elif verb.lower() in ("mail", "rcpt", "data") and self.key is None:
                self._say("530 Authentication required")
            elif method(rest.strip()) is False:
                return

    def do_ehlo(self, name: str) -> None:
        """What we can do; AUTH only inside TLS."""
        more = ["AUTH PLAIN LOGIN"] if self.secure else ["STARTTLS"]
        lines = ["email-smtp.amazonaws.com", "8BITMIME", f"SIZE {LARGEST}", *more, "Ok"]
        self._say("\r\n".join(f"250{'-' if each is not lines[-1] else ' '}{each}" for each in lines))

    def do_helo(self, name: str) -> None:
        """The old greeting."""
        self._say("250 email-smtp.amazonaws.com")

    def do_starttls(self, rest: str) -> bool | None:
        """Begin TLS; everything said before is forgotten."""
        if self.secure:
            self._say("503 TLS already started")
            return None
        self._say("220 Ready to start TLS")
        try:
            self.connection = self.server.tls.wrap_socket(self.connection, server_side=True)
        except (ssl.SSLError, OSError):
            return False
        self.rfile, self.wfile = self.connection.makefile("rb"), self.connection.makefile("wb", 0)
        self.secure = True
        return None

    def do_auth(self, rest: str) -> None:
        """PLAIN or LOGIN, with an access key id and the SMTP password of a region."""
        mechanism, _, first = rest.partition(" ")
        try:
            if mechanism.upper() == "PLAIN":
                _, name, password = self._decoded(first or self._ask("")).split("\0")
            elif mechanism.upper() == "LOGIN":
                name = self._decoded(first or self._ask("VXNlcm5hbWU6"))
                password = self._decoded(self._ask("UGFzc3dvcmQ6"))
            else:
                return self._say("504 Unrecognized authentication type")
        except (ValueError, binascii.Error):
            return self._say("501 Invalid authentication parameter")
        self.refusal = self.refusal or self._fault(
            "AUTH"
        )  # for this client whichever mechanism it tries next
        if self.refusal:
            return self._say(self.refusal)
        amazon = self.server.amazon
        with amazon.lock:
            key = amazon.world.keys.get(name)
            region = (
                region_of(amazon, key, password)
                if key is not None and key.active and not key.session_token
                else None
            )
            if key is not None and region is not None:
                key.used_at, key.used_for = amazon.now(), ("ses", region.code)
        code = 235 if region is not None else 535
        amazon.note(
            Called(amazon.now(), "smtp", "AUTH", region.code if region else "", name if key else "", code)
        )
        if region is None:
            return self._say("535 Authentication Credentials Invalid")
        self.key, self.region = key, region
        self._say("235 Authentication successful.")

    def do_mail(self, rest: str) -> None:
        """Who sends it."""
        match = re.match(r"FROM:\s*<([^>]*)>", rest, re.IGNORECASE)
        if match is None:
            return self._say("501 Invalid MAIL FROM address provided")
        self.sender, self.recipients = match[1], []
        self._say("250 Ok")

    def do_rcpt(self, rest: str) -> None:
        """One more recipient."""
        match = re.match(r"TO:\s*<([^>]*)>", rest, re.IGNORECASE)
        if self.sender is None:
            return self._say("503 Error: need MAIL command")
        if match is None or "@" not in match[1]:
            return self._say("553 Invalid email address")
        if len(self.recipients) >= 50:
            return self._say("452 Too many recipients")
        self.recipients.append(match[1])
        self._say("250 Ok")

    def do_data(self, rest: str) -> None:
        """The mail itself; the reply names its message id."""
        if not self.recipients:
            return self._say("503 Error: need RCPT command")
        self._say("354 End data with <CR><LF>.<CR><LF>")
        data = bytearray()
        while (line := self.rfile.readline(65_536)) not in (b".\r\n", b".\n", b""):
            data += line[1:] if line.startswith(b".") else line
            if len(data) > LARGEST:
                return self._say("552 Message is too long.")
        self._say(self._fault("DATA") or self._accept(bytes(data)))
        self.sender, self.recipients = None, []

    def do_rset(self, rest: str) -> None:
        """Forget the mail begun."""
        self.sender, self.recipients = None, []
        self._say("250 Ok")

    def do_noop(self, rest: str) -> None:
        """Nothing."""
        self._say("250 Ok")

    def do_quit(self, rest: str) -> bool:
        """Good bye."""
        self._say("221 Bye")
        return False

    def _accept(self, data: bytes) -> str:
        amazon, region, key = self.server.amazon, self.region, self.key
        if region is None or key is None:
            return "530 Authentication required"
        try:
            with amazon.lock:
                mail = compose.raw(data, "", list(self.recipients))
                mail.source = mail.source or self.sender or ""
                mail.operation, mail.source_ip = "SendSmtpEmail", str(self.client_address[0])
                list_management.check_header(region, mail)
                accept(amazon, region, key, mail, "ses:SendRawEmail")
                list_management.equip(region, mail, "")
                telling.send(amazon, region, mail)
                amazon.keep()
            amazon.note(Called(amazon.now(), "smtp", "DATA", region.code, key.id, 250))
            return f"250 Ok {mail.message_id}"
        except Refusal as refusal:
            said = reply(refusal)
            amazon.note(
                Called(amazon.now(), "smtp", "DATA", region.code, key.id, int(said[:3]), refusal.code)
            )
            return said

    def _fault(self, action: str) -> str:
        """The reply asked for at this step, empty for none."""
        faults = self.server.amazon.faults
        wanted = next((f for f in faults.waiting if f.name in SMTP and step(SMTP[f.name]) == action), None)
        if wanted is None:
            return ""
        wanted.action = action
        taken = faults.take("smtp", action)
        return SMTP[taken.name] if taken is not None and taken.name in SMTP else ""

    def _ask(self, challenge: str) -> str:
        self._say(f"334 {challenge}")
        return self.rfile.readline(4096).decode("ascii", "replace").strip()

    @staticmethod
    def _decoded(text: str) -> str:
        return base64.b64decode(text, validate=True).decode()

    def _say(self, line: str) -> None:
        self.wfile.write(line.encode() + b"\r\n")
