"""Which outlines can be a zone: no database."""

from __future__ import annotations

import json

import pytest

from parvis.territory.rules import outlines
from parvis.territory.rules.outlines import OutlineError

SQUARE = [[2.37, 48.85], [2.371, 48.85], [2.371, 48.851], [2.37, 48.851], [2.37, 48.85]]
HOLE = [[2.3702, 48.8502], [2.3704, 48.8502], [2.3704, 48.8504], [2.3702, 48.8502]]
ISLAND = [[2.37025, 48.85022], [2.37035, 48.85022], [2.37035, 48.85028], [2.37025, 48.85022]]
BOW = [[2.37, 48.85], [2.371, 48.851], [2.371, 48.85], [2.37, 48.851], [2.37, 48.85]]


def geojson(*rings, kind="Polygon"):
    return json.dumps({"type": kind, "coordinates": list(rings)})


def test_a_square_of_a_thousandth_of_a_degree_is_read_in_metres():
    shape = outlines.read(geojson(SQUARE))
    assert 8_100 < shape.area_m2 < 8_250
    assert [(line.is_hole, len(line.corners)) for line in shape.lines] == [(False, 4)]
    feature = json.dumps({"type": "Feature", "geometry": json.loads(geojson(SQUARE, HOLE))})
    holed = outlines.read(
        json.dumps({"type": "FeatureCollection", "features": []})[:-2] + feature + "]}"
    )
    assert [line.is_hole for line in holed.lines] == [False, True]
    assert holed.area_m2 < shape.area_m2
    twice = [[*SQUARE[:2], SQUARE[1], *SQUARE[2:]]]
    assert outlines.read(geojson(*twice)).area_m2 == shape.area_m2


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("{", "outline_not_geojson"),
        ("[]", "outline_not_geojson"),
        ('{"type": "FeatureCollection"}', "outline_not_geojson"),
        ('{"type": "Point", "coordinates": [2.3, 48.8]}', "outline_not_polygon"),
        ('{"type": "FeatureCollection", "features": []}', "outline_empty"),
        (geojson(), "outline_empty"),
        (geojson([[2.37, 48.85], [2.371, 48.85], [2.37, 48.85]]), "outline_empty"),
        (geojson([["a", 1], [2, 3], [4, 5]]), "outline_not_geojson"),
        (geojson([[652000, 6862000], [652100, 6862000], [652100, 6862100]]), "outline_not_degrees"),
        (geojson([[y, x] for x, y in SQUARE]), "coordinates_inverted"),
        (geojson([[2.3, 48.8]] * 10_001), "outline_too_fine"),
        (geojson(BOW), "outline_crosses_itself"),
        (geojson([SQUARE], [SQUARE], kind="MultiPolygon"), "outline_crosses_itself"),
        (geojson([SQUARE, HOLE], [ISLAND], kind="MultiPolygon"), "outline_in_a_hole"),
    ],
)
def test_what_cannot_be_a_zone_is_refused_with_the_reason(text, code):
    with pytest.raises(OutlineError) as refused:
        outlines.read(text)
    assert refused.value.code == code
