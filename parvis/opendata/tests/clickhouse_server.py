"""What speaks ClickHouse's HTTP protocol in the tests: queries come as forms and run in chdb.

It is no cluster: it shows that what we send is what a server is told, and that we read its answers
and errors.
"""

from __future__ import annotations

import contextlib
import email.message
import email.policy
import re
import threading
import urllib.parse
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from parvis.opendata.queries.engine import engines

_CODE = re.compile(r"Code: (\d+)")


@dataclass
class Seen:
    """The last question: settings of the address, fields of the form, who asked."""

    settings: dict[str, Any] = field(default_factory=dict)
    form: dict[str, Any] = field(default_factory=dict)
    headers: dict[str, Any] = field(default_factory=dict)
    questions: int = 0


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, seen, answers):
        super().__init__(("127.0.0.1", 0), _Handler)
        self.seen, self.answers = seen, answers

    def handle_error(self, *_about):
        """Who went away before the end is no error here."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        seen = self.server.seen
        seen.settings = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(self.path).query))
        seen.headers = dict(self.headers)
        seen.form = self._form()
        seen.questions += 1
        if self.server.answers:
            status, headers, body = self.server.answers.pop(0)
        else:
            status, headers, body = _run(seen)
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        if "Content-Length" not in headers:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        with contextlib.suppress(ConnectionError):
            self.wfile.write(body)

    def _form(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        head = f"Content-Type: {self.headers['Content-Type']}\r\n\r\n".encode()
        whole = email.message_from_bytes(head + body, policy=email.policy.HTTP)
        return {
            part.get_param("name", header="content-disposition"): part.get_payload(decode=True)
            .decode()
            .removesuffix("\r\n")
            for part in whole.iter_parts()
        }

    def log_message(self, *_about):
        """Say nothing."""


def _run(seen):
    """Run a question as a server would, with its settings."""
    given = {name.removeprefix("param_"): text for name, text in seen.form.items()}
    asked = given.pop("query")
    seconds = seen.settings["max_execution_time"]
    asked += f" SETTINGS max_execution_time={seconds}, session_timezone='UTC'"
    try:
        with engines._one_at_a_time:
            answer = engines._clickhouse().query(
                asked, seen.settings["default_format"], params=given
            )
            return 200, {}, answer.bytes()
    except RuntimeError as error:
        code = _CODE.search(str(error)).group(1)
        with engines._one_at_a_time:
            # After a question that was stopped, chdb answers the next one with nothing.
            engines._clickhouse().query("SELECT 1", "TabSeparated")
        status = 408 if code == "159" else 500
        return status, {"X-ClickHouse-Exception-Code": code}, str(error).encode()


@contextlib.contextmanager
def running():
    """Run the server; give its port, what it saw last, and a list of answers to give instead."""
    seen, answers = Seen(), []
    server = _Server(seen, answers)
    serving = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    serving.start()
    try:
        yield server.server_address[1], seen, answers
    finally:
        server.shutdown()
        serving.join()
        server.server_close()
