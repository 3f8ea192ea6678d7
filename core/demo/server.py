"""The demo Amazon's HTTP server: one port on loopback for every service, a thread per connection."""

import socketserver
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit

from core.demo import control, dispatch, list_management
from core.demo.amazon import Amazon
from core.demo.answers import Answer
from core.demo.sigv4 import Request

LARGEST = 64 * 1024 * 1024
LINKS = ("Action=ConfirmSubscription", "Action=Unsubscribe")


class Server(ThreadingHTTPServer):
    """Serves one Amazon. Bound to 127.0.0.1, whatever is asked for."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, amazon: Amazon, port: int = 0) -> None:
        self.amazon = amazon
        super().__init__(("127.0.0.1", port), Handler)

    def server_bind(self) -> None:
        """Bind without asking a name server for our own name."""
        socketserver.TCPServer.server_bind(self)
        self.server_name, self.server_port = "localhost", self.server_address[1]

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that hung up is not worth a word."""

    @property
    def url(self) -> str:
        """The endpoint to give to boto3."""
        return f"http://127.0.0.1:{self.server_port}"


class Handler(BaseHTTPRequestHandler):
    """Reads a request whole, lets dispatch or control answer it, writes the answer in one piece."""

    server: Server
    protocol_version = "HTTP/1.1"
    server_version = "SES-Desk-demo"
    sys_version = ""
    timeout = 120
    disable_nagle_algorithm = True

    def handle_one_request(self) -> None:
        """Any method is welcome: the services decide."""
        try:
            self.raw_requestline = self.rfile.readline(65_537)
            if not self.raw_requestline:
                self.close_connection = True
                return
            if self.parse_request():
                self._answer()
                self.wfile.flush()
        except (TimeoutError, ConnectionError):
            self.close_connection = True

    def _answer(self) -> None:
        length = self.headers.get("Content-Length", "0")
        if not length.isdigit() or int(length) > LARGEST:
            self.close_connection = True
            return self._write(Answer(413))
        url = urlsplit(self.path)
        headers = {name.lower(): value for name, value in self.headers.items()}
        request = Request(self.command, url.path, url.query, headers, self.rfile.read(int(length)))
        amazon = self.server.amazon
        amazon.touched = time.monotonic()
        if url.path.startswith("/_demo"):
            return self._write(control.answer(amazon, request))
        if url.path == f"/{amazon.world.certificate_name}":
            return self._write(Answer(200, amazon.world.certificate.encode(), "application/x-pem-file"))
        if url.path.startswith(list_management.PATH):
            with amazon.lock:
                status, page = list_management.answer(amazon, request)
            return self._write(Answer(status, page.encode(), "text/html; charset=utf-8"))
        asked = url.query or request.body.decode("utf-8", "replace")
        if "authorization" not in headers and any(link in asked for link in LINKS):
            return self._write(dispatch.unsigned(amazon, request))
        self._write(dispatch.answer(amazon, request, str(self.client_address[0]), self.server.url))

    def _write(self, answer: Answer) -> None:
        if answer.way:
            self.close_connection = True
            if answer.way.startswith("timeout"):
                time.sleep(answer.seconds)
            return
        self.send_response(answer.status)
        for name, value in {"Content-Type": answer.kind, **answer.headers}.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(answer.body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(answer.body)

    def date_time_string(self, timestamp: float | None = None) -> str:
        """The Date header, by this Amazon's clock: people compare it with their own."""
        return super().date_time_string(self.server.amazon.now() / 1000 if timestamp is None else timestamp)

    def log_message(self, format: str, *args: Any) -> None:
        """No access log: `/_demo/calls` tells what was called."""
