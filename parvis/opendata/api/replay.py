"""The demonstration's own live source: a real snapshot of Vélib', replayed hour by hour.

Only a demonstration has these addresses. What they answer is GBFS 2.3, and says that it is a
replay; the dataset fed by it is pulled over HTTP like any other.
"""

from __future__ import annotations

import datetime as dt
import functools
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http.response import HttpResponseBase
from django.urls import reverse

from parvis.kernel import clock
from parvis.kernel.http import CityRequest
from parvis.opendata.actions import opening
from parvis.opendata.api import answers
from parvis.opendata.api.door import as_json
from parvis.opendata.rules.feeds import gbfs, replaying

Make = Callable[[CityRequest, dt.datetime], dict[str, Any]]
NOTE = "Replay of 18 October 2025, for the demonstration of Parvis: not the state of today."


def _feed(make: Make) -> Callable[[CityRequest], HttpResponseBase]:
    """Answer a feed as JSON, and 304 to who has it already."""

    @login_not_required
    @functools.wraps(make)
    def door(request: CityRequest) -> HttpResponseBase:
        document = {**make(request, clock.now()), "_note": NOTE}
        tag = answers.tag_of(make.__name__, request.get_host(), document["last_updated"])
        return answers.unless_known(request, tag, lambda: as_json(document))

    return door


@_feed
def discovery(request: CityRequest, _now: dt.datetime) -> dict[str, Any]:
    """Name the feeds of the replay."""
    addresses = {
        name: request.build_absolute_uri(reverse(f"demo_gbfs:{name}"))
        for name in (gbfs.INFORMATION, gbfs.STATUS)
    }
    return replaying.discovery(addresses, opening.snapshot(_folder(), gbfs.STATUS)["last_updated"])


@_feed
def station_information(_request: CityRequest, _now: dt.datetime) -> dict[str, Any]:
    """Say where the stations are."""
    return replaying.information(opening.snapshot(_folder(), gbfs.INFORMATION))


@_feed
def station_status(_request: CityRequest, now: dt.datetime) -> dict[str, Any]:
    """Say what the stations hold, as they said it at this minute of the hour."""
    return replaying.status(opening.snapshot(_folder(), gbfs.STATUS), now)


def _folder() -> Path:
    return Path(settings.PARVIS_CITY_DIR) / "opendata" / opening.REPLAYS
