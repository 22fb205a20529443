"""Things that come into a mission: by a list, by somebody who finds one, by a doubt about data."""

from __future__ import annotations

import datetime as dt
import secrets
import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction

from parvis.account.public import Person
from parvis.kernel.facts import announce
from parvis.missions import events
from parvis.missions.actions.answering import Place, on_the_ground
from parvis.missions.actions.recording import note
from parvis.missions.actions.refusing import Unfit, refusal
from parvis.missions.models import Mission, MissionKind, MissionState, Task, TaskState
from parvis.missions.permissions import is_agent
from parvis.missions.queries.ground import is_in, takes_answers, within
from parvis.missions.rules import lists
from parvis.missions.rules.lists import LONGEST_LABEL, Thing
from parvis.territory.public import in_metres, places_at

_BATCH, _REF_BYTES = 1_000, 6
_OVER = {TaskState.AGREED, TaskState.SETTLED, TaskState.DROPPED}


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """What became of a list: how many things were added, were there already, lie outside the area
    of the mission; which lines could not be read."""

    added: int
    known: int
    outside: int
    unread: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Doubt:
    """A row of a published dataset that somebody holds for wrong, and where it is (WGS 84,
    degrees)."""

    dataset_id: str
    ref: str
    label: str
    at: Place


@dataclass(frozen=True, slots=True, kw_only=True)
class _New:
    """One thing more, in metres. Who finds a thing does not confirm it; who doubts a datum may be
    one of those who check it, and is no finder."""

    ref: str
    label: str
    place: Place
    finder: uuid.UUID | None = None


@transaction.atomic
def add_list(*, mission_id: uuid.UUID, content: bytes, by: Person, now: dt.datetime) -> Listed:
    """Add the things of a CSV or GeoJSON to a mission; one that is there already stays as it is.

    :raises NotFound: `no_mission`, also for who neither proposed it nor is an agent
    :raises Refused: `mission_is_set` once it is open, unless by an agent; `list_…`
    """
    mission = locked_mission(mission_id)
    if not is_agent(by):
        if mission.proposed_by_id != by.id:
            raise refusal("no_mission")
        if mission.state != MissionState.PROPOSED:
            raise refusal("mission_is_set")
    try:
        read = lists.read(content)
    except ValueError as unfit:
        raise Unfit(str(unfit), field="file") from unfit
    return _added(mission, read, by, now)


@transaction.atomic
def find(*, mission_id: uuid.UUID, label: str, at: Place, by: Person, now: dt.datetime) -> Task:
    """Add a thing that somebody found where nothing is listed; others have to confirm it.

    :raises NotFound: `no_mission`
    :raises Refused: `not_an_inventory`, `mission_not_open`, `label_missing`, `position_wrong`,
        `outside_the_area`, `already_known` if another is nearer than the mission tells apart
    """
    mission = locked_mission(mission_id)
    if mission.kind != MissionKind.INVENTORY:
        raise refusal("not_an_inventory")
    if not takes_answers(mission, now=now):
        raise refusal("mission_not_open")
    place = on_the_ground(at)
    if within(mission, place, mission.apart_m).exclude(state=TaskState.DROPPED).exists():
        raise refusal("already_known")
    ref = f"trouve-{secrets.token_hex(_REF_BYTES)}"
    new = _New(ref=ref, label=label, place=place, finder=by.id)
    task = _one_more(mission, new, now)
    note("found", task, by=by, now=now)
    return task


@transaction.atomic
def doubt(said: Doubt, *, by: Person, now: dt.datetime) -> Task:
    """Turn a published datum that somebody holds for wrong into a task of the mission that checks
    its dataset; return the task, or the one there is already. Each who doubts it is told what comes
    of it.

    :raises NotFound: `no_mission_for_this`
    :raises Refused: `already_checked`, `label_missing`, `position_wrong`, `outside_the_area`
    """
    rows = Mission.objects.select_for_update(of=("self",)).order_by("opens_at", "id")
    rows = rows.filter(state=MissionState.OPEN, source_dataset=said.dataset_id)
    mission = next((one for one in rows if takes_answers(one, now=now)), None)
    ref = said.ref.strip()
    if mission is None or not said.dataset_id or not 0 < len(ref) <= lists.LONGEST_REF:
        raise refusal("no_mission_for_this")
    known = mission.tasks.filter(ref=ref).first()
    if known is not None:
        if known.state in _OVER:
            raise refusal("already_checked")
        _remember(known, by, now)
        return known
    new = _New(ref=ref, label=said.label, place=on_the_ground(said.at))
    task = _one_more(mission, new, now)
    _remember(task, by, now)
    _say_doubted(task, said.dataset_id, now)
    note("doubted", task, by=by, now=now, dataset=said.dataset_id)
    return task


def locked_mission(mission_id: uuid.UUID) -> Mission:
    """Return a mission that nobody else changes until the transaction ends.

    :raises NotFound: `no_mission`
    """
    mission = Mission.objects.select_for_update(of=("self",)).filter(pk=mission_id).first()
    if mission is None:
        raise refusal("no_mission")
    return mission


def _added(mission: Mission, read: lists.Read, by: Person, now: dt.datetime) -> Listed:
    there = set(mission.tasks.values_list("ref", flat=True))
    fresh = [one for one in read.things if one.ref not in there]
    points = in_metres([(one.lon, one.lat) for one in fresh])
    inside = is_in(mission, points)
    placed = zip(fresh, points, inside, strict=True)
    rows = _tasks(mission, [(one, point) for one, point, is_here in placed if is_here], now)
    Task.objects.bulk_create(rows, batch_size=_BATCH)
    note("tasks_added", mission, by=by, now=now, added=len(rows))
    return Listed(
        added=len(rows),
        known=len(read.things) - len(fresh),
        outside=len(fresh) - len(rows),
        unread=read.unread,
    )


def _tasks(mission: Mission, given: Sequence[tuple[Thing, Place]], now: dt.datetime) -> list[Task]:
    places = places_at([point for _thing, point in given])
    return [
        Task(
            mission=mission,
            ref=thing.ref,
            label=thing.label,
            location=point,
            quartier=place.quartier if place else None,
            known=thing.known,
            added_at=now,
            changed_at=now,
        )
        for (thing, point), place in zip(given, places, strict=True)
    ]


def _one_more(mission: Mission, new: _New, now: dt.datetime) -> Task:
    named = " ".join(new.label.split())
    if not named or len(named) > LONGEST_LABEL:
        raise Unfit("label_missing", field="label")
    if not is_in(mission, [new.place])[0]:
        raise Unfit("outside_the_area")
    (spot,) = places_at([new.place])
    return Task.objects.create(
        mission=mission,
        ref=new.ref,
        label=named,
        location=new.place,
        quartier=spot.quartier if spot else None,
        added_by_id=new.finder,
        added_at=now,
        changed_at=now,
    )


def _remember(task: Task, by: Person, now: dt.datetime) -> None:
    task.doubts.get_or_create(person_id=by.id, defaults={"doubted_at": now})


def _say_doubted(task: Task, dataset_id: str, now: dt.datetime) -> None:
    announce(
        events.DatumDoubted(
            mission_id=task.mission_id,
            slug=task.mission.slug,
            task_id=task.pk,
            dataset_id=dataset_id,
            ref=task.ref,
        ),
        now=now,
    )
