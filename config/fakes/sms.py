"""A text message operator, played on the loopback: GSMA OneAPI 1.0, and what it carried, to read.

`GET /` shows the messages to people, `GET /messages.json` to programs, newest first; `?to=` keeps
those to one number. A number that ends in 0000 is refused for good, one that ends in 0503 for now.
"""

from __future__ import annotations

import base64
import html
import json
import sys
import threading
import time
import uuid
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

USER = "parvis"
KEY = "texts-of-the-demonstration"
SENDER = "+33700000039"
_KEPT = 500
_LARGEST = 20_000
_PAGE = """<!doctype html><html lang="fr"><meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1"><title>SMS</title>
<style>:root{{color-scheme:light dark}}body{{font:1.05rem/1.5 system-ui,sans-serif;max-width:42rem;
margin:1.5rem auto;padding:0 1rem}}li{{margin:0 0 1rem;padding:0 0 1rem;border-bottom:1px solid}}
ol{{list-style:none;padding:0}}p{{margin:.2rem 0;overflow-wrap:anywhere;white-space:pre-wrap}}
</style><h1>Les SMS de la démonstration</h1>
<p lang="en">The text messages of the demonstration: none leaves this machine.</p>
{messages}</html>"""


def settings(address: str) -> dict[str, str]:
    """Return what makes a city send its text messages here."""
    return {
        "PARVIS_SMS_URL": address,
        "PARVIS_SMS_USER": USER,
        "PARVIS_SMS_PASSWORD": KEY,
        "PARVIS_SMS_SENDER": SENDER,
    }


class Operator(ThreadingHTTPServer):
    """The operator and what it carried: `messages` is oldest first, `doubles` counts repeats."""

    daemon_threads = True

    def __init__(self, port: int) -> None:
        super().__init__(("127.0.0.1", port), Counter)
        self.lock = threading.Lock()
        self.messages: list[dict[str, str]] = []
        self.doubles = 0
        # What the next requests are answered instead of being served, for a test to say.
        self.answers: list[int] = []
        self.drops = False

    @property
    def address(self) -> str:
        """Where it listens."""
        return f"http://localhost:{self.server_port}"

    def carry(self, asked: dict[str, Any], sender: str) -> str:
        """Keep the message to each number; return its resource, the same for the same correlator.

        :raises ValueError: if the request is not one of the standard
        """
        to = [_number(one) for one in asked["address"]]
        words = str(asked["outboundSMSTextMessage"]["message"])
        if not to or not words or asked["senderAddress"] != sender:
            raise ValueError("SVC0002")
        named = str(asked.get("clientCorrelator") or uuid.uuid4())
        with self.lock:
            if any(message["reference"] == named for message in self.messages):
                self.doubles += 1
                return named
            at = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
            self.messages += [
                {"to": one, "text": words, "reference": named, "received_at": at} for one in to
            ]
            del self.messages[:-_KEPT]
        return named


class Counter(BaseHTTPRequestHandler):
    """What answers one request."""

    server: Operator
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        """Show what was carried."""
        parts = urlsplit(self.path)
        to = "".join(parse_qs(parts.query).get("to", [])).replace(" ", "+", 1)
        with self.server.lock:
            found = [one for one in reversed(self.server.messages) if to in ("", one["to"])]
        if parts.path == "/messages.json":
            self._answer(HTTPStatus.OK, {"messages": found})
        elif parts.path == "/":
            self._send(HTTPStatus.OK, _page(found).encode(), "text/html; charset=utf-8")
        else:
            self._fault(HTTPStatus.NOT_FOUND, "SVC0004")

    def do_POST(self) -> None:
        """Take one message, as the standard says."""
        length = int(self.headers.get("Content-Length") or 0)
        body = self.rfile.read(min(length, _LARGEST))
        if self.server.answers:
            self._fault(HTTPStatus(self.server.answers.pop(0)), "SVC0001")
        elif not self._is_known():
            self._fault(HTTPStatus.UNAUTHORIZED, "POL0001")
        else:
            self._take(body)

    def log_message(self, *_args: Any) -> None:
        """Say nothing: a log would repeat who was written to."""

    def _is_known(self) -> bool:
        owner = base64.b64encode(f"{USER}:{KEY}".encode()).decode()
        return self.headers.get("Authorization") == f"Basic {owner}"

    def _take(self, body: bytes) -> None:
        path = self.path.split("/")
        try:
            asked = json.loads(body)["outboundSMSMessageRequest"]
            sender = _sender(path)
            refusal = _refusal(asked["address"])
            named = "" if refusal else self.server.carry(asked, sender)
        except (ValueError, KeyError, TypeError):
            self._fault(HTTPStatus.BAD_REQUEST, "SVC0002")
            return
        if refusal:
            self._fault(refusal, "SVC0004")
        elif self.server.drops:
            # It has the message, and its answer is lost on the way.
            self.close_connection = True
        else:
            url = f"{self.server.address}{self.path}/{named}"
            self._answer(
                HTTPStatus.CREATED, {"outboundSMSMessageRequest": {**asked, "resourceURL": url}}
            )

    def _fault(self, status: HTTPStatus, code: str) -> None:
        fault = {"messageId": code, "text": status.phrase, "variables": []}
        self._answer(status, {"requestError": {"serviceException": fault}})

    def _answer(self, status: HTTPStatus, said: dict[str, Any]) -> None:
        self._send(status, json.dumps(said, ensure_ascii=False).encode(), "application/json")

    def _send(self, status: HTTPStatus, body: bytes, kind: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Cache-Control", "no-store")
        self.end_headers()
        self.wfile.write(body)


def _sender(path: list[str]) -> str:
    if path[:4] != ["", "smsmessaging", "v1", "outbound"] or path[5:] != ["requests"]:
        raise ValueError("SVC0004")
    return unquote(path[4])


def _number(address: Any) -> str:
    scheme, _colon, number = str(address).partition(":")
    if scheme != "tel" or not number.startswith("+") or not number[1:].isdigit():
        raise ValueError("SVC0004")
    return number


def _refusal(addresses: list[str]) -> HTTPStatus | None:
    if any(one.endswith("0000") for one in addresses):
        return HTTPStatus.BAD_REQUEST
    if any(one.endswith("0503") for one in addresses):
        return HTTPStatus.SERVICE_UNAVAILABLE
    return None


def _page(messages: list[dict[str, str]]) -> str:
    said = "".join(
        f"<li><p><strong>{html.escape(one['to'])}</strong> "
        f"<small>{html.escape(one['received_at'])}</small></p><p>{html.escape(one['text'])}</p></li>"
        for one in messages
    )
    return _PAGE.format(messages=f"<ol>{said}</ol>" if said else "<p>Aucun SMS pour le moment.</p>")


def main() -> None:
    """Serve until stopped: `python -m config.fakes.sms <port>`."""
    Operator(int(sys.argv[1])).serve_forever()


if __name__ == "__main__":
    main()
