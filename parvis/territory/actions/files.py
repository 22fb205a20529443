"""The files of a city's territory, as its `convert.py` writes them."""

from __future__ import annotations

import gzip
import hashlib
import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from parvis.kernel.geometry import Point

NAMES = (
    "drawing.json",
    "districts.json.gz",
    "streets.json.gz",
    "addresses.json.gz",
    "zones.json.gz",
)
FORMAT = b"2"
"""Changes when the same files are to be loaded differently."""


def digest(folder: Path) -> str:
    """Return what identifies the contents of the files."""
    found = hashlib.sha256(FORMAT)
    for name in NAMES:
        found.update((folder / name).read_bytes())
    return found.hexdigest()


def read(folder: Path, name: str) -> Any:
    """Return the contents of one file."""
    data = (folder / name).read_bytes()
    return json.loads(gzip.decompress(data) if name.endswith(".gz") else data)


def corners(steps: Sequence[int]) -> tuple[Point, ...]:
    """Return the corners of a ring, in metres, from its first and the steps to the next, in mm."""
    return tuple(_walk(steps))


def _walk(steps: Sequence[int]) -> Iterator[Point]:
    x = y = 0
    for east, north in zip(steps[::2], steps[1::2], strict=True):
        x, y = x + east, y + north
        yield x / 1000, y / 1000
