"""The open data on the command line: `parvis opendata ingest FILE --dataset ID`, `verify ID`…"""

from __future__ import annotations

from parvis.opendata.commands import (
    harvesting as harvesting,
    ingesting as ingesting,
    keys as keys,
    live as live,
    looking as looking,
)
from parvis.opendata.commands.group import commands

__all__ = ["commands"]
