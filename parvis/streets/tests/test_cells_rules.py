"""The grid of the map: every viewport is answered in few cells, and no point falls between two."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from parvis.streets.forms.map import bounds_from
from parvis.streets.rules import cells
from parvis.streets.rules.cells import Box, Window

EAST = st.floats(640_000, 665_000)
NORTH = st.floats(6_855_000, 6_872_000)


def test_a_street_corner_is_shown_in_the_finest_cells():
    box = Box(west=652_000, south=6_862_000, east=652_200, north=6_862_150)
    found = cells.window(box)
    assert found == Window(level=0, x_from=40_750, x_to=40_762, y_from=428_875, y_to=428_884)
    assert cells.cells_in(found) == 130


def test_the_whole_city_is_shown_in_few_cells():
    city = Box(west=643_000, south=6_857_000, east=661_200, north=6_867_200)
    assert cells.window(city).level == 6
    assert cells.cells_in(cells.window(city)) == 19 * 11
    assert cells.window(city, most=20).level == 8


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(west=EAST, south=NORTH, width=st.floats(1, 40_000), height=st.floats(1, 40_000))
def test_a_viewport_holds_at_most_so_many_cells_and_one_level_finer_would_not(
    west, south, width, height
):
    box = Box(west=west, south=south, east=west + width, north=south + height)
    found = cells.window(box)
    assert cells.cells_in(found) <= cells.MOST_CELLS or found.level == cells.HIGHEST
    if found.level:
        side = cells.FINEST_M << (found.level - 1)
        across = (box.east // side) - (box.west // side) + 1
        down = (box.north // side) - (box.south // side) + 1
        assert across * down > cells.MOST_CELLS


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(x=EAST, y=NORTH, level=st.integers(0, cells.HIGHEST))
def test_a_point_is_in_the_cell_around_whose_middle_it_stands(x, y, level):
    side = cells.FINEST_M << level
    across, down = cells.centre_of(*cells.cell_of(x, y, level), level)
    assert abs(across - x) <= side / 2
    assert abs(down - y) <= side / 2


@pytest.mark.parametrize(
    "text",
    ["", "1,2,3", "a,b,c,d", "2.3,48.8,2.2,48.9", "nan,48,3,49", "2.3,48.8,inf,48.9", "9,9,10,10"],
)
def test_what_is_no_piece_of_ground_is_not_read(text):
    assert bounds_from(text) is None


def test_what_is_asked_beyond_the_city_is_cut_off():
    assert bounds_from("2.3,48.8,2.4,48.9") == (2.3, 48.8, 2.4, 48.9)
    assert bounds_from("-180,-90,180,90") == (2.0, 48.7, 2.7, 49.0)
