"""What every party on the loopback needs to answer over HTTP."""

from __future__ import annotations

import html
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, NamedTuple, Protocol
from urllib.parse import parse_qsl, urlsplit


class Answer(NamedTuple):
    """What a page or an endpoint answers."""

    status: int
    body: str = ""
    kind: str = "text/html; charset=utf-8"
    headers: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """One request: the fields of its query or form, its body, and the headers that matter."""

    method: str
    path: str
    sent: dict[str, str]
    body: bytes = b""
    authorization: str = ""
    cookies: str = ""
    kind: str = ""


class Party(Protocol):
    """Somebody who answers at an address of the loopback ("http://localhost:9001")."""

    def move_to(self, address: str) -> None:
        """Take note of the address."""

    def answer(self, heard: Heard) -> Answer:
        """Answer one request."""


@contextmanager
def serving(party: Party, port: int = 0) -> Iterator[str]:
    """Answer at a port of the loopback, a free one for 0, to the end of the block; say where."""
    server = ThreadingHTTPServer(("127.0.0.1", port), _handler(party))
    address = f"http://localhost:{server.server_address[1]}"
    party.move_to(address)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.daemon = True
    thread.start()
    try:
        yield address
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def run(party: Party, port: int) -> None:
    """Answer until the process is ended."""
    with serving(party, port):
        threading.Event().wait()


def _handler(party: Party) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._answer(urlsplit(self.path).query, b"")

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            self._answer(body.decode("utf-8", "replace"), body)

        def _answer(self, fields: str, body: bytes) -> None:
            heard = Heard(
                method=self.command,
                path=urlsplit(self.path).path,
                sent=dict(parse_qsl(fields, keep_blank_values=True)),
                body=body,
                authorization=self.headers.get("Authorization", ""),
                cookies=self.headers.get("Cookie", ""),
                kind=self.headers.get("Content-Type", ""),
            )
            said = party.answer(heard)
            self.send_response(said.status)
            for name, value in (*said.headers, ("Content-Type", said.kind)):
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(said.body.encode())))
            self.end_headers()
            self.wfile.write(said.body.encode())

        def log_message(self, *_args: Any) -> None:
            """Keep quiet: addresses hold codes and names."""

    return Handler


def redirect(url: str) -> Answer:
    """Send the browser elsewhere."""
    return Answer(HTTPStatus.SEE_OTHER, headers=(("Location", url),))


def as_json(said: Any, *, status: int = HTTPStatus.OK) -> Answer:
    """Answer a program."""
    return Answer(status, json.dumps(said, ensure_ascii=False), "application/json")


def page(title: str, body: str, *, status: int = HTTPStatus.OK) -> Answer:
    """Answer a person; `body` is HTML."""
    written = (
        '<!doctype html><html lang="fr"><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{html.escape(title)}</title><style>body{{font:1.1rem/1.6 system-ui;"
        "max-width:36rem;margin:2rem auto;padding:0 1rem}li{margin:.6rem 0}</style>"
        f"<h1>{html.escape(title)}</h1>{body}</html>"
    )
    return Answer(status, written)


def error(code: str, why: str) -> Answer:
    """Tell a person that a request is refused, and why."""
    return page(code, f"<p>{html.escape(why)}</p>", status=HTTPStatus.BAD_REQUEST)
