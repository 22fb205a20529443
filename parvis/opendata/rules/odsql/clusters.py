"""Cells of the globe that points are grouped by: those of a geohash of so many letters."""

from __future__ import annotations

from sqlglot import exp

from parvis.opendata.rules.fields import Field
from parvis.opendata.rules.odsql.context import Context
from parvis.opendata.rules.odsql.dialects import column, either, number, paren
from parvis.opendata.rules.odsql.outputs import bits_of_cell

FINEST = 12
"""Letters of the smallest cells, some four centimetres wide."""
_EAST, _NORTH = 180.0, 90.0


def number_of_cell(context: Context, field: Field, precision: int) -> exp.Expr:
    """Return the number of the cell that a point is in, null for none and for degrees that are not
    on the globe."""
    lon, lat = field.columns
    columns, rows = bits_of_cell(precision)
    across = _step(context, lon, _EAST, 1 << columns)
    along = _step(context, lat, _NORTH, 1 << rows)
    cell = exp.Add(this=paren(exp.Mul(this=across, expression=number(1 << rows))), expression=along)
    on_globe = exp.And(this=_within(lon, _EAST), expression=_within(lat, _NORTH))
    return either(on_globe, cell, exp.Null())


def _within(name: str, most: float) -> exp.Expr:
    return exp.Between(this=column(name), low=number(-most), high=number(most))


def _step(context: Context, name: str, most: float, steps: int) -> exp.Expr:
    """Return in which of so many steps from -most to most a column is; its very end is in the
    last."""
    share = exp.Div(
        this=paren(exp.Add(this=column(name), expression=number(most))),
        expression=number(2 * most),
    )
    step = context.dialect.fitting(
        exp.Floor(this=exp.Mul(this=paren(share), expression=number(float(steps))))
    )
    at_end = exp.GTE(this=column(name), expression=number(most))
    return paren(either(at_end, number(steps - 1), step))
