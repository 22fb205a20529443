"""What the environment says, read in one place, with a clear word when it is missing."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

from config.connections import WatchedConnection

ROOT = Path(__file__).resolve().parent.parent


def text(name: str, default: str | None = None) -> str:
    """Return an environment variable.

    :raises ImproperlyConfigured: if it is absent and has no default
    """
    value = os.environ.get(name, default)
    if value is None:
        message = f"Set {name} in the environment; docs/settings.md says to what."
        raise ImproperlyConfigured(message)
    return value


def flag(name: str, *, default: bool = False) -> bool:
    """Return whether a variable says yes (1, true, yes, on)."""
    return os.environ.get(name, str(default)).lower() in {"1", "true", "yes", "on"}


def words(name: str, default: str = "") -> list[str]:
    """Return the comma-separated words of a variable."""
    return [word.strip() for word in os.environ.get(name, default).split(",") if word.strip()]


def share(name: str, default: str) -> float:
    """Return a part of a whole, above 0 and at most 1.

    :raises ImproperlyConfigured: if it is none
    """
    said = text(name, default)
    try:
        part = float(said)
    except ValueError:
        part = 0.0
    if not 0 < part <= 1:
        message = f"Set {name} to a number above 0, at most 1, such as 0.04; not to {said!r}."
        raise ImproperlyConfigured(message)
    return part


def home() -> Path:
    """Return the folder where this city keeps its files (PARVIS_HOME)."""
    return Path(os.environ.get("PARVIS_HOME", str(ROOT / "var" / "demo")))


def database(url: str) -> dict[str, Any]:
    """Return Django's database settings for a `postgresql://` URL; a `?host=` names a socket
    folder.

    :raises ImproperlyConfigured: if the URL is not PostgreSQL's
    """
    parts = urlsplit(url)
    if parts.scheme not in {"postgres", "postgresql"}:
        raise ImproperlyConfigured("DATABASE_URL must start with postgresql://")
    options: dict[str, Any] = dict(parse_qsl(parts.query))
    host = options.pop("host", parts.hostname or "")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")) or "parvis",
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": host,
        "PORT": str(parts.port or ""),
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": options,
    }


CONNECTIONS = 12
"""As many as a web process has threads (`--blocking-threads`)."""


def pooled(settings: dict[str, Any]) -> dict[str, Any]:
    """Return database settings whose connections the threads of a process share.

    Opening one costs as much as a page's questions, so none is closed between two requests. A web
    server ends threads that idle, and what a thread keeps to itself stays open after it until
    PostgreSQL has no place left for anybody.
    """
    pool = {
        "min_size": 1,
        "max_size": CONNECTIONS,
        "timeout": 10,
        "connection_class": WatchedConnection,
    }
    return {**settings, "OPTIONS": {**settings["OPTIONS"], "pool": pool}}
