"""Cells that points are grouped by, and metres to shapes: the same on both engines."""

from __future__ import annotations

import json
import math

import pytest
import shapely
from hypothesis import given, settings as property_settings, strategies as st
from pyproj import Geod

from parvis.opendata.queries.engine import engine, places
from parvis.opendata.rules.fields import Field, FieldType, Schema
from parvis.opendata.rules.odsql import compiling, tree
from parvis.opendata.rules.odsql.distances import RADIUS
from parvis.opendata.rules.odsql.errors import QueryError
from parvis.opendata.rules.odsql.outputs import bits_of_cell, middle_of_cell
from parvis.opendata.testing import a_version
from parvis.opendata.tests.conformance import SCHEMA, a_query, both_engines

SPHERE = Geod(a=RADIUS, b=RADIUS)


@pytest.fixture(scope="module")
def ask(tmp_path_factory):
    """Both engines, over the same ten rows."""
    with both_engines(tmp_path_factory.mktemp("places")) as asking:
        yield asking


# --- cells ----------------------------------------------------------------------------------------


def test_points_are_grouped_by_the_cell_they_are_in(ask):
    assert ask(group_by="geo_cluster(place, 1)", select="count(*) as n", order_by="n desc") == [
        [{"lon": 22.5, "lat": 67.5}, 5],
        [{"lon": -157.5, "lat": -22.5}, 1],
        [{"lon": -22.5, "lat": 67.5}, 1],
        [{"lon": 22.5, "lat": 22.5}, 1],
        [{"lon": 157.5, "lat": -22.5}, 1],
        [None, 1],
    ]


def test_a_cell_has_a_label_and_may_be_ordered_by_and_selected(ask):
    rows = ask(
        group_by="geo_cluster(place, 12) as cell, open",
        select="max(n) as m, geo_cluster(place, 12), open",
        where="in_bbox(place, 48.8, 2, 49, 3)",
        order_by="geo_cluster(place, 12) desc, open",
    )
    assert [row[0] for row in rows] == [10, 1, 2, 2]
    assert [row[2] for row in rows] == [False, True, None, False]
    for row, place in zip(
        rows, [(2.3522, 48.8566)] * 2 + [(2.3499, 48.853), (2.2945, 48.8584)], strict=True
    ):
        assert math.isclose(row[1]["lon"], place[0], abs_tol=4e-7)
        assert math.isclose(row[1]["lat"], place[1], abs_tol=2e-7)


def test_a_multitude_of_cells_is_counted(ask):
    assert len(ask(group_by="geo_cluster(place, 12)", select="count(*) as n")) == 9


@pytest.mark.parametrize(
    ("clauses", "fault"),
    [
        ({"group_by": "geo_cluster(name, 3)"}, "geo_cluster only supports geo_point_2d fields."),
        ({"group_by": "geo_cluster(area, 3)"}, "geo_cluster only supports geo_point_2d fields."),
        ({"group_by": "geo_cluster(nope, 3)"}, "Unknown field: nope."),
        ({"group_by": "geo_cluster(place, 0)"}, "geo_cluster needs a precision from 1 to 12."),
        ({"group_by": "geo_cluster(place, 13)"}, "geo_cluster needs a precision from 1 to 12."),
        ({"group_by": "geo_cluster(place, 2.5)"}, "geo_cluster needs a precision from 1 to 12."),
        ({"group_by": "geo_cluster(place, true)"}, "geo_cluster needs a precision from 1 to 12."),
        ({"group_by": "geo_cluster(place, n)"}, "geo_cluster needs a precision from 1 to 12."),
        (
            {"select": "geo_cluster(place, 3)"},
            "geo_cluster only stands alone in a group_by clause.",
        ),
        (
            {"where": "geo_cluster(place, 3) = 1"},
            "geo_cluster only stands alone in a group_by clause.",
        ),
        (
            {"group_by": "geo_cluster(place, 3) as c", "select": "c + 1"},
            "c only stands alone.",
        ),
    ],
)
def test_a_cell_is_made_of_a_point_and_a_precision(clauses, fault):
    with pytest.raises(QueryError) as refusal:
        compiling.check(a_query(**clauses), SCHEMA)
    assert fault in refusal.value.message


def geohash(lon, lat, letters):
    """Return the corners of the cell of a geohash, found by halving as its definition does."""
    west, east, south, north = -180.0, 180.0, -90.0, 90.0
    for bit in range(5 * letters):
        if bit % 2 == 0:
            middle = (west + east) / 2
            west, east = (middle, east) if lon >= middle else (west, middle)
        else:
            middle = (south + north) / 2
            south, north = (middle, north) if lat >= middle else (south, middle)
    return west, east, south, north


@given(st.floats(-180, 180), st.floats(-90, 90), st.integers(1, 12))
def test_the_middle_of_a_cell_is_that_of_the_geohash(lon, lat, letters):
    east, north = bits_of_cell(letters)
    column = min(int((lon + 180) / 360 * 2**east), 2**east - 1)
    row = min(int((lat + 90) / 180 * 2**north), 2**north - 1)
    middle = middle_of_cell(column << north | row, letters)
    low, high, south, top = geohash(lon, lat, letters)
    assert math.isclose(middle["lon"], (low + high) / 2, abs_tol=(high - low) * 1.01)
    assert math.isclose(middle["lat"], (south + top) / 2, abs_tol=(top - south) * 1.01)


