"""Groups: their keys, and the scope in which a value stands for many rows.

A grouped query is three queries: the inner one gives, for each row kept, the keys (`k:0`, `k:1`…)
and what the aggregates need (`v:0`…); the next one groups and makes the aggregates (`a:0`…); the
outer one computes with them and orders. Their names hold a colon, which no field has, so that an
alias never hides a column (ClickHouse reads aliases everywhere). A multivalued key gives a row for
each of its elements, in a query of its own around the inner one.
"""

from __future__ import annotations

import datetime as dt
import itertools
from dataclasses import dataclass

from sqlglot import exp

from parvis.opendata.rules.fields import GEOGRAPHIC, NUMERIC, TEMPORAL, Field, FieldType
from parvis.opendata.rules.odsql import clusters, dates, outputs, selecting, tree
from parvis.opendata.rules.odsql.context import Context, Typed
from parvis.opendata.rules.odsql.dialects import number, paren, positive_modulo
from parvis.opendata.rules.odsql.outputs import Form, Output
from parvis.opendata.rules.odsql.scalars import Row, compile_value, known_field, moment_part
from parvis.opendata.rules.odsql.writing import write

MOST_LISTS = 3
"""Multivalued fields in one group_by: a row counts once for each combination of their elements."""
_NOT_KEYS = GEOGRAPHIC | {FieldType.FILE, FieldType.JSON}
_DAYS_OF_A_WEEK = 7
_FROM_MONDAY = 3
_MONTHS_OF_A_YEAR = 12
_FIRST_YEAR = 1970
_QUARTERS = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """One key: `inner` in a row, named `name` in the outer query; `written` is the key as ODSQL,
    whatever its place, and `output` how it shows."""

    name: str
    label: str
    written: str
    inner: Typed
    output: Output
    needed: bool = False
    """Rows without this key are in no group: those out of the bounds of a range."""


def keys(context: Context, grouped: tuple[tree.Grouped, ...]) -> tuple[Key, ...]:
    """Return the keys of a group_by clause; raises QueryError for a field no one groups by, for a
    name that two keys have, and for more lists than `MOST_LISTS`, which multiply the rows."""
    context = context.within("group_by")
    found = tuple(_key(context, rank, one) for rank, one in enumerate(grouped))
    labels = [one.label for one in found]
    for label in labels:
        if labels.count(label) > 1:
            raise selecting.declared_twice(context, label)
    if sum(one.inner.is_list for one in found) > MOST_LISTS:
        msg = f"at most {MOST_LISTS} multivalued fields are grouped by at once."
        raise context.error(msg)
    return found


def _key(context: Context, rank: int, grouped: tree.Grouped) -> Key:
    name = f"k:{rank}"
    label = grouped.label or _own_label(grouped.value)
    match grouped.value:
        case tree.Ranges():
            return _ranges(context, name, label, grouped.value)
        case tree.Widths():
            return _widths(context, name, label, grouped.value)
        case tree.Call(function="geo_cluster"):
            return _cells(context, name, label, grouped.value)
    inner = compile_value(context, Row(context), grouped.value)
    if inner.type is None or inner.type in _NOT_KEYS:
        msg = f"{label} cannot be grouped by."
        raise context.error(msg)
    output = Output(name=label, type=inner.type, columns=(name,))
    return Key(name=name, label=label, written=write(grouped.value), inner=inner, output=output)


def _cells(context: Context, name: str, label: str, node: tree.Call) -> Key:
    """Return the number of the cell a point is in; the place of none is null and forms a group."""
    place, precision = node.arguments
    field = context.schema.get(place.name) if isinstance(place, tree.Name) else None
    if isinstance(place, tree.Name):
        known_field(context, place.name)
    if field is None or field.type is not FieldType.GEO_POINT:
        raise context.error("geo_cluster only supports geo_point_2d fields.")
    size = precision.value if isinstance(precision, tree.Literal) else None
    if not isinstance(size, int) or isinstance(size, bool) or not 1 <= size <= clusters.FINEST:
        msg = f"geo_cluster needs a precision from 1 to {clusters.FINEST}."
        raise context.error(msg)
    output = Output(
        name=label, type=FieldType.GEO_POINT, columns=(name,), form=Form.CELL, width=size
    )
    inner = Typed(type=FieldType.INT, sql=clusters.number_of_cell(context, field, size))
    return Key(name=name, label=label, written=write(node), inner=inner, output=output)


