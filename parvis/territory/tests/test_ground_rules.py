"""Degrees, metres and the drawing."""

from __future__ import annotations

import math

import pytest
from hypothesis import given, strategies as st

from parvis.territory.rules import ground

LONS = st.floats(2.2, 2.5)
LATS = st.floats(48.8, 48.92)


@given(LONS, LATS)
def test_metres_go_back_to_the_same_degrees(lon, lat):
    back = ground.to_degrees(*ground.to_metres(lon, lat))
    assert back == pytest.approx((lon, lat), abs=1e-6)


def test_from_notre_dame_to_the_sacre_coeur_there_are_3780_metres():
    notre_dame, sacre_coeur = ground.to_metres(2.3499, 48.8530), ground.to_metres(2.3431, 48.8867)
    assert round(ground.distance(notre_dame, sacre_coeur)) == 3780


@pytest.mark.parametrize(
    ("lon", "lat", "reason"),
    [
        (2.35, 48.85, None),
        (-74.0, 40.7, None),
        (math.nan, 48.85, "coordinates_not_numbers"),
        (2.35, math.inf, "coordinates_not_numbers"),
        (200.0, 48.85, "coordinates_out_of_range"),
        (2.35, -91.0, "coordinates_out_of_range"),
        (48.85, 2.35, "coordinates_inverted"),
    ],
)
def test_coordinates_are_refused_with_a_reason(lon, lat, reason):
    assert ground.why_not_a_point(lon, lat) == reason


@given(LONS, LATS)
def test_a_point_of_the_drawing_goes_back_to_within_one_unit(lon, lat):
    frame = ground.Frame(west=642_900.0, north=6_867_200.0, metres=10.0)
    x, y = ground.to_metres(lon, lat)
    assert ground.distance(frame.back(*frame.place(x, y)), (x, y)) < 10