# --- metres to shapes -----------------------------------------------------------------------------


def nearest(geometry, lon, lat):
    """Return the metres to the nearest of very many points of a geometry."""
    if shapely.intersects_xy(geometry, lon, lat):
        return 0.0
    points = shapely.get_coordinates(shapely.segmentize(geometry, 0.0005))
    return min(SPHERE.inv(lon, lat, x, y)[2] for x, y in points)


SHAPES = [
    "POLYGON ((2.3 48.8, 2.31 48.8, 2.31 48.81, 2.3 48.81, 2.3 48.8))",
    "POLYGON ((2 48, 3 48, 3 49, 2 49, 2 48), (2.2 48.2, 2.8 48.2, 2.8 48.8, 2.2 48.8, 2.2 48.2))",
    "LINESTRING (2.2 48.9, 2.5 48.9)",
    "MULTIPOINT ((2.3 48.7), (2.4 48.7))",
]


@property_settings(max_examples=25, deadline=None)
@given(st.sampled_from(SHAPES), st.floats(1.9, 3.1), st.floats(47.9, 49.1))
def test_a_distance_to_a_shape_is_that_to_its_nearest_point(shape, lon, lat):
    geometry = shapely.from_wkt(shape)
    measured = places.metres(geometry, lon, lat)
    assert math.isclose(measured, nearest(geometry, lon, lat), rel_tol=1e-4, abs_tol=25)


def test_a_distance_is_that_of_the_sphere(ask):
    [near], [nowhere], [far] = ask(
        select="distance(place, geom'POINT(2.2945 48.8584)')", where="_id in (0, 3, 4)"
    )
    assert math.isclose(near, 4226.2, rel_tol=1e-3)
    assert nowhere is None
    assert math.isclose(far, 499_900, rel_tol=1e-2)


PARKS = Schema(
    (
        Field(name="id", type=FieldType.INT, annotations={"id": ()}),
        Field(name="area", type=FieldType.GEO_SHAPE),
        Field(name="place", type=FieldType.GEO_POINT),
    )
)
HERE = "geom'POINT(2.35 48.85)'"


@pytest.fixture(params=["duckdb", "clickhouse"])
def parks(request, settings, db):
    """Return what asks an engine about four shapes, the last of none."""
    settings.PARVIS_OPENDATA_ENGINE = request.param
    shapes = [json.loads(shapely.to_geojson(shapely.from_wkt(one))) for one in SHAPES]
    rows = [{"id": rank, "area": json.dumps(shape)} for rank, shape in enumerate(shapes)]
    version = a_version([*rows, {"id": 4}], PARKS, dataset_id="parks")

    def asked(**clauses):
        query = a_query(**{"select": "id", "limit": 10} | clauses)
        rows = engine().rows(version, query).rows
        return [list(one.values()) for one in rows]

    return asked


EXPECTED = [nearest(shapely.from_wkt(one), 2.35, 48.85) for one in SHAPES]


def test_shapes_are_measured_selected_and_sorted_by(parks):
    rows = parks(select=f"id, distance(area, {HERE}) as d", order_by=f"distance(area, {HERE})")
    assert [row[0] for row in rows] == [*sorted(range(4), key=EXPECTED.__getitem__), 4]
    measured = {row[0]: row[1] for row in rows}
    assert measured.pop(4) is None
    for rank, metres in measured.items():
        assert math.isclose(metres, EXPECTED[rank], rel_tol=1e-3, abs_tol=1)


def test_shapes_are_kept_within_a_distance(parks):
    for reach in (1_000, 6_000, 20_000):
        expected = [[rank] for rank, metres in enumerate(EXPECTED) if metres <= reach]
        assert parks(where=f"within_distance(area, {HERE}, {reach}m)") == expected
        assert parks(where=f"distance(area, {HERE}) <= {reach}") == expected
    others = [[rank] for rank, metres in enumerate(EXPECTED) if metres > 6_000] + [[4]]
    assert parks(where=f"not within_distance(area, {HERE}, 6 km)") == others


def test_metres_are_computed_with_and_grouped(parks):
    (row,) = parks(
        select=f"min(distance(area, {HERE})) as near, count(*) as n", where="area is not null"
    )
    assert math.isclose(row[0], min(EXPECTED), rel_tol=1e-3, abs_tol=1)
    assert row[1] == 4
    groups = parks(select="count(*) as n", group_by=f"distance(area, {HERE}) / 0 as d")
    assert groups == [[None, 5]]


def test_a_distance_is_that_from_a_point():
    square = "geom'POLYGON((0 0, 0 1, 1 1, 0 0))'"
    for clauses in (
        {"where": f"within_distance(area, {square}, 1km)"},
        {"select": f"distance(area, {square})"},
    ):
        with pytest.raises(QueryError) as refusal:
            compiling.check(a_query(**clauses), SCHEMA)
        assert "a POINT is expected, not a POLYGON." in refusal.value.message


def test_only_shapes_are_found_before_a_query_runs():
    query = a_query(
        select=f"distance(area, {HERE}), distance(place, {HERE})",
        where=f"within_distance(place, {HERE}, 1km) or within_distance(area, {HERE}, 1km)",
    )
    found = compiling.searches(query, SCHEMA)
    assert [type(one) for one in found] == [tree.Call, tree.WithinDistance]
    assert {one.field if isinstance(one, tree.WithinDistance) else "area" for one in found} == {
        "area"
    }
