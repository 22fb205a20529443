"""The drawings keep their promise: surfaces, heights and places are to scale."""

from __future__ import annotations

import math

from hypothesis import given, strategies as st

from parvis.opendata.queries.pages.curve import curve
from parvis.opendata.queries.pages.flow import Stop, Stream, flow
from parvis.opendata.queries.pages.tiles import Box, Item, squarify, treemap, wrap

# Euros: beyond ten powers of ten, what a tile has of the drawing is below what floats can tell.
amounts = st.lists(st.floats(min_value=1, max_value=1e10), min_size=1, max_size=40)


def items(*values):
    return [Item(label=f"Chapitre {v:.0f}", value=v, text=f"{v:.0f} €") for v in values]


@given(amounts)
def test_surfaces_are_in_proportion_and_fill_the_drawing(values):
    values = sorted(values, reverse=True)
    boxes = squarify(values, Box(x=0, y=0, width=520, height=420))
    scale = 520 * 420 / sum(values)
    for value, box in zip(values, boxes, strict=True):
        assert math.isclose(box.width * box.height, value * scale, rel_tol=1e-6)
        assert box.x >= -1e-6
        assert box.x + box.width <= 520.05
        assert box.y + box.height <= 420.05


def test_a_tile_has_the_rank_of_its_row_and_the_tone_of_its_share():
    tiles = treemap(
        [*items(10, 600, 0, 300), Item(label="Reste", value=90, text="90", is_rest=True)]
    )
    assert [(one.rank, one.tone, one.ink) for one in tiles] == [
        (2, "d1", "w"),
        (4, "d1", "w"),
        (5, "d6", "k"),
        (1, "d4", "k"),
    ]
    assert tiles[0].title == "Chapitre 600 : 600 €"


def test_words_that_have_no_room_leave_their_number():
    tiles = treemap([Item(label="Enseignement", value=v, text="1 M€") for v in (9000, 1000, 5)])
    assert [one.shown for one in tiles] == ["all", "number", "none"]
    assert wrap("Santé et action sociale", 10) == ["Santé et", "action", "sociale"]
    assert wrap("Enseignement", 5) == []


def test_only_a_surface_one_can_touch_is_a_link():
    linked = [Item(label="A", value=v, text="", href="/rows") for v in (10_000, 1)]
    assert [one.href for one in treemap(linked)] == ["/rows", ""]


def test_what_flows_in_flows_out_at_the_same_scale():
    left = [Stop(key="a", label="Impôts", text=""), Stop(key="b", label="Emprunts", text="")]
    right = [
        Stop(key="c", label="Écoles", text=""),
        Stop(key="gap", label="", text="", is_gap=True),
    ]
    drawn = flow(
        left,
        [Stop(key="m", label="", text="")],
        right,
        [
            Stream(start="a", end="m", value=300),
            Stream(start="b", end="m", value=100),
            Stream(start="m", end="c", value=350),
            Stream(start="m", end="gap", value=50),
        ],
    )
    heights = {one.stop.key: one.height for one in drawn.bars}
    assert heights == {"a": 352.5, "b": 117.5, "m": 470.0, "c": 411.2, "gap": 58.8}
    assert {one.stop.key: one.rank for one in drawn.bars} == {
        "a": 1,
        "b": 2,
        "m": 0,
        "c": 3,
        "gap": 0,
    }
    assert sum(one.is_gap for one in drawn.ribbons) == 1
    assert max(one.y + one.height for one in drawn.bars) <= drawn.height


def test_a_curve_begins_at_zero_and_tells_its_ends_and_its_top():
    drawn = curve(items(100, 400, 200))
    assert drawn.zero == 226.0
    assert drawn.points == "0,176.0 500,26.0 1000,126.0"
    assert [(one.text, one.anchor) for one in drawn.figures] == [
        ("100 €", "start"),
        ("400 €", "middle"),
        ("200 €", "end"),
    ]


def test_a_long_curve_tells_few_labels_the_first_and_the_last_among_them():
    labels = [one.text for one in curve(items(*range(1900, 2022))).labels]
    assert len(labels) <= 7
    assert (labels[0], labels[-1]) == ("Chapitre 1900", "Chapitre 2021")
