"""What time it is, asked only at the doors; everywhere else `now` is an argument."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import timezone


def now() -> dt.datetime:
    """Return the present moment, aware, in UTC."""
    return timezone.now()


def city_zone() -> ZoneInfo:
    """Return the time zone in which the city decides (Europe/Paris unless configured)."""
    return ZoneInfo(settings.TIME_ZONE)


def in_city(moment: dt.datetime) -> dt.datetime:
    """Return the same moment as the clocks of the city show it."""
    return moment.astimezone(city_zone())


def city_day(moment: dt.datetime) -> dt.date:
    """Return the civil day of a moment in the city."""
    return in_city(moment).date()
