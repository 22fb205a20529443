"""What missions publish: each thing of which something holds, or about which people disagree."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.urls import reverse

from parvis.missions.models import Mission, MissionState, Task, TaskState
from parvis.missions.queries import words
from parvis.territory.public import in_degrees

_CHUNK = 1_000
_PUBLISHED = [TaskState.AGREED, TaskState.SETTLED, TaskState.DISPUTED]
_STATES = {
    TaskState.AGREED: "accord",
    TaskState.SETTLED: "tranché par la Ville",
    TaskState.DISPUTED: "désaccord",
}
_BY = "Ville de Paris"
Row = dict[str, Any]
NAMES = (
    "identifiant",
    "mission",
    "objet",
    "libelle",
    "etat",
    "valeur",
    "resultat",
    "accord_pct",
    "reponses",
    "precision_ville",
    "quartier",
    "jeu_source",
    "champ_source",
    "modifie_le",
    "demandeur",
    "provenance",
    "licence",
    "geo_point_2d",
    "page",
)


def published(names: Sequence[str] | None = None) -> Iterator[Row]:
    """Return the rows of these things as they are now, all for None."""
    rows = _shown().order_by("mission__opens_at", "mission_id", "ref", "id")
    if names is not None:
        rows = rows.filter(pk__in=list(names))
    return (_row(one) for one in rows.iterator(chunk_size=_CHUNK))


def of_mission(mission: Mission) -> Iterator[Row]:
    """Return the rows of one mission."""
    rows = _shown().filter(mission=mission).order_by("ref", "id")
    return (_row(one) for one in rows.iterator(chunk_size=_CHUNK))


def _shown() -> QuerySet[Task]:
    seen = [MissionState.OPEN, MissionState.CLOSED]
    rows = Task.objects.filter(state__in=_PUBLISHED, mission__state__in=seen)
    return rows.select_related("mission__association")


def _row(task: Task) -> Row:
    mission = task.mission
    lon, lat = in_degrees([task.location])[0]
    page = reverse("missions:task", args=[task.pk])
    return {
        "identifiant": str(task.pk),
        "mission": mission.title,
        "objet": task.ref,
        "libelle": task.label,
        "etat": _STATES[TaskState(task.state)],
        "valeur": words.published(mission, task.result) or None,
        "resultat": task.result,
        "accord_pct": task.agreement,
        "reponses": task.answers_count,
        "precision_ville": task.settled_why or None,
        "quartier": task.quartier,
        "jeu_source": mission.source_dataset or None,
        "champ_source": mission.source_field or None,
        "modifie_le": task.changed_at.isoformat(),
        "demandeur": mission.association.name if mission.association else _BY,
        "provenance": mission.provenance,
        "licence": mission.licence,
        "geo_point_2d": {"lon": lon, "lat": lat},
        "page": f"{settings.PARVIS_SITE_URL}{page}",
    }
