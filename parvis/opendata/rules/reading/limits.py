"""How a file is to be read: how large it may be, what is known of it, who is told."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from parvis.opendata.rules.fields import Schema

Progress = Callable[[str, int, int | None], None]
"""Called with a stage ("unpacking", "reading", "typing", "checking"), how much is done, of how
much."""


def silent(stage: str, done: int, total: int | None) -> None:
    """Tell nobody."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Beyond these a file is refused before it fills a disk or a memory."""

    unpacked_bytes: int = 2_000_000_000
    # What has to be held in memory whole: spreadsheets, and JSON that is no plain list of rows.
    whole_bytes: int = 200_000_000
    rows: int = 20_000_000
    columns: int = 2_000
    cell: int = 5_000_000
    memory: str = "512MB"
    threads: int = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """How to read: `name` of the file as people know it, the fields the dataset has (`strict`
    where a version of it is published: then they must fit), the zone of times without offset,
    which list of a JSON document is the table."""

    name: str = ""
    known: Schema | None = None
    strict: bool = False
    zone: str = "Europe/Paris"
    list_at: str = ""
    limits: Limits = Limits()
    progress: Progress = silent
