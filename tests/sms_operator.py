"""An operator of text messages for tests: a real socket, the protocol of `config.fakes.sms`."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator

from config.fakes.sms import KEY, SENDER, USER, Operator

__all__ = ["KEY", "SENDER", "USER", "Operator", "running"]


@contextlib.contextmanager
def running(settings: object) -> Iterator[Operator]:
    """Run an operator on a free port and make the city use it."""
    operator = Operator(0)
    thread = threading.Thread(target=operator.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    known = {
        "PARVIS_SMS_URL": f"http://127.0.0.1:{operator.server_port}",
        "PARVIS_SMS_USER": USER,
        "PARVIS_SMS_PASSWORD": KEY,
        "PARVIS_SMS_SENDER": SENDER,
    }
    for name, value in known.items():
        setattr(settings, name, value)
    try:
        yield operator
    finally:
        operator.shutdown()
        thread.join()
        operator.server_close()
