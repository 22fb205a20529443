"""Programs of others, called by a name: its numbers, within a time, and which may be called."""

from __future__ import annotations

import datetime as dt
import ipaddress
import socket
import threading
from collections.abc import Iterable
from concurrent.futures import Future


def numbers_of(host: str, port: int, *, within: dt.timedelta) -> list[str]:
    """Return the numbers of a name, looked up once: whoever asks a name again may be told others.

    :raises OSError: if it has none; TimeoutError if nobody says so in time
    :raises UnicodeError: if it is no name
    """
    found: Future[list[str]] = Future()

    def look_up() -> None:
        try:
            known = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
            found.set_result([str(one[4][0]).split("%")[0] for one in known])
        except (OSError, UnicodeError) as error:
            found.set_exception(error)

    # The system's own look-up cannot be called off, and a pool would wait for its end: a thread
    # that nobody waits for does it.
    threading.Thread(target=look_up, name="look-up", daemon=True).start()
    return found.result(timeout=within.total_seconds())


def may_be_called(number: str, *, private_networks: Iterable[str]) -> bool:
    """Tell whether a number of the network is public, or in one of these networks of ours."""
    address = ipaddress.ip_address(number)
    # An address of the old kind within one of the new is what it says inside.
    inner = getattr(address, "ipv4_mapped", None) or getattr(address, "sixtofour", None)
    real = inner or address
    if real.is_global and not real.is_multicast:
        return True
    networks = [ipaddress.ip_network(one) for one in private_networks]
    return any(real.version == one.version and real in one for one in networks)
