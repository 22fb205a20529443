"""Loads the zones of a city from its folder; draws, redraws and closes those of the desk."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils.text import slugify
from django.utils.translation import gettext, gettext_lazy as _

from parvis.kernel import register
from parvis.kernel.errors import NotFound, Refused
from parvis.territory.actions import files
from parvis.territory.models import Zone, ZoneKind, ZoneRing
from parvis.territory.queries.ground import REFUSALS, places_of
from parvis.territory.rules import outlines

LONGEST_CODE = 50
WHY_NOT = REFUSALS | {
    "outline_not_geojson": _("This is not GeoJSON. Export the outline again as GeoJSON."),
    "outline_not_polygon": _("Only polygons can be zones: this draws a point or a line."),
    "outline_not_degrees": _(
        "These are no degrees. Export the outline in longitude and latitude (WGS 84, EPSG 4326)."
    ),
    "outline_too_fine": _("This outline has too many corners (10,000 in a line). Simplify it."),
    "outline_empty": _("This outline encloses no ground."),
    "outline_crosses_itself": _(
        "The outline crosses itself, or two of its parts overlap. Mend it and send it again."
    ),
    "outline_in_a_hole": _("A part of the zone lies in a hole of it. Draw it as another zone."),
    "outline_outside_the_city": _("This outline is outside the city."),
}


def load_zones(given: list[dict[str, Any]], now: dt.datetime) -> None:
    """Bring each zone of the city's folder up to date in its row, which rules may refer to, and
    replace its rings; zones drawn or redrawn at the desk are left alone."""
    own = set(Zone.objects.exclude(redrawn_at=None).values_list("code", flat=True))
    given = [one for one in given if one["code"] not in own]
    Zone.objects.bulk_create(
        [
            Zone(
                code=one["code"],
                kind=one["kind"],
                name=one["name"],
                area_m2=one["area_m2"],
                source=one["source"],
                drawn_at=now,
            )
            for one in given
        ],
        update_conflicts=True,
        unique_fields=["code"],
        update_fields=["kind", "name", "area_m2", "source"],
    )
    ids = dict(Zone.objects.values_list("code", "id"))
    ZoneRing.objects.filter(zone__code__in=[one["code"] for one in given]).delete()
    ZoneRing.objects.bulk_create(
        ZoneRing(
            zone_id=ids[one["code"]],
            is_hole=ring["hole"],
            outline=files.corners(ring["steps"]),
            drawn_at=now,
        )
        for one in given
        for ring in one["rings"]
    )


@transaction.atomic
def draw_zone(*, name: str, geojson: str, source: str, by_ref: str, now: dt.datetime) -> str:
    """Keep a new zone with the outline of a GeoJSON text, and return its code; from this moment on
    points are in it.

    :raises Refused: `zone_without_name`, `outline_…` for an outline that cannot be one
    """
    named = re.sub(r"\s+", " ", name).strip()
    if not slugify(named):
        raise Refused("zone_without_name", gettext("Give the zone a name."), status=422)
    shape = _shape(geojson)
    zone = Zone.objects.create(
        code=_free_code(named),
        kind=ZoneKind.DRAWN,
        name=named,
        area_m2=shape.area_m2,
        source=source,
        drawn_at=now,
    )
    _keep_lines(zone, shape, now)
    register.record(
        register.Entry(
            action="territory.zone_drawn",
            object_ref=f"territory.zone:{zone.code}",
            actor_ref=by_ref,
            recorded_at=now,
            details={"area_m2": zone.area_m2, "corners": _corners(shape)},
        )
    )
    return zone.code


@transaction.atomic
def redraw_zone(*, code: str, geojson: str, source: str, by_ref: str, now: dt.datetime) -> None:
    """Give a zone the outline of a GeoJSON text; from this moment on points are in it or not by
    that one. The outline it had is kept, with the days on which it was the zone's.

    :raises NotFound: `zone_unknown`
    :raises Refused: `zone_closed`, `zone_of_water`, `outline_unchanged`; `outline_…` as for a new
        one
    """
    zone = _locked(code)
    if zone.closed_at is not None:
        raise Refused("zone_closed", gettext("This zone is closed already."))
    if zone.kind == ZoneKind.WATER:
        sentence = gettext("Water comes with the city's map, and is not redrawn here.")
        raise Refused("zone_of_water", sentence)
    shape, standing = _shape(geojson), zone.rings.filter(replaced_at=None)
    if _is_same(shape, standing):
        sentence = gettext("This is the outline that the zone has already.")
        raise Refused("outline_unchanged", sentence, status=422)
    before, area = zone.area_m2, shape.area_m2
    standing.update(replaced_at=now)
    _keep_lines(zone, shape, now)
    zone.area_m2, zone.source, zone.redrawn_at = area, source, now
    zone.save(update_fields=["area_m2", "source", "redrawn_at"])
    register.record(
        register.Entry(
            action="territory.zone_redrawn",
            object_ref=f"territory.zone:{code}",
            actor_ref=by_ref,
            recorded_at=now,
            details={"area_m2": area, "corners": _corners(shape), "area_before_m2": before},
        )
    )


@transaction.atomic
def close_zone(*, code: str, by_ref: str, now: dt.datetime) -> None:
    """Close a zone: no point is in it any more; what refers to it still finds it.

    :raises NotFound: `zone_unknown`
    :raises Refused: `zone_closed`, if it is already
    """
    zone = _locked(code)
    if zone.closed_at is not None:
        raise Refused("zone_closed", gettext("This zone is closed already."))
    zone.closed_at = now
    zone.save(update_fields=["closed_at"])
    register.record(
        register.Entry(
            action="territory.zone_closed",
            object_ref=f"territory.zone:{code}",
            actor_ref=by_ref,
            recorded_at=now,
        )
    )


def _locked(code: str) -> Zone:
    zone = Zone.objects.select_for_update().filter(code=code).first()
    if zone is None:
        raise NotFound("zone_unknown", gettext("There is no such zone."))
    return zone


def _keep_lines(zone: Zone, shape: outlines.Shape, now: dt.datetime) -> None:
    ZoneRing.objects.bulk_create(
        ZoneRing(zone=zone, is_hole=line.is_hole, outline=line.corners, drawn_at=now)
        for line in shape.lines
    )


def _is_same(shape: outlines.Shape, standing: QuerySet[ZoneRing]) -> bool:
    """Tell whether these are the lines that stand, in their order."""
    lines = [(line.is_hole, [tuple(one) for one in line.corners]) for line in shape.lines]
    rings = [(ring.is_hole, [tuple(one) for one in ring.outline]) for ring in standing]
    return sorted(lines) == sorted(rings)


def _shape(geojson: str) -> outlines.Shape:
    try:
        shape = outlines.read(geojson)
    except outlines.OutlineError as why:
        raise Refused(why.code, str(WHY_NOT[why.code]), status=422) from why
    corners = [corner for line in shape.lines for corner in line.corners]
    if not any(places_of([shape.inside, *corners])):
        code = "outline_outside_the_city"
        raise Refused(code, str(WHY_NOT[code]), status=422)
    return shape


def _corners(shape: outlines.Shape) -> int:
    return sum(len(line.corners) for line in shape.lines)


def _free_code(name: str) -> str:
    """Return a code made of the words of a name, with a number where it is taken."""
    base = slugify(name)[:LONGEST_CODE].strip("-")
    taken = set(Zone.objects.filter(code__startswith=base).values_list("code", flat=True))
    numbered = (f"{base}-{number}" for number in range(2, len(taken) + 3))
    return next(code for code in (base, *numbered) if code not in taken)
