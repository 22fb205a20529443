"""Where a mission is, when, and what lies near a point of it."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence

from django.db.models import QuerySet
from django.db.models.expressions import RawSQL

from parvis.kernel.geometry import Point, point_text
from parvis.missions.models import Mission, MissionState, Task, TaskState
from parvis.territory.public import places_at, zones_at

# `<@ circle` and `<->` are answered by the index missions_task_near, nearest first. State is said
# twice: once as the index has it, once as it is asked.
_NEAREST = """
SELECT task.id FROM missions_task task
WHERE task.mission_id = %(mission)s AND task.state IN ('open', 'disputed') AND task.state = 'open'
AND NOT EXISTS (
    SELECT 1 FROM missions_answer answer
    WHERE answer.task_id = task.id AND answer.person_id = %(person)s
)
ORDER BY task.location <-> %(place)s::point LIMIT %(limit)s
"""


def takes_answers(mission: Mission, *, now: dt.datetime) -> bool:
    """Tell whether a mission takes answers at this moment."""
    is_over = mission.closes_at is not None and mission.closes_at <= now
    return mission.state == MissionState.OPEN and not is_over


def is_in(mission: Mission, points: Sequence[Point]) -> list[bool]:
    """Tell of each point (metres of Lambert-93) whether the mission reaches there: the zone or the
    arrondissement it is on, else the city."""
    if mission.zone_id and mission.zone is not None:
        code = mission.zone.code
        return [code in codes for codes in zones_at(points)]
    wanted = mission.arrondissement
    return [
        place is not None and (wanted is None or place.arrondissement == wanted)
        for place in places_at(points)
    ]


def within(mission: Mission, point: Point, metres: float) -> QuerySet[Task]:
    """Return the things of a mission at most so many metres from a point."""
    near = RawSQL("location <-> %s::point", (point_text(point),))
    return Task.objects.filter(mission=mission).alias(metres=near).filter(metres__lte=metres)


def nearest(
    mission: Mission, *, person_id: uuid.UUID | None, point: Point, limit: int
) -> list[Task]:
    """Return the things that want answers and of which a person has said nothing, nearest first."""
    asked = {
        "mission": mission.pk,
        "person": person_id,
        "place": point_text(point),
        "limit": limit,
    }
    ids = [row.pk for row in Task.objects.raw(_NEAREST, asked)]
    known = Task.objects.select_related("mission").in_bulk(ids)
    return [known[key] for key in ids]


def any_open(mission: Mission, *, person_id: uuid.UUID | None) -> Task | None:
    """Return something that wants answers and of which a person has said nothing, whichever has
    most answers already: it is soonest decided."""
    rows = Task.objects.filter(mission=mission, state=TaskState.OPEN).select_related("mission")
    if person_id is not None:
        rows = rows.exclude(answers__person_id=person_id)
    return rows.order_by("-answers_count", "quartier", "ref").first()
