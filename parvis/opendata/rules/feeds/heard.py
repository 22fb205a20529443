"""What one answer of a source holds: rows, when it was made, how long it stays fresh."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


class Unreadable(ValueError):
    """A source answered something else than its format; the sentence is for whoever runs it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """A row in the source's own words, and when the source says it was so."""

    values: Mapping[str, Any]
    moment: dt.datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """One answer of a source.

    `is_whole` tells whether rows that are not here are no more; `gone` names rows that are no more
    by the words the source keeps for them. `updated_at` is when the source says it last changed
    something, `ttl` how long it promises not to.
    """

    rows: tuple[Said, ...]
    is_whole: bool = True
    gone: tuple[Mapping[str, Any], ...] = ()
    updated_at: dt.datetime | None = None
    ttl: dt.timedelta | None = None
