"""What must not be published before somebody has answered for it: natural persons, small counts."""

from __future__ import annotations

from parvis.opendata.rules.disclosure.counts import Margins, protect
from parvis.opendata.rules.disclosure.findings import Finding
from parvis.opendata.rules.disclosure.gate import find
from parvis.opendata.rules.disclosure.masking import CannotMask, mask

__all__ = ["CannotMask", "Finding", "Margins", "find", "mask", "protect"]
