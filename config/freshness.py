"""Is a demonstration city loaded with this code, today? Answered without setting Django up."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterator
from pathlib import Path

from config.environment import ROOT

_STAMP = "loaded"


def is_loaded(home: Path, *, database_url: str) -> bool:
    """Tell whether `mark_loaded` was said of this folder, database, code and day."""
    stamp = home / _STAMP
    return stamp.exists() and stamp.read_text(encoding="utf-8") == _now(database_url)


def is_same_code(home: Path, *, database_url: str) -> bool:
    """Tell the same whatever the day."""
    stamp = home / _STAMP
    fingerprint, _, _day = _now(database_url).partition(" ")
    return stamp.exists() and stamp.read_text(encoding="utf-8").startswith(f"{fingerprint} ")


def mark_loaded(home: Path, *, database_url: str) -> None:
    """Note that the city in this folder is loaded."""
    (home / _STAMP).write_text(_now(database_url), encoding="utf-8")


def _now(database_url: str) -> str:
    """Return a digest of the code and data a loaded city depends on, and the day it is."""
    digest = hashlib.sha256(database_url.encode())
    for path in _sources():
        stat = path.stat()
        digest.update(f"{path}{stat.st_size}{stat.st_mtime_ns}".encode())
    return f"{digest.hexdigest()} {time.strftime('%Y-%m-%d')}"


def _sources() -> Iterator[Path]:
    for folder in ("parvis", "config", "cities", "requirements"):
        for path in sorted((ROOT / folder).rglob("*")):
            if path.is_file() and path.suffix not in {".pyc", ".mo"} and "tests" not in path.parts:
                yield path
