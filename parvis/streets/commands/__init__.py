"""The street on the command line: `parvis streets load`, `replay FILE.csv --json`…"""

from __future__ import annotations

from parvis.streets.commands import (
    counting as counting,
    loading as loading,
    replaying as replaying,
)
from parvis.streets.commands.group import commands

__all__ = ["commands"]
