"""Who of the parties outside a demonstration plays, and how the city is told where they are."""

from __future__ import annotations

import socket
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from config.fakes import franceconnect, proconnect, sms


@dataclass(frozen=True, slots=True, kw_only=True)
class Fake:
    """A party played by a module that is run as `python -m <module> <port>`.

    `settings(address)` returns the environment variables that make the city use the party at
    `address` ("http://localhost:9001"). A city whose environment already names another is left to
    it, and the fake is not started.
    """

    name: str
    module: str
    settings: Callable[[str], Mapping[str, str]]


FAKES: tuple[Fake, ...] = (
    Fake(
        name="franceconnect",
        module="config.fakes.franceconnect",
        settings=franceconnect.settings,
    ),
    Fake(name="proconnect", module="config.fakes.proconnect", settings=proconnect.settings),
    Fake(name="sms", module="config.fakes.sms", settings=sms.settings),
)


def free_port(wanted: int = 0) -> int:
    """Return a free port of the loopback: the wanted one if it is free."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", wanted))
        except OSError:
            probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