def _own_label(value: tree.Value | tree.Ranges | tree.Widths) -> str:
    return value.name if isinstance(value, tree.Name) else value.text or write(value)


def _ranges(context: Context, name: str, label: str, ranges: tree.Ranges) -> Key:
    """Return the rank of the group a value is in, its lower bound included, its upper one not."""
    of = known_field(context, ranges.field)
    value = Row(context).name(tree.Name(name=ranges.field))
    dated = [one for one in ranges.bounds if isinstance(one, tree.DateLiteral)]
    expected = TEMPORAL if dated else NUMERIC
    if of.type not in expected or (dated and len(dated) < len(ranges.bounds)):
        msg = f"range() of {of.name} needs bounds of the type of the field."
        raise context.error(msg)
    _check_ascending(context, ranges)
    bounds = [_bound(context, of, one) for one in ranges.bounds]
    limits = [number(-1)] * (not ranges.open_low)
    limits += [number(rank) for rank in range(len(bounds) + ranges.open_low - 1)]
    cases = [
        exp.If(
            this=exp.LT(this=value.again(), expression=bound),
            true=exp.Null() if isinstance(limit, exp.Neg) else limit,
        )
        for bound, limit in zip(bounds, limits, strict=True)
    ]
    missing = exp.Is(this=value.again(), expression=exp.Null())
    last: exp.Expr = number(len(limits) - (not ranges.open_low)) if ranges.open_high else exp.Null()
    sql = exp.Case(ifs=[exp.If(this=missing, true=exp.Null()), *cases], default=last)
    output = Output(
        name=label,
        type=FieldType.TEXT,
        columns=(name,),
        form=Form.RANGE,
        labels=_labels(context, of, ranges),
    )
    inner = Typed(type=FieldType.INT, sql=sql)
    return Key(
        name=name, label=label, written=write(ranges), inner=inner, output=output, needed=True
    )


def _check_ascending(context: Context, ranges: tree.Ranges) -> None:
    ends = [
        dates.to_utc(one.first, context.zone).replace(tzinfo=dt.UTC).timestamp()
        if isinstance(one, tree.DateLiteral)
        else float(one.value or 0)
        for one in ranges.bounds
    ]
    if any(low >= high for low, high in itertools.pairwise(ends)):
        raise context.error("range() needs its bounds from the least to the greatest.")


def _bound(context: Context, of: Field, bound: tree.Literal | tree.DateLiteral) -> exp.Expr:
    if isinstance(bound, tree.DateLiteral) and of.type is FieldType.DATE:
        return context.parameter(dates.to_local(bound.first, context.zone).date())
    return compile_value(
        context,
        Row(context),
        tree.DateLiteral(first=bound.first, last=bound.first)
        if isinstance(bound, tree.DateLiteral)
        else bound,
    ).sql


def _labels(context: Context, of: Field, ranges: tree.Ranges) -> tuple[str, ...]:
    ends = [None] * ranges.open_low + list(ranges.bounds) + [None] * ranges.open_high
    pairs = itertools.pairwise(ends)
    return tuple(_range_label(context, of, low, high) for low, high in pairs)


def _range_label(
    context: Context,
    of: Field,
    low: tree.Literal | tree.DateLiteral | None,
    high: tree.Literal | tree.DateLiteral | None,
) -> str:
    if isinstance(low, tree.DateLiteral) or isinstance(high, tree.DateLiteral):
        zone = dates.zone("UTC") if of.type is FieldType.DATE else context.zone
        ends = (
            one.first.replace(tzinfo=one.first.tzinfo or zone)
            if isinstance(one, tree.DateLiteral)
            else None
            for one in (low, high)
        )
        return f"[{', '.join(outputs.stamp(end, zone) for end in ends)}["
    numbers = [one.value if isinstance(one, tree.Literal) else None for one in (low, high)]
    floats = [float(one) if isinstance(one, int | float) else None for one in numbers]
    whole = of.type is FieldType.INT and all(one is None or one.is_integer() for one in floats)
    return outputs.number_range(floats[0], floats[1], whole=whole)


