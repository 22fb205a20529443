"""Leaving small counts out of a table, with what would give them away."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pyarrow as pa

from parvis.opendata.rules.disclosure.counts import Cell, protect
from parvis.opendata.rules.disclosure.gate import count_fields
from parvis.opendata.rules.disclosure.persons import plain
from parvis.opendata.rules.disclosure.words import TOTAL_WORDS
from parvis.opendata.rules.fields import Field, FieldType, Schema

_MOST_CELLS = 50_000
_TWO = 2


class CannotMask(Exception):
    """A table whose totals we do not understand: it must be made coarser, or signed for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Layout:
    """Where in the file the cells and totals of a table of counts stand: (row of the file, field)
    or None where the file does not show it."""

    counts: list[list[int]]
    cells: dict[Cell, tuple[int, str]]
    rows: dict[int, tuple[int, str]]
    columns: dict[int, tuple[int, str]]
    grand: tuple[int, str] | None


def mask(table: pa.Table, schema: Schema) -> tuple[pa.Table, int]:
    """Return the table without its small counts and without what would let them be recomputed
    from totals, and how many cells that takes.

    :raises CannotMask: if the table has more than two dimensions, or totals of totals
    """
    fields = count_fields(schema)
    if table.num_rows * max(len(fields), 1) > _MOST_CELLS:
        raise CannotMask
    layout = _wide(table, schema, fields) if len(fields) > 1 else _long(table, schema, fields)
    hidden = protect(layout.counts)
    places = {layout.cells[cell] for cell in hidden.cells if cell in layout.cells}
    places |= {layout.rows[row] for row in hidden.rows if row in layout.rows}
    places |= {layout.columns[column] for column in hidden.columns if column in layout.columns}
    if hidden.grand and layout.grand:
        places.add(layout.grand)
    return _without(table, places), len(places)


def _without(table: pa.Table, places: set[tuple[int, str]]) -> pa.Table:
    for name in sorted({name for _, name in places}):
        gone = {row for row, one in places if one == name}
        kept = [None if row in gone else count for row, count in enumerate(table[name].to_pylist())]
        at = table.schema.get_field_index(name)
        table = table.set_column(at, table.schema.field(at), pa.array(kept, pa.int64()))
    return table


def _dimensions(table: pa.Table, schema: Schema, fields: Sequence[Field]) -> list[Field]:
    """Return the fields that say what is counted: those that vary."""
    kinds = {FieldType.TEXT, FieldType.INT, FieldType.DATE, FieldType.BOOLEAN}
    return [
        one
        for one in schema.fields
        if one not in fields
        and one.type in kinds
        and not one.is_multivalued
        and len(table[one.name].unique()) > 1
    ]


def _is_total(value: object) -> bool:
    return isinstance(value, str) and plain(value).split(" ")[0].strip(" :") in TOTAL_WORDS


def _numbers(table: pa.Table, name: str) -> list[int]:
    return [count or 0 for count in table[name].to_pylist()]


def _wide(table: pa.Table, schema: Schema, fields: Sequence[Field]) -> _Layout:
    """Understand a table with a column of counts per group, as « femmes, hommes, total »."""
    dimensions = _dimensions(table, schema, fields)
    totals = [one for one in fields if not TOTAL_WORDS.isdisjoint(one.name.split("_"))]
    inner = [one for one in fields if one not in totals]
    last = [
        row
        for row in range(table.num_rows)
        if any(_is_total(table[one.name][row].as_py()) for one in dimensions)
    ]
    if len(totals) > 1 or len(last) > 1 or not inner:
        raise CannotMask
    body = [row for row in range(table.num_rows) if row not in last]
    columns = [_numbers(table, one.name) for one in inner]
    layout = _Layout(
        counts=[[column[row] for column in columns] for row in body],
        cells={
            (r, c): (row, one.name) for r, row in enumerate(body) for c, one in enumerate(inner)
        },
        rows={r: (row, totals[0].name) for r, row in enumerate(body) if totals},
        columns={c: (last[0], one.name) for c, one in enumerate(inner) if last},
        grand=(last[0], totals[0].name) if last and totals else None,
    )
    _check_totals(table, layout)
    return layout


def _long(table: pa.Table, schema: Schema, fields: Sequence[Field]) -> _Layout:
    """Understand a table with one count per row, in one or two dimensions."""
    dimensions = _dimensions(table, schema, fields)
    if not fields or not 0 < len(dimensions) <= _TWO:
        raise CannotMask
    name = fields[0].name
    counts = _numbers(table, name)
    keys = list(zip(*(table[one.name].to_pylist() for one in dimensions), strict=True))
    if len(dimensions) == 1:
        # One dimension is a table of one column: its row totals are the cells themselves.
        keys = [(key[0], "") for key in keys]
    if len(set(keys)) != len(keys):
        raise CannotMask
    at = {key: (row, name) for row, key in enumerate(keys)}
    heads = [_heads(keys, side) for side in (0, 1)]
    number = {key: counts[row] for row, key in enumerate(keys)}
    layout = _placed(at, number, heads)
    _check_totals(table, layout)
    return layout


Key = tuple[object, ...]


def _heads(keys: list[Key], side: int) -> tuple[list[object], object]:
    """Return the values of a dimension, and the one that is their total (None if there is none)."""
    values = list(dict.fromkeys(key[side] for key in keys))
    totals = [value for value in values if _is_total(value)]
    if len(totals) > 1:
        raise CannotMask
    return [value for value in values if value not in totals], (totals or [None])[0]


def _placed(
    at: dict[Key, tuple[int, str]],
    number: dict[Key, int],
    heads: list[tuple[list[object], object]],
) -> _Layout:
    (rows, all_rows), (columns, all_columns) = heads
    shown = {
        (r, c): at[row, column]
        for r, row in enumerate(rows)
        for c, column in enumerate(columns)
        if (row, column) in at
    }
    return _Layout(
        counts=[[number.get((row, column), 0) for column in columns] for row in rows],
        cells=shown,
        rows={r: at[row, all_columns] for r, row in enumerate(rows) if (row, all_columns) in at},
        columns={c: at[all_rows, one] for c, one in enumerate(columns) if (all_rows, one) in at},
        grand=at.get((all_rows, all_columns)),
    )


def _check_totals(table: pa.Table, layout: _Layout) -> None:
    """Refuse a table whose totals are not those of its cells: we would protect the wrong sums."""
    for r, (row, name) in layout.rows.items():
        if table[name][row].as_py() != sum(layout.counts[r]):
            raise CannotMask
    for c, (row, name) in layout.columns.items():
        if table[name][row].as_py() != sum(counts[c] for counts in layout.counts):
            raise CannotMask
