"""What a map draws of projects in a viewport: points where they are few, counts where they are
many."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable
from http import HTTPStatus
from typing import Any

from django.utils.translation import gettext as _

from parvis.kernel.errors import Refused

Bounds = tuple[float, float, float, float]
AROUND: Bounds = (2.0, 48.7, 2.7, 49.0)
MOST_POINTS, _ACROSS, _SIDES = 120, 14, 4


def bounds_asked(text: str) -> Bounds:
    """Return the west, south, east and north (degrees) that a map asks for; the region for none.

    :raises Refused: `map_not_understood`
    """
    if not text:
        return AROUND
    try:
        west, south, east, north = (float(side) for side in text.split(",", _SIDES))
    except ValueError:
        west = south = east = north = math.nan
    box = (
        max(west, AROUND[0]),
        max(south, AROUND[1]),
        min(east, AROUND[2]),
        min(north, AROUND[3]),
    )
    if all(map(math.isfinite, (west, south, east, north))) and box[0] < box[2] and box[1] < box[3]:
        return box
    raise Refused("map_not_understood", _("Ask again."), status=HTTPStatus.BAD_REQUEST)


def drawn(points: Iterable[dict[str, Any]], bounds: Bounds) -> dict[str, Any]:
    """Return the points of a viewport, or how many there are in each cell of it."""
    west, south, east, north = bounds
    seen = [one for one in points if west <= one["lon"] <= east and south <= one["lat"] <= north]
    if len(seen) <= MOST_POINTS:
        return {"total": len(seen), "cells": [], "points": seen}
    step = max((east - west) / _ACROSS, 1e-4)
    cells: dict[tuple[int, int], list[dict[str, Any]]] = defaultdict(list)
    for one in seen:
        cells[int((one["lon"] - west) / step), int((one["lat"] - south) / (step / 1.5))].append(one)
    return {"total": len(seen), "cells": [_cell(part) for part in cells.values()], "points": []}


def _cell(part: list[dict[str, Any]]) -> list[float]:
    many = len(part)
    lon = sum(one["lon"] for one in part) / many
    lat = sum(one["lat"] for one in part) / many
    return [round(lon, 5), round(lat, 5), many, many]