def _widths(context: Context, name: str, label: str, widths: tree.Widths) -> Key:
    """Return the number of the group a value is in; null stays null and forms a group."""
    of = known_field(context, widths.field)
    value = Row(context).name(tree.Name(name=widths.field))
    if of.type not in (TEMPORAL if widths.unit else NUMERIC):
        wanted = "a date" if widths.unit else "a number"
        msg = f"range() of {of.name} with this width needs {wanted}."
        raise context.error(msg)
    if widths.unit:
        sql, kind = _number_of_moment(context, value, widths), FieldType.INT
    else:
        sql, kind = _number_of_width(context, value, widths.width), FieldType.DOUBLE
    output = Output(
        name=label,
        type=of.type,
        columns=(name,),
        form=Form.WIDTH,
        width=widths.width,
        unit=widths.unit,
    )
    inner = Typed(type=kind, sql=sql)
    return Key(name=name, label=label, written=write(widths), inner=inner, output=output)


def _number_of_width(context: Context, value: Typed, width: float) -> exp.Expr:
    ratio = exp.Div(this=context.dialect.real(value.sql), expression=number(float(width)))
    return exp.Floor(this=ratio)


def _number_of_moment(context: Context, value: Typed, widths: tree.Widths) -> exp.Expr:
    width, unit = int(widths.width), widths.unit
    if unit in outputs.MONTHS:
        return _number_of_months(context, value, unit)
    if unit in outputs.MICROSECONDS:
        return _number_of_clock(context, value, width * outputs.MICROSECONDS[unit], widths)
    days = _days(context, value)
    if unit == "w":
        days = paren(exp.Add(this=days, expression=number(_FROM_MONDAY)))
    return _floored(days, width * (_DAYS_OF_A_WEEK if unit == "w" else 1))


def _floored(value: exp.Expr, width: int) -> exp.Expr:
    """Return a whole number divided by another, rounded down even below zero."""
    if width == 1:
        return value
    start = paren(exp.Sub(this=value.copy(), expression=positive_modulo(value, width)))
    return exp.Floor(this=exp.Div(this=start, expression=number(width)))


def _days(context: Context, value: Typed) -> exp.Expr:
    dialect = context.dialect
    if value.type is FieldType.DATE:
        return dialect.days(value.sql)
    local = dialect.local_microseconds(value.sql, context.zone.key)
    return _floored(local, 24 * outputs.MICROSECONDS["h"])


def _number_of_months(context: Context, value: Typed, unit: str) -> exp.Expr:
    years = paren(exp.Sub(this=moment_part(context, value, "year"), expression=number(_FIRST_YEAR)))
    if unit == "y":
        return years
    name, many = ("quarter", _QUARTERS) if unit == "q" else ("month", _MONTHS_OF_A_YEAR)
    part = exp.Sub(this=moment_part(context, value, name), expression=number(1))
    many_years = exp.Mul(this=years, expression=number(many))
    return paren(exp.Add(this=many_years, expression=paren(part)))


def _number_of_clock(context: Context, value: Typed, width: int, widths: tree.Widths) -> exp.Expr:
    """Return where groups of an hour or less begin, in microseconds of UTC; the number of a longer
    group, as the clocks of the zone count."""
    dialect = context.dialect
    if value.type is FieldType.DATE:
        local: exp.Expr = paren(
            exp.Mul(this=dialect.days(value.sql), expression=number(24 * outputs.MICROSECONDS["h"]))
        )
        moment = local.copy()
    else:
        local = dialect.local_microseconds(value.again(), context.zone.key)
        moment = dialect.microseconds(value.again())
    if not outputs.is_instant(widths.width, widths.unit):
        return _floored(local, width)
    return paren(exp.Sub(this=moment, expression=positive_modulo(local, width)))
