"""How stones fit, how words are found, how a demonstration's dates move."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given, strategies as st

from parvis.portal.rules import (
    Piece,
    Slab,
    around_today,
    fold,
    highlight,
    lay,
    missing_stones,
)

PARIS = ZoneInfo("Europe/Paris")


def rows_on_a_phone(slabs: tuple[Slab, ...]) -> list[int]:
    """Return how many of the seven columns each row fills."""
    rows, filled = [], 0
    for slab in slabs:
        width = {"a7": 7, "a3": 3, "": 4}[slab.width]
        if filled + width > 7:
            rows.append(filled)
            filled = 0
        filled += width
    return [*rows, filled]


def cells_on_a_desk(slabs: tuple[Slab, ...]) -> list[list[bool]]:
    """Place the stones as a sparse grid of twelve columns does; return which cells are covered."""
    grid: list[list[bool]] = []
    row = column = 0
    for slab in slabs:
        width = 4 if slab.tall else {"a7": 7, "a3": 3, "": 5}[slab.width]
        height = 2 if slab.tall else 1
        while True:
            grid += [[False] * 12 for _ in range(row + height - len(grid))]
            spot = [grid[row + r][column : column + width] for r in range(height)]
            if column + width <= 12 and not any(any(cells) for cells in spot):
                break
            column += 1
            if column + width > 12:
                row, column = row + 1, 0
        for r in range(height):
            grid[row + r][column : column + width] = [True] * width
        column += width
    return grid


@pytest.mark.parametrize("declared", range(1, 31))
def test_no_number_of_stones_leaves_a_hole(declared: int):
    slabs = lay(declared + missing_stones(declared))
    assert set(rows_on_a_phone(slabs)) == {7}
    assert all(all(row) for row in cells_on_a_desk(slabs))


@pytest.mark.parametrize("declared", range(3, 31))
def test_at_most_two_stones_are_added(declared: int):
    assert 0 <= missing_stones(declared) <= 2


def test_a_small_city_still_has_five():
    assert [missing_stones(count) for count in (1, 2, 3, 4, 5)] == [4, 3, 2, 1, 0]


def test_without_any_stone_nothing_is_laid():
    assert missing_stones(0) == 0
    with pytest.raises(ValueError, match="0 stones"):
        lay(0)


def test_only_the_first_stone_speaks_large():
    for count in (5, 7, 10, 12):
        assert [slab.big for slab in lay(count)].index(True) == 0


def test_a_word_is_found_whatever_its_accents_and_its_plural():
    assert highlight("Les bibliothèques du quartier", "bibliotheque") == [
        Piece("Les "),
        Piece("bibliothèques", found=True),
        Piece(" du quartier"),
    ]


def test_a_short_word_is_found_only_as_it_is():
    assert highlight("Le vélo et la ville", "la") == [
        Piece("Le vélo et "),
        Piece("la", found=True),
        Piece(" ville"),
    ]


@given(st.text(), st.text())
def test_the_pieces_joined_are_the_text(text: str, query: str):
    assert "".join(piece.text for piece in highlight(text, query)) == text


@given(st.text())
def test_folding_twice_is_folding_once(text: str):
    assert fold(fold(text)) == fold(text)


def test_the_consultation_of_2015_opens_around_any_day():
    opens = dt.datetime(2015, 6, 25, tzinfo=PARIS)
    closes = dt.datetime(2015, 9, 15, 23, 59, 59, tzinfo=PARIS)
    now = dt.datetime(2026, 11, 23, 9, 30, tzinfo=dt.UTC)
    moved = around_today(opens, closes, now=now, zone=PARIS)
    assert moved == (
        dt.datetime(2026, 10, 24, tzinfo=PARIS),
        dt.datetime(2027, 1, 14, 23, 59, 59, tzinfo=PARIS),
    )


@given(
    opens=st.datetimes(timezones=st.just(PARIS)),
    days=st.integers(1, 400),
    now=st.datetimes(timezones=st.just(PARIS)),
)
def test_moved_dates_hold_the_day_and_keep_their_length(opens, days, now):
    assume(max(opens.year, now.year) < 9990 and min(opens.year, now.year) > 1000)
    closes = opens + dt.timedelta(days=days)
    moved_start, moved_end = around_today(opens, closes, now=now, zone=PARIS)
    assert moved_start.date() <= now.date() <= moved_end.date()
    assert (moved_end.date() - moved_start.date()).days == days
