"""The open data on the command line: `parvis opendata ingest FILE --dataset ID`, `verify ID`…"""

from __future__ import annotations

from parvis.opendata.commands import ingesting as ingesting, looking as looking
from parvis.opendata.commands.group import commands

__all__ = ["commands"]
