"""Zones that the City draws: at work from the moment they are, closed without being forgotten."""

from __future__ import annotations

import datetime as dt
import json

import pytest

from parvis.kernel import register
from parvis.kernel.errors import NotFound, Refused
from parvis.territory import public, testing
from parvis.territory.actions.zones import load_zones
from parvis.territory.models import Zone, ZoneRing

NOON = dt.datetime(2026, 6, 3, 10, tzinfo=dt.UTC)


def outline(lon, lat, size=0.001):
    ring = [[lon, lat], [lon + size, lat], [lon + size, lat + size], [lon, lat + size], [lon, lat]]
    return json.dumps({"type": "Polygon", "coordinates": [ring]})


def draw(geojson, name="Chantier de la Bastille"):
    return public.draw_zone(
        name=name, geojson=geojson, source="Plan 12", by_ref="person:x", now=NOON
    )


def test_an_outline_that_cannot_be_a_zone_changes_nothing(db):
    testing.the_city()
    lon, lat = testing.BASTILLE
    before = (Zone.objects.count(), ZoneRing.objects.count())
    for refused, code in (
        (outline(2.4432, 48.8638), "outline_outside_the_city"),
        ('{"type": "Polygon"}', "outline_not_geojson"),
    ):
        with pytest.raises(Refused) as why:
            draw(refused)
        assert why.value.code == code
    with pytest.raises(Refused) as nameless:
        draw(outline(lon - 0.0005, lat - 0.0005), name=" ! ")
    assert nameless.value.code == "zone_without_name"
    assert (Zone.objects.count(), ZoneRing.objects.count()) == before


def test_a_zone_is_drawn_asked_and_closed(db):
    testing.the_city()
    lon, lat = testing.BASTILLE
    at = public.in_metres([testing.BASTILLE])
    assert public.zones_at(at) == [frozenset()]
    code = draw(outline(lon - 0.0005, lat - 0.0005))
    assert code == "chantier-de-la-bastille"
    assert public.zones_at(at) == [frozenset({code})]
    assert draw(outline(lon + 0.01, lat)) == "chantier-de-la-bastille-2"
    (zone,) = (one for one in public.zones() if one.code == code)
    assert (zone.kind, zone.source, zone.is_empty, zone.closed_at) == (
        "drawn",
        "Plan 12",
        False,
        None,
    )
    assert public.zone_path(code).count("L") == 3

    public.close_zone(code=code, by_ref="person:x", now=NOON)
    assert public.zones_at(at) == [frozenset()]
    assert public.zones_at(at, with_closed=True) == [frozenset({code})]
    assert code not in public.zone_ids()
    with pytest.raises(Refused) as again:
        public.close_zone(code=code, by_ref="person:x", now=NOON)
    assert again.value.code == "zone_closed"
    with pytest.raises(NotFound):
        public.close_zone(code="nowhere", by_ref="person:x", now=NOON)
    told = [one.action for one in register.about(f"territory.zone:{code}")]
    assert told == ["territory.zone_closed", "territory.zone_drawn"]


LATER = NOON + dt.timedelta(days=2)


def redraw(geojson, of):
    public.redraw_zone(code=of, geojson=geojson, source="Plan 13", by_ref="person:x", now=LATER)


def test_an_outline_that_cannot_take_the_place_of_another_changes_nothing(db):
    testing.the_city()
    lon, lat = testing.BASTILLE
    code = draw(outline(lon, lat))
    before = list(ZoneRing.objects.order_by("pk").values())
    (water, *_others) = public.water_zones()
    bow = [[lon, lat], [lon + 0.001, lat + 0.001], [lon + 0.001, lat], [lon, lat + 0.001]]
    there = outline(lon + 0.01, lat)
    for geojson, of, refusal in (
        (outline(lon, lat), code, "outline_unchanged"),
        (outline(2.4432, 48.8638), code, "outline_outside_the_city"),
        (json.dumps({"type": "Polygon", "coordinates": [bow]}), code, "outline_crosses_itself"),
        (there, water, "zone_of_water"),
        (there, "nowhere", "zone_unknown"),
    ):
        with pytest.raises(Refused) as why:
            redraw(geojson, of)
        assert why.value.code == refusal
    assert list(ZoneRing.objects.order_by("pk").values()) == before
    assert public.zone_outlines_before(code) == []
    public.close_zone(code=code, by_ref="person:x", now=LATER)
    with pytest.raises(Refused) as closed:
        redraw(there, code)
    assert closed.value.code == "zone_closed"


def test_a_zone_is_redrawn_and_its_outline_before_is_kept(db):
    testing.the_city()
    lon, lat = testing.BASTILLE
    here, there = testing.BASTILLE, (lon + 0.01, lat)
    at = public.in_metres([here, there])
    code = draw(outline(lon - 0.0005, lat - 0.0005))
    redraw(outline(there[0] - 0.0005, lat - 0.0005, 0.002), code)
    assert public.zones_at(at) == [frozenset(), frozenset({code})]
    assert public.zone_path(code).count("M") == 1
    (zone,) = (one for one in public.zones() if one.code == code)
    assert (zone.drawn_at, zone.redrawn_at, zone.source) == (NOON, LATER, "Plan 13")
    assert zone.area_m2 == pytest.approx(32_600, rel=0.01)
    assert public.zone_outlines_before(code) == [(NOON, LATER)]
    line = register.about(f"territory.zone:{code}")[0]
    assert line.action == "territory.zone_redrawn"
    assert line.details["area_before_m2"] == pytest.approx(8_150, rel=0.01)


def test_a_zone_of_the_map_that_was_redrawn_is_not_drawn_back_by_the_next_edition(db):
    testing.the_city()
    wood = next(one for one in public.zones() if one.kind == "wood")
    lon, lat = testing.BASTILLE
    drawn = outline(lon, lat)
    public.redraw_zone(code=wood.code, geojson=drawn, source="", by_ref="person:x", now=NOON)
    path = public.zone_path(wood.code)
    steps = [0, 0, 10, 0, 0, 10]
    edition = {"code": wood.code, "kind": "wood", "name": "Bois", "area_m2": 5, "source": "x"}
    load_zones([edition | {"rings": [{"hole": False, "steps": steps}]}], NOON)
    assert public.zone_path(wood.code) == path
    assert Zone.objects.get(code=wood.code).name == wood.name
