"""Loading what a city's folder holds: its services, its next edition, its winners of before."""

from __future__ import annotations

import datetime as dt
import gzip
import json
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path

from django.db import transaction
from django.utils.text import slugify

from parvis.account.public import Person
from parvis.budget.actions.planning import make_edition
from parvis.budget.models import (
    Area,
    Delivery,
    Department,
    Edition,
    Milestone,
    Project,
)
from parvis.budget.rules import plans, winners
from parvis.budget.rules.status import Status
from parvis.budget.rules.winners import Winner
from parvis.kernel import clock
from parvis.territory.public import in_metres

_FILE, _PLACES, _EDITION = "winners.csv.gz", "places.json.gz", "edition.toml"
_SOURCE = "Ville de Paris, opendata.paris.fr (ODbL 1.0)"
Place = tuple[float, float]


@transaction.atomic
def load_edition(file: Path, *, now: dt.datetime, by: Person | None = None) -> Edition:
    """Make the edition that a file plans, unless there is one of that name; `by` None is a program.

    :raises Forbidden: `needs_role`
    :raises Unfit: what `rules.plans.why_not` says
    :raises ValueError, TypeError, KeyError: for a file that makes no sense
    """
    told = tomllib.loads(file.read_text("utf-8"))
    plan = plans.read(told, zone=clock.city_zone(), today=clock.city_day(now))
    known = Edition.objects.filter(slug=plan.slug).first()
    return known or make_edition(plan, by=by, now=now)


def load_city_edition(folder: Path, *, now: dt.datetime, by: Person | None = None) -> Edition:
    """Make the next edition of a city's folder, unless it is made."""
    return load_edition(folder / _EDITION, now=now, by=by)


def load_winners(folder: Path, *, now: dt.datetime) -> int:
    """Load the winners of a city's folder as history, unless that was done; return how many there
    are.

    :raises Unreadable: for a file that is not what the City publishes
    """
    content = gzip.decompress((folder / _FILE).read_bytes())
    places = json.loads(gzip.decompress((folder / _PLACES).read_bytes()))
    return load_history(content, {int(key): tuple(at) for key, at in places.items()}, now=now)


@transaction.atomic
def load_history(content: bytes, places: Mapping[int, Place], *, now: dt.datetime) -> int:
    """Load the City's file of winners as editions of before, frozen; `places` are longitude and
    latitude by number of the project. Loaded twice, nothing is written the second time.

    :raises Unreadable: for a file that is not what the City publishes
    """
    listed = winners.read(content)
    known = set(
        Project.objects.filter(source_number__isnull=False).values_list("source_number", flat=True)
    )
    fresh = [one for one in listed if one.number not in known]
    if fresh:
        areas = _areas(fresh, now)
        departments = _departments({one.pilot for one in fresh})
        points = _metres(places)
        _write(fresh, areas, departments, points, now)
        years = {one.edition for one in fresh}
        Edition.objects.filter(is_history=True, year__in=years, frozen_at=None).update(
            frozen_at=now
        )
    return len(listed)


def load_departments(names: Sequence[str]) -> None:
    """Save services of the City by their names; one that is known stays."""
    _departments(set(names))


def _areas(fresh: Sequence[Winner], now: dt.datetime) -> dict[tuple[int, int | None], Area]:
    wanted = {(one.edition, _number(one)) for one in fresh}
    editions = {year: _edition(year, now) for year in sorted({year for year, _one in wanted})}
    Area.objects.bulk_create(
        [
            Area(edition=editions[year], key=plans.area_key(number), arrondissement=number)
            for year, number in sorted(wanted, key=str)
        ],
        ignore_conflicts=True,
    )
    rows = Area.objects.filter(edition__in=editions.values()).select_related("edition")
    return {(one.edition.year, one.arrondissement): one for one in rows}


def _edition(year: int, now: dt.datetime) -> Edition:
    edition, _made = Edition.objects.get_or_create(
        slug=str(year),
        defaults={
            "year": year,
            "title_fr": f"Budget participatif {year}",
            "title_en": f"Participatory budget {year}",
            "is_history": True,
            "source": _SOURCE,
            "made_at": now,
        },
    )
    return edition


def _number(one: Winner) -> int | None:
    return None if one.is_for_city else one.arrondissement


def _departments(names: set[str]) -> dict[str, Department]:
    Department.objects.bulk_create(
        [Department(key=slugify(name)[:80], name=name) for name in sorted(names)],
        ignore_conflicts=True,
    )
    return {one.name: one for one in Department.objects.filter(name__in=names)}


def _metres(places: Mapping[int, Place]) -> dict[int, Place]:
    keys = list(places)
    return dict(zip(keys, in_metres([places[key] for key in keys]), strict=True))


def _write(
    fresh: Sequence[Winner],
    areas: Mapping[tuple[int, int | None], Area],
    departments: Mapping[str, Department],
    points: Mapping[int, Place],
    now: dt.datetime,
) -> None:
    projects = Project.objects.bulk_create(
        [_project(one, areas[one.edition, _number(one)], points, now) for one in fresh]
    )
    deliveries = Delivery.objects.bulk_create(
        [
            Delivery(
                project=project,
                pilot=departments[one.pilot],
                stage=one.stage,
                town_hall=one.arrondissement,
                changed_at=now,
            )
            for one, project in zip(fresh, projects, strict=True)
        ]
    )
    Milestone.objects.bulk_create(
        [
            Milestone(
                delivery=delivery, step=step, month=when.first_day, unknown=when.unknown or ""
            )
            for one, delivery in zip(fresh, deliveries, strict=True)
            for step, when in one.steps
        ]
    )


def _project(one: Winner, area: Area, points: Mapping[int, Place], now: dt.datetime) -> Project:
    return Project(
        area=area,
        status=Status.ACCEPTED,
        title=one.title,
        theme=one.theme,
        place=one.place,
        location=points.get(one.number),
        is_popular=one.is_popular,
        cost_cents=one.cents,
        source_number=one.number,
        made_at=now,
        submitted_at=now,
        reviewed_at=now,
        changed_at=now,
    )
