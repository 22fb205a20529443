"""What one may know of a mission."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicMission:
    """What everybody may know of a mission; nobody who takes part is in it.

    `decided` of `tasks` things are agreed or settled. `url` is its page.
    """

    id: uuid.UUID
    slug: str
    title: str
    by: str
    tasks: int
    decided: int
    disputed: int
    opens_at: dt.datetime | None
    closes_at: dt.datetime | None
    url: str
