"""Zones that the City draws: at work from the moment they are, closed without being forgotten."""

from __future__ import annotations

import datetime as dt
import json

import pytest

from parvis.kernel import register
from parvis.kernel.errors import NotFound, Refused
from parvis.territory import public, testing
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
