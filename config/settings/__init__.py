"""Settings: `base` and one file per integration are common; the rest say what differs."""

from __future__ import annotations

from types import ModuleType
from typing import Any


def together(*parts: ModuleType) -> dict[str, Any]:
    """Return the settings (upper-case names) of several modules; a later module wins."""
    return {name: value for part in parts for name, value in vars(part).items() if name.isupper()}
