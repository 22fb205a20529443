"""What neighbours may know of a case."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicCase:
    """What everybody may know of a case. No word of a reporter is in it, and no photo that was not
    looked at.

    `lon`, `lat` are WGS 84, rounded to the middle of a hexagon where the place is not public.
    Codes are those of the city's catalogue; `closed_because` is "" while it is open.
    """

    id: uuid.UUID
    code: str
    type: str
    subtype: str
    lon: float
    lat: float
    address: str
    postcode: str
    arrondissement: int
    quartier: int
    state: str
    is_open: bool
    closed_because: str
    merged_into: str
    handler: str
    reports: int
    contradictions: int
    opened_at: dt.datetime
    due_at: dt.datetime | None
    closed_at: dt.datetime | None
    worked_minutes: int | None
    changed_at: dt.datetime
    photos: tuple[str, ...] = ()
