"""One thing of a mission, as its page and the map show it."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.urls import reverse
from django.utils.translation import gettext

from parvis.kernel.errors import NotFound
from parvis.kernel.geometry import Point
from parvis.missions.models import Answer, AnswerState, Mission, MissionState, Task, TaskState
from parvis.missions.queries import ground, words
from parvis.territory.public import in_degrees, in_metres

Bounds = tuple[float, float, float, float]
MOST_POINTS, _ACROSS = 200, 12
_CELLS = """
SELECT avg(location[0]), avg(location[1]), count(*),
    count(*) FILTER (WHERE state IN ('open', 'disputed'))
FROM missions_task
WHERE mission_id = %(mission)s AND state <> 'dropped' AND location <@ %(box)s::box
GROUP BY floor(location[0] / %(step)s), floor(location[1] / %(step)s)
"""
_POINTS = """
SELECT id, label, state, location[0], location[1] FROM missions_task
WHERE mission_id = %(mission)s AND state <> 'dropped' AND location <@ %(box)s::box
ORDER BY ref LIMIT %(limit)s
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """An answer as everybody may read it: without who gave it, far ones marked as such."""

    said: list[tuple[str, str]]
    counts: bool
    why: str
    metres: float | None


def task(task_id: uuid.UUID) -> Task:
    """Return a thing of a mission that is or was open.

    :raises NotFound: `no_task`
    """
    rows = Task.objects.select_related("mission__association", "mission__zone")
    seen = [MissionState.OPEN, MissionState.CLOSED]
    found = rows.filter(pk=task_id, mission__state__in=seen).first()
    if found is None:
        raise NotFound("no_task", gettext("There is no such thing in a mission."))
    return found


def next_task(
    mission: Mission, *, person_id: uuid.UUID | None, at: Point | None, beside: uuid.UUID | None
) -> Task | None:
    """Return the nearest thing that wants an answer of this person: to where they stand (metres),
    else to the last one they looked at, else any."""
    point = at or _place_of(mission, beside)
    if point is None:
        return ground.any_open(mission, person_id=person_id)
    found = ground.nearest(mission, person_id=person_id, point=point, limit=1)
    return found[0] if found else None


def degrees(one: Task) -> tuple[float, float]:
    """Return where a thing is, in longitude and latitude."""
    return in_degrees([one.location])[0]


def own_answer(one: Task, person_id: uuid.UUID | None) -> Answer | None:
    """Return what a person said of a thing, withdrawn or not."""
    return one.answers.filter(person_id=person_id).first() if person_id else None


def answers(one: Task) -> list[Known]:
    """Return what was said of a thing, the oldest first; what was withdrawn is not told."""
    rows = one.answers.exclude(state=AnswerState.WITHDRAWN).order_by("answered_at", "id")
    return [
        Known(
            said=words.said(one.mission, row.values),
            counts=row.state == AnswerState.COUNTED,
            why=str(words.WHY_ASIDE.get(row.why, "")),
            metres=row.metres if row.is_far else None,
        )
        for row in rows
    ]


def drawn(mission: Mission, bounds: Bounds) -> dict[str, Any]:
    """Return what a map draws of a mission in a viewport, as <c-live-map> reads it: points where
    they are few, counts where they are many."""
    box, step = _box(bounds)
    asked: dict[str, Any] = {
        "mission": mission.pk,
        "box": box,
        "step": step,
        "limit": MOST_POINTS + 1,
    }
    with connection.cursor() as cursor:
        cursor.execute(_POINTS, asked)
        points = cursor.fetchall()
        if len(points) <= MOST_POINTS:
            return {"total": len(points), "cells": [], "points": [_point(*one) for one in points]}
        cursor.execute(_CELLS, asked)
        cells = cursor.fetchall()
    middles = in_degrees([(x, y) for x, y, _count, _open in cells])
    return {
        "total": sum(one[2] for one in cells),
        "cells": [
            [round(lon, 5), round(lat, 5), count, wanting]
            for (lon, lat), (_x, _y, count, wanting) in zip(middles, cells, strict=True)
        ],
        "points": [],
    }


def _point(key: uuid.UUID, label: str, state: str, x: float, y: float) -> dict[str, Any]:
    lon, lat = in_degrees([(x, y)])[0]
    return {
        "lon": round(lon, 5),
        "lat": round(lat, 5),
        "label": f"{label} ({TaskState(state).label})",
        "url": reverse("missions:task", args=[key]),
        "tone": {"disputed": "red", "agreed": "z", "settled": "z"}.get(state, ""),
    }


def _box(bounds: Bounds) -> tuple[str, float]:
    west, south, east, north = bounds
    corners = in_metres([(west, south), (west, north), (east, south), (east, north)])
    xs, ys = [x for x, _y in corners], [y for _x, y in corners]
    step = max((max(xs) - min(xs)) / _ACROSS, 1.0)
    return f"({max(xs)!r},{max(ys)!r}),({min(xs)!r},{min(ys)!r})", step


def _place_of(mission: Mission, task_id: uuid.UUID | None) -> Point | None:
    if task_id is None:
        return None
    found = Task.objects.filter(pk=task_id, mission=mission).first()
    return found.location if found else None
