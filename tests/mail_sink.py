"""A mail relay for tests: real SMTP on the loopback, keeps what arrives, misbehaves on demand."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Callable
from email import message_from_bytes
from email.message import Message
from types import SimpleNamespace

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

OK = "250 OK"


class Sink:
    """Keeps every message it has read to the end, whatever it then answers."""

    def __init__(self) -> None:
        self.arrived: list[Message] = []
        self.rcpt_answers: list[str] = []
        self.data_answers: list[str] = []
        self.hang_up_after_data = False
        self.delay = 0.0
        self.on_rcpt: Callable[[int], None] | None = None
        self.on_arrival: Callable[[int], None] | None = None
        self._rcpts = 0
        self._lock = threading.Lock()

    @property
    def message_ids(self) -> list[str]:
        """Return the Message-ID of everything that arrived, in order."""
        with self._lock:
            return [str(message["Message-ID"]) for message in self.arrived]

    def has(self, count: int) -> bool:
        """Say whether so many messages have arrived."""
        return len(self.arrived) >= count

    async def take_addressee(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Accept an addressee, or answer what the test wants."""
        self._rcpts += 1
        if self.on_rcpt:
            self.on_rcpt(self._rcpts)
        if self.rcpt_answers:
            return self.rcpt_answers.pop(0)
        envelope.rcpt_tos.append(address)
        return OK

    async def take_message(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        """Keep the message, wait as long as the test wants, and answer."""
        answer = self.data_answers.pop(0) if self.data_answers else OK
        if answer == OK:
            with self._lock:
                self.arrived.append(message_from_bytes(envelope.original_content or b""))
            if self.on_arrival:
                self.on_arrival(len(self.arrived))
        await asyncio.sleep(self.delay)
        if self.hang_up_after_data and server.transport is not None:
            server.transport.close()
        return answer


def start(sink: Sink) -> Controller:
    """Serve a sink on a free port of the loopback; the caller stops the controller."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    hooks = SimpleNamespace(handle_RCPT=sink.take_addressee, handle_DATA=sink.take_message)
    controller = Controller(hooks, hostname="127.0.0.1", port=port)
    controller.start()
    return controller
