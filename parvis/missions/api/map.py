"""What the map of a mission shows, as <c-live-map> asks for it."""

from __future__ import annotations

import math
from http import HTTPStatus

from django.contrib.auth.decorators import login_not_required
from django.http import JsonResponse
from django.urls import path
from django.utils.translation import gettext, gettext_lazy as _
from django.views.decorators.http import require_safe

from parvis.kernel.errors import Refused
from parvis.kernel.http import CityRequest
from parvis.missions.permissions import mission_seen
from parvis.missions.queries import tasks
from parvis.missions.queries.tasks import Bounds

_AROUND: Bounds = (2.0, 48.7, 2.7, 49.0)
_SIDES = 4


@login_not_required
@require_safe
def counts(request: CityRequest, slug: str) -> JsonResponse:
    """Answer `?box=west,south,east,north` (degrees) with the things of a mission, or counts.

    :raises Refused: `map_not_understood`
    """
    return JsonResponse(
        tasks.drawn(mission_seen(slug, request.person), _bounds(request.GET.get("box", "")))
    )


def _bounds(text: str) -> Bounds:
    if not text:
        return _AROUND
    try:
        sides = [float(side) for side in text.split(",", _SIDES)]
    except ValueError:
        sides = []
    if len(sides) == _SIDES and all(map(math.isfinite, sides)):
        west, south = max(sides[0], _AROUND[0]), max(sides[1], _AROUND[1])
        east, north = min(sides[2], _AROUND[2]), min(sides[3], _AROUND[3])
        if west < east and south < north:
            return west, south, east, north
    message = gettext("Ask again.")
    raise Refused("map_not_understood", message, status=HTTPStatus.BAD_REQUEST)


urlpatterns = [path(_("<slug:slug>/map/counts/"), counts, name="counts")]
