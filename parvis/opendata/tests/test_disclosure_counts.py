"""Small counts left out cannot be recomputed, whoever knows the totals."""

from __future__ import annotations

import itertools

import pyarrow as pa
import pytest
from hypothesis import given, settings as trying, strategies as st

from parvis.opendata.rules import disclosure
from parvis.opendata.rules.disclosure import protect
from parvis.opendata.rules.fields import Field, FieldType, Schema

tables = st.integers(1, 4).flatmap(
    lambda width: st.lists(
        st.lists(st.integers(0, 12), min_size=width, max_size=width), min_size=1, max_size=4
    )
)


def extended(table):
    rows = [[*row, sum(row)] for row in table]
    return [*rows, [sum(column) for column in zip(*rows, strict=True)]]


def gaps(table, hidden):
    height, width = len(table), len(table[0])
    return (
        set(hidden.cells)
        | {(row, width) for row in hidden.rows}
        | {(height, column) for column in hidden.columns}
        | ({(height, width)} if hidden.grand else set())
    )


def equations(height, width):
    """Every sum a reader can write down: inner cells on one side, their total on the other."""
    for row in range(height + 1):
        yield [((row, column), 1) for column in range(width)] + [((row, width), -1)]
    for column in range(width + 1):
        yield [((row, column), 1) for row in range(height)] + [((height, column), -1)]


def another_value_is_possible(table, hidden, target):
    """Search a table with the same published numbers, gaps of at least one, and another count in
    the target cell: the attacker's own problem, solved by trying changes of -1, 0 and 1."""
    whole = gaps(table, hidden)
    full = extended(table)
    sums = [
        [(cell, sign) for cell, sign in one if cell in whole]
        for one in equations(len(table), len(table[0]))
    ]
    sums = [one for one in sums if one]
    order = sorted(whole - {target})

    def agrees(change, *, complete):
        for one in sums:
            open_cells = [cell for cell, _ in one if cell not in change]
            known = sum(sign * change[cell] for cell, sign in one if cell in change)
            if abs(known) > len(open_cells) or (complete and known):
                return False
        return True

    def search(change, left):
        if not agrees(change, complete=not left):
            return False
        if not left:
            return True
        cell, *rest = left
        value = full[cell[0]][cell[1]]
        steps = (0, 1, -1) if value > 1 else (0, 1)
        return any(search(change | {cell: step}, rest) for step in steps)

    return any(
        search({target: step}, order) for step in (1, -1) if full[target[0]][target[1]] + step >= 1
    )


@trying(max_examples=150, deadline=None)
@given(tables)
def test_no_small_count_can_be_recomputed_from_what_is_shown(table):
    hidden = protect(table)
    full, whole = extended(table), gaps(table, hidden)
    small = {
        (row, column)
        for row, counts in enumerate(full)
        for column, count in enumerate(counts)
        if 0 < count < 5
    }
    assert small <= whole
    for cell in small:
        assert another_value_is_possible(table, hidden, cell), (table, cell)


@given(tables)
def test_nothing_is_left_out_where_nothing_is_small(table):
    large = [[count and count + 5 for count in row] for row in table]
    assert gaps(large, protect(large)) == set()


def test_one_small_count_costs_three_more():
    table = [[3, 20, 30], [40, 50, 60], [70, 80, 9]]
    hidden = protect(table)
    assert (0, 0) in hidden.cells
    assert len(hidden.cells) == 4
    assert (hidden.rows, hidden.columns, hidden.grand) == (frozenset(), frozenset(), False)


def test_a_lone_gap_in_a_row_would_be_a_subtraction():
    table = [[3, 20], [40, 50]]
    assert protect(table).cells == frozenset(itertools.product(range(2), range(2)))


def test_a_zero_is_shown_and_hides_nothing():
    assert protect([[0, 10], [20, 30]]).cells == frozenset()


EFFECTIFS = Schema(
    (
        Field(name="service", type=FieldType.TEXT),
        Field(name="femmes", type=FieldType.INT),
        Field(name="hommes", type=FieldType.INT),
        Field(name="total", type=FieldType.INT),
    )
)


def wide(rows):
    columns = zip(*rows, strict=True)
    return pa.table(
        dict(zip(["service", "femmes", "hommes", "total"], map(list, columns), strict=True))
    )


def test_a_table_with_totals_loses_cells_and_no_total():
    table = wide(
        [
            ("Voirie", 3, 20, 23),
            ("Écoles", 40, 50, 90),
            ("Parcs", 60, 70, 130),
            ("Total", 103, 140, 243),
        ]
    )
    masked, count = disclosure.mask(table, EFFECTIFS)
    assert count == 4
    assert masked["total"].to_pylist() == [23, 90, 130, 243]
    assert masked["femmes"].to_pylist() == [None, None, 60, 103]
    assert masked["hommes"].to_pylist() == [None, None, 70, 140]


LONG = Schema(
    (
        Field(name="corps", type=FieldType.TEXT),
        Field(name="sexe", type=FieldType.TEXT),
        Field(name="effectif", type=FieldType.INT),
    )
)


def test_a_table_with_one_count_per_row_is_understood():
    table = pa.table(
        {
            "corps": ["A", "A", "B", "B", "C", "C"],
            "sexe": ["F", "H"] * 3,
            "effectif": [2, 30, 40, 50, 60, 70],
        }
    )
    masked, count = disclosure.mask(table, LONG)
    assert (count, masked["effectif"].to_pylist()) == (4, [None, None, None, None, 60, 70])


def test_totals_that_do_not_add_up_are_not_understood():
    table = wide([("Voirie", 3, 20, 24), ("Écoles", 40, 50, 90)])
    with pytest.raises(disclosure.CannotMask):
        disclosure.mask(table, EFFECTIFS)


def test_two_rows_of_totals_are_not_understood():
    table = wide([("Total A", 3, 20, 23), ("Total B", 40, 50, 90), ("x", 43, 70, 113)])
    with pytest.raises(disclosure.CannotMask):
        disclosure.mask(table, EFFECTIFS)
