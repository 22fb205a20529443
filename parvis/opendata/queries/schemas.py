"""The schemas this program brings along, to check files against."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from parvis.opendata.rules.reading.headers import cleaned

_FOLDER = Path(__file__).resolve().parent.parent / "schemas"


@dataclass(frozen=True, slots=True, kw_only=True)
class Shipped:
    """A national schema: `key` is its name and version, `title` what its authors call it."""

    key: str
    title: str
    descriptor: Mapping[str, Any]

    @property
    def version(self) -> str:
        """Return the version, the last part of the key."""
        return self.key.rpartition("-")[2]


@cache
def shipped() -> Mapping[str, Shipped]:
    """Return the schemas by their keys, in the order of their titles."""
    found = [
        Shipped(key=path.stem, title=_title(descriptor), descriptor=descriptor)
        for path in sorted(_FOLDER.glob("*.json"))
        if (descriptor := json.loads(path.read_text("utf-8")))
    ]
    return {one.key: one for one in sorted(found, key=lambda one: cleaned(one.title))}


def _title(descriptor: Mapping[str, Any]) -> str:
    return str(descriptor.get("title") or descriptor.get("name") or "")
