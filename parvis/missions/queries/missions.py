"""What everybody may know of missions: what is asked, by whom, how far they got."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count, Q
from django.urls import reverse
from django.utils.html import strip_tags
from django.utils.translation import gettext as _

from parvis.kernel.errors import NotFound
from parvis.missions.models import Mission, MissionState, Task, TaskState
from parvis.missions.queries.ground import takes_answers
from parvis.missions.rules.told import PublicMission
from parvis.territory.public import arrondissements, quartiers, zone_ids, zones
from parvis.ui.wording import arrondissement

_DONE = Q(state__in=[TaskState.AGREED, TaskState.SETTLED])
_DISPUTED = Q(state=TaskState.DISPUTED)
_SEEN = [MissionState.OPEN, MissionState.CLOSED]
_WHOLE, _MOST_WORDS = 100, 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A mission in a list, and how far it got in percent."""

    mission: PublicMission
    percent: int
    is_open: bool
    where: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """How far a mission got in one quartier."""

    number: int | None
    name: str
    tasks: int
    decided: int
    disputed: int


def shown(*, now: dt.datetime) -> tuple[list[Row], list[Row]]:
    """Return the missions that take answers, the soonest over first, and those that are over."""
    rows = Mission.objects.filter(state__in=_SEEN).select_related("association", "zone")
    known = _rows(list(rows.order_by("closes_at", "title")), now)
    opened = [one for one in known if one.is_open]
    return opened, [one for one in known if not one.is_open][::-1]


def row(mission: Mission, *, now: dt.datetime) -> Row:
    """Return one mission as lists have it."""
    return _rows([mission], now)[0]


def by_slug(slug: str, *, person_id: uuid.UUID | None = None, is_agent: bool = False) -> Mission:
    """Return a mission that a person may see: one that is or was open, or one's own; any for an
    agent.

    :raises NotFound: `no_mission`
    """
    rows = Mission.objects.select_related("association", "zone").filter(slug=slug)
    if not is_agent:
        own = Q(proposed_by_id=person_id) if person_id else Q(pk=None)
        rows = rows.filter(Q(state__in=_SEEN) | own)
    mission = rows.first()
    if mission is None:
        raise NotFound("no_mission", _("There is no such mission."))
    return mission


def called(words: str, *, limit: int) -> list[Mission]:
    """Return the missions everybody may see whose title has all these words."""
    rows = Mission.objects.filter(state__in=_SEEN)
    for word in words.split()[:_MOST_WORDS]:
        rows = rows.filter(title__icontains=word)
    return list(rows.order_by("-opens_at")[:limit]) if words.strip() else []


def parts(mission: Mission) -> list[Part]:
    """Return how far a mission got in each quartier where it has something."""
    rows = Task.objects.filter(mission=mission).exclude(state=TaskState.DROPPED)
    counts = rows.values("quartier").annotate(
        tasks=Count("id"),
        decided=Count("id", filter=_DONE),
        disputed=Count("id", filter=_DISPUTED),
    )
    names = _names()
    return [
        Part(
            number=one["quartier"],
            name=names.get(one["quartier"], _("elsewhere")),
            tasks=one["tasks"],
            decided=one["decided"],
            disputed=one["disputed"],
        )
        for one in counts.order_by("quartier")
    ]


def by(mission: Mission) -> str:
    """Return who asks: the association, or the City."""
    return mission.association.name if mission.association else _("The City of Paris")


def where(mission: Mission) -> str:
    """Return the ground of a mission in words."""
    if mission.zone:
        return str(mission.zone.name)
    if mission.arrondissement:
        return _("%(number)s arrondissement") % {
            "number": strip_tags(arrondissement(mission.arrondissement))
        }
    return _("The whole city")


def districts() -> list[tuple[int, str]]:
    """Return the numbers and names of the arrondissements."""
    return [(one.number, f"{one.number} ({one.name})") for one in arrondissements()]


def grounds() -> list[tuple[str, str]]:
    """Return the codes and names of the zones on which a mission may be."""
    usable = zone_ids()
    return [(one.code, one.name) for one in zones() if one.code in usable]


def _rows(missions: list[Mission], now: dt.datetime) -> list[Row]:
    counted = _counted(one.pk for one in missions)
    return [_row(one, counted.get(one.pk, (0, 0, 0)), now) for one in missions]


def _counted(ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, tuple[int, int, int]]:
    rows = Task.objects.filter(mission__in=list(ids)).exclude(state=TaskState.DROPPED)
    counts = rows.values("mission").annotate(
        tasks=Count("id"),
        decided=Count("id", filter=_DONE),
        disputed=Count("id", filter=_DISPUTED),
    )
    return {one["mission"]: (one["tasks"], one["decided"], one["disputed"]) for one in counts}


def _row(mission: Mission, counts: tuple[int, int, int], now: dt.datetime) -> Row:
    tasks, decided, disputed = counts
    return Row(
        mission=PublicMission(
            id=mission.pk,
            slug=mission.slug,
            title=mission.title,
            by=by(mission),
            tasks=tasks,
            decided=decided,
            disputed=disputed,
            opens_at=mission.opens_at,
            closes_at=mission.closes_at,
            url=reverse("missions:mission", args=[mission.slug]),
        ),
        percent=decided * _WHOLE // tasks if tasks else 0,
        is_open=takes_answers(mission, now=now),
        where=where(mission),
    )


def _names() -> dict[int | None, str]:
    return {one.number: one.name for place in arrondissements() for one in quartiers(place.number)}
