"""The demo's SMTP submission server: STARTTLS, AUTH with SES SMTP passwords, and SES's own replies.

Source: SES developer guide, "Sending email using the SMTP interface" and "Troubleshooting SMTP issues".
The region is the one whose derived password was given: Amazon has a server per region, the demo one for all.
"""

import socketserver
import ssl
import tempfile
from pathlib import Path
from typing import Any

from core.demo.amazon import Amazon
from core.demo.smtp_conversation import Conversation


class SmtpServer(socketserver.ThreadingTCPServer):
    """Serves one Amazon by SMTP on loopback."""

    allow_reuse_address = True
    daemon_threads = True

    def __init__(self, amazon: Amazon, port: int = 0) -> None:
        self.amazon = amazon
        self.tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        with tempfile.TemporaryDirectory() as folder:  # ssl reads keys from files alone
            file = Path(folder) / "smtp.pem"
            file.touch(mode=0o600)
            file.write_text(amazon.world.smtp_key + amazon.world.smtp_certificate)
            self.tls.load_cert_chain(file)
        super().__init__(("127.0.0.1", port), Conversation)

    @property
    def port(self) -> int:
        """Where it listens."""
        return int(self.server_address[1])

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that hung up is not worth a word."""
