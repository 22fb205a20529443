"""A service that hears that a sign-in is over, over a real socket."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from urllib.parse import parse_qs


@contextmanager
def a_service_that_listens(
    answers=200, *, port=0
) -> Iterator[tuple[str, list[tuple[str, dict[str, list[str]]]]]]:
    """Run a server that hears logout tokens; yield its address and what it heard."""
    heard: list[tuple[str, dict[str, list[str]]]] = []

    class Listener(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            heard.append((self.headers["Content-Type"], parse_qs(body)))
            self.send_response(answers)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_args):
            pass

    server = HTTPServer(("127.0.0.1", port), Listener)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/logout", heard
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
