"""A city of its own for the measurements: the same program as `make demo`, in a folder that is
thrown away."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil

from config.environment import ROOT

_PATIENCE = 480.0


@dataclass(frozen=True, slots=True, kw_only=True)
class City:
    """A running city: `address` without a trailing slash, `home` its folder, seconds it took to
    open."""

    address: str
    home: Path
    opened_in: float

    @property
    def database_url(self) -> str:
        """Return the URL of the city's database."""
        return (self.home / "database-url").read_text(encoding="utf-8")

    @property
    def accounts(self) -> dict[str, dict[str, str]]:
        """Return the demonstration's accounts by name."""
        ready = json.loads((self.home / "demo.json").read_text(encoding="utf-8"))
        return {account["name"]: account for account in ready["accounts"]}

    def ask(self, module: str, *given: str) -> Any:
        """Run a module inside the city's program, and return what it prints as JSON on its last
        line, after what it logs.

        :raises RuntimeError: if it fails
        """
        environment = {
            **os.environ,
            "DATABASE_URL": self.database_url,
            "PARVIS_HOME": str(self.home),
            "PARVIS_SECRET_KEY": (self.home / "secret-key").read_text(encoding="utf-8"),
        }
        command = [sys.executable, "-m", module, *given]
        program = psutil.Popen(command, cwd=ROOT, env=environment, stdout=-1)
        said, _nothing = program.communicate()
        if program.returncode:
            message = f"{' '.join(command[2:])} failed"
            raise RuntimeError(message)
        return json.loads(said.splitlines()[-1])


@contextlib.contextmanager
def folder() -> Iterator[Path]:
    """Give a folder that the database's own user may enter, and throw it away afterwards."""
    with tempfile.TemporaryDirectory(prefix="parvis-city-", ignore_cleanup_errors=True) as path:
        Path(path).chmod(0o755)
        yield Path(path) / "city"


@contextlib.contextmanager
def running(home: Path) -> Iterator[City]:
    """Run a city on a free port until the block ends.

    :raises RuntimeError: if it does not open
    """
    port = free_port()
    (home / "demo.json").unlink(missing_ok=True)
    environment = {k: v for k, v in os.environ.items() if k not in _OURS}
    command = [sys.executable, "-m", "config.console", "demo", "--port", str(port)]
    command += ["--data", str(home)]
    began = time.monotonic()
    with (home.parent / "program.log").open("ab") as log:
        program = psutil.Popen(command, stdout=log, stderr=log, env=environment)
    try:
        _wait_for(home / "demo.json", program, home.parent / "program.log")
        address = f"http://localhost:{port}"
        yield City(address=address, home=home, opened_in=time.monotonic() - began)
    finally:
        with contextlib.suppress(psutil.NoSuchProcess):
            program.send_signal(signal.SIGINT)
        program.wait(30)


_OURS = {"DATABASE_URL", "PARVIS_HOME", "DJANGO_SETTINGS_MODULE", "PARVIS_TEST_TEMPLATE"}


def free_port() -> int:
    """Return a port nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_for(ready: Path, program: psutil.Popen, log: Path) -> None:
    deadline = time.monotonic() + _PATIENCE
    while time.monotonic() < deadline:
        if ready.exists():
            return
        if program.poll() is not None:
            break
        time.sleep(0.05)
    message = f"the city did not open:\n{log.read_text(encoding='utf-8')[-2000:]}"
    raise RuntimeError(message)
