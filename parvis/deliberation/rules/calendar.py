"""Moving a consultation by whole days, as the clocks of its city count them."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

from parvis.deliberation.rules.conduct import Window

# A demonstration opens three weeks ago: there is something to read, and time left to write.
DAYS_ALREADY_OPEN = 20


def shifted(window: Window, *, days: int, zone: ZoneInfo) -> Window:
    """Return the window moved by whole days; its hours on the city's clocks stay the same."""
    return Window(
        opens_at=_moved(window.opens_at, days=days, zone=zone),
        closes_at=_moved(window.closes_at, days=days, zone=zone),
    )


def opened_lately(window: Window, *, zone: ZoneInfo, now: dt.datetime) -> Window:
    """Return the window moved by whole days so that it opened `DAYS_ALREADY_OPEN` days ago, or
    sooner where it lasts less.
    """
    lasts = (
        window.closes_at.astimezone(zone).date() - window.opens_at.astimezone(zone).date()
    ).days
    ago = min(DAYS_ALREADY_OPEN, lasts // 2)
    today = now.astimezone(zone).date()
    days = (today - window.opens_at.astimezone(zone).date()).days - ago
    return shifted(window, days=days, zone=zone)


def _moved(moment: dt.datetime, *, days: int, zone: ZoneInfo) -> dt.datetime:
    local = moment.astimezone(zone)
    moved = local.replace(tzinfo=None) + dt.timedelta(days=days)
    return moved.replace(tzinfo=zone, fold=local.fold).astimezone(dt.UTC)
