"""A pytest plugin: a real PostgreSQL for the tests, started before Django reads its settings.

Loaded by `-p config.testing`: pytest-django reads settings before any conftest.
`DATABASE_URL` names another server instead.
"""

from __future__ import annotations

import atexit
import contextlib
import os
import tempfile
from pathlib import Path

from config import databases, languages, postgres

_open = contextlib.ExitStack()


def _start_database() -> None:
    """Start one server for all workers; they inherit DATABASE_URL from the first process."""
    if "DATABASE_URL" in os.environ:
        return
    folder = Path(_open.enter_context(tempfile.TemporaryDirectory(prefix="parvis-tests-")))
    # As root the server runs under a user of its own, who must be able to reach its folder.
    folder.chmod(0o755)
    server = _open.enter_context(postgres.running(folder / "postgres"))
    os.environ["DATABASE_URL"] = databases.ensure_database(server, "parvis")
    os.environ["PARVIS_TEST_TEMPLATE"] = "parvis"


# The browser driver keeps an event loop in this thread; our database calls beside it are not async.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
languages.compile_all()
atexit.register(_open.close)
_start_database()


def pytest_unconfigure() -> None:
    """Stop what this process started."""
    _open.close()
