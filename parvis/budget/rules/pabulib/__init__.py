"""The Pabulib format (pabulib.org/format): elections as one text file, read and written."""

from __future__ import annotations

from parvis.budget.rules.pabulib.errors import MalformedError
from parvis.budget.rules.pabulib.naming import NamedRule, ToldRule, settings_of, told_of
from parvis.budget.rules.pabulib.reading import PabulibFile, read, read_bytes
from parvis.budget.rules.pabulib.writing import About, write

__all__ = [
    "About",
    "MalformedError",
    "NamedRule",
    "PabulibFile",
    "ToldRule",
    "read",
    "read_bytes",
    "settings_of",
    "told_of",
    "write",
]
