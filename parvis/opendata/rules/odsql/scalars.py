"""Values of a row as SQL, their types checked.

Arithmetic never fails: whole numbers are counted in 128 bits and are null where they no longer fit
in 64, a division by zero is null.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping

from sqlglot import exp

from parvis.opendata.rules.fields import NUMERIC, RECORD_ID, ROW_ID, TEMPORAL, Field, FieldType
from parvis.opendata.rules.odsql import dates, distances, formats, geometries, tree
from parvis.opendata.rules.odsql.context import Context, Scope, Typed
from parvis.opendata.rules.odsql.dialects import column, either, is_null, number, paren
from parvis.opendata.rules.odsql.errors import shown
from parvis.opendata.rules.odsql.lexing import LARGEST_WHOLE

_TECHNICAL = {ROW_ID: FieldType.INT, RECORD_ID: FieldType.TEXT}
_CLOCK_PARTS = frozenset({"hour", "minute", "second"})
_OPERATORS: dict[str, type[exp.Binary]] = {"+": exp.Add, "-": exp.Sub, "*": exp.Mul}


class Row:
    """The scope of one row: a name is a field."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def name(self, node: tree.Name) -> Typed:
        """Return a field; raises QueryError for an unknown one."""
        if node.name in _TECHNICAL:
            return Typed(type=_TECHNICAL[node.name], sql=column(node.name))
        field = known_field(self._context, node.name)
        sql = column(field.columns[0])
        return Typed(type=field.type, sql=sql, is_list=field.is_multivalued, field=field)

    def known(self, node: tree.Value) -> Typed | None:
        """Return None, after refusing what only groups have."""
        if isinstance(node, tree.Aggregate):
            msg = f"{node.function} is an aggregation function, not allowed here."
            raise self._context.error(msg)
        return None


def known_field(context: Context, name: str) -> Field:
    """Return a field of the schema; raises QueryError for an unknown one."""
    field = context.schema.get(name)
    if field is None:
        msg = f"Unknown field: {shown(name, width=100)}."
        raise context.error(msg)
    return field


def compile_value(context: Context, scope: Scope, node: tree.Value) -> Typed:
    """Return a value as SQL; raises QueryError for an unknown field and for types that do not go
    together."""
    known = scope.known(node)
    if known is not None:
        return known
    match node:
        case tree.Name():
            return scope.name(node)
        case tree.Arithmetic() | tree.Negative():
            return _arithmetic(context, scope, node)
        case tree.Call():
            return _CALLS[node.function](context, scope, node)
        case _:
            return _literal(context, node)


def _literal(context: Context, node: tree.Value) -> Typed:
    match node:
        case tree.DateLiteral():
            return _date(context, node)
        case tree.Now():
            return _now(context, node)
        case tree.Literal():
            return _constant(context, node)
        case _:
            raise context.error("A geometry is no value of its own.")


def _constant(context: Context, node: tree.Literal) -> Typed:
    value = node.value
    if value is None:
        return Typed(type=None, sql=exp.Null())
    if isinstance(value, bool):
        return Typed(type=FieldType.BOOLEAN, sql=exp.Boolean(this=value))
    if isinstance(value, str):
        return Typed(type=FieldType.TEXT, sql=context.parameter(value))
    if isinstance(value, int) and abs(value) < LARGEST_WHOLE:
        return Typed(type=FieldType.INT, sql=context.parameter(value))
    return Typed(type=FieldType.DOUBLE, sql=context.parameter(float(value)))


def _date(context: Context, node: tree.DateLiteral) -> Typed:
    covers = (node.first, node.last)
    if node.first == node.last:
        moment = context.parameter(dates.to_utc(node.first, context.zone))
        return Typed(type=FieldType.DATETIME, sql=moment, covers=covers)
    return Typed(type=FieldType.DATE, sql=context.parameter(node.first.date()), covers=covers)


def _now(context: Context, node: tree.Now) -> Typed:
    if context.now is None:
        raise context.error("now() is not known here.")
    try:
        moment = dates.moved(context.now, node.parts, context.zone)
    except ValueError as error:
        raise context.error(str(error)) from None
    aware = moment.replace(tzinfo=dt.UTC)
    return Typed(type=FieldType.DATETIME, sql=context.parameter(moment), covers=(aware, aware))


def need(context: Context, value: Typed, types: frozenset[FieldType], said: str) -> Typed:
    """Return a value of one of these types, or null; raises QueryError saying what is needed."""
    if value.type is not None and (value.type not in types or value.is_list):
        raise context.error(said)
    return value


def _arithmetic(context: Context, scope: Scope, node: tree.Arithmetic | tree.Negative) -> Typed:
    if isinstance(node, tree.Negative):
        left, operator = Typed(type=FieldType.INT, sql=number(0)), "-"
        right = compile_value(context, scope, node.value)
    else:
        left, operator = compile_value(context, scope, node.left), node.operator
        right = compile_value(context, scope, node.right)
    for side in (left, right):
        need(context, side, NUMERIC, "Arithmetic operators are only defined on numeric values.")
    return computed(context, operator, left, right)


def computed(context: Context, operator: str, left: Typed, right: Typed) -> Typed:
    """Return the result of an operation of two numbers."""
    dialect = context.dialect
    if operator == "/":
        divisor = exp.Nullif(this=dialect.real(right.sql), expression=number(0))
        sql: exp.Expr = exp.Div(this=dialect.real(left.sql), expression=divisor)
        return Typed(type=FieldType.DOUBLE, sql=paren(sql))
    if FieldType.DOUBLE in {left.type, right.type}:
        sql = _OPERATORS[operator](this=dialect.real(left.sql), expression=dialect.real(right.sql))
        return Typed(type=FieldType.DOUBLE, sql=paren(sql))
    sql = _OPERATORS[operator](this=dialect.wide(left.sql), expression=dialect.wide(right.sql))
    return Typed(type=FieldType.INT, sql=dialect.fitting(sql))


def moment_part(context: Context, value: Typed, name: str) -> exp.Expr:
    """Return a part of a date, or of a datetime as the clocks of the query's zone show it."""
    if value.type is FieldType.DATETIME:
        return context.dialect.part(name, context.dialect.local(value.again(), context.zone.key))
    if name in _CLOCK_PARTS:
        return either(is_null(value.again()), exp.Null(), number(0))
    return context.dialect.part(name, value.again())


def _part_of_date(context: Context, scope: Scope, node: tree.Call) -> Typed:
    value = compile_value(context, scope, node.arguments[0])
    need(context, value, TEMPORAL, f"{node.function} only supports date or datetime expressions.")
    return Typed(type=FieldType.INT, sql=moment_part(context, value, node.function))


def _date_format(context: Context, scope: Scope, node: tree.Call) -> Typed:
    value = compile_value(context, scope, node.arguments[0])
    need(context, value, TEMPORAL, "date_format only supports date or datetime expressions.")
    pattern = node.arguments[1]
    if not (isinstance(pattern, tree.Literal) and isinstance(pattern.value, str)):
        raise context.error("date_format needs a format between quotes.")

    def part(name: str) -> exp.Expr:
        return moment_part(context, value, name)

    sql = formats.formatted(context, pattern.value, value.again(), part)
    return Typed(type=FieldType.TEXT, sql=sql)


def _length(context: Context, scope: Scope, node: tree.Call) -> Typed:
    value = _one_text(context, scope, node)
    return Typed(type=FieldType.INT, sql=context.dialect.length(value.sql))


def _lower(context: Context, scope: Scope, node: tree.Call) -> Typed:
    value = _one_text(context, scope, node)
    return Typed(type=FieldType.TEXT, sql=context.dialect.lower(value.sql))


def _one_text(context: Context, scope: Scope, node: tree.Call) -> Typed:
    value = compile_value(context, scope, node.arguments[0])
    said = f"{node.function} only supports text expressions that are not multivalued."
    return need(context, value, frozenset({FieldType.TEXT}), said)


def _ifnull(context: Context, scope: Scope, node: tree.Call) -> Typed:
    first, other = (compile_value(context, scope, one) for one in node.arguments)
    kinds = {first.type, other.type} - {None}
    if first.is_list or other.is_list or not _go_together(kinds):
        raise context.error("ifnull needs two expressions of the same type.")
    kind = first.type or other.type
    if len(kinds) > 1:
        kind = FieldType.DOUBLE if kinds == NUMERIC else FieldType.DATETIME
        first, other = (_converted(context, one, kind) for one in (first, other))
    return Typed(type=kind, sql=exp.Coalesce(this=first.sql, expressions=[other.sql]))


def _go_together(kinds: set[FieldType | None]) -> bool:
    simple = kinds <= {*NUMERIC, *TEMPORAL, FieldType.TEXT, FieldType.BOOLEAN}
    return simple and (len(kinds) <= 1 or kinds in (NUMERIC, TEMPORAL))


def _converted(context: Context, value: Typed, kind: FieldType) -> Typed:
    """Return a number as a double; a typed day, or a date, as its first moment in UTC."""
    if value.type is kind or value.type is None:
        return value
    if kind is FieldType.DOUBLE:
        return Typed(type=kind, sql=context.dialect.real(value.sql))
    if value.covers is None:
        raise context.error("ifnull needs two expressions of the same type.")
    first = dates.to_utc(value.covers[0], context.zone)
    return Typed(type=kind, sql=context.parameter(first))


def _distance(context: Context, scope: Scope, node: tree.Call) -> Typed:
    place, center = node.arguments
    if not isinstance(place, tree.Name) or not isinstance(center, tree.Geometry):
        raise context.error("distance needs a field and a geometry.")
    field = scope.name(place).field
    if field is not None and field.type is FieldType.GEO_SHAPE:
        return Typed(type=FieldType.DOUBLE, sql=_of_shape(context, node, center))
    return Typed(type=FieldType.DOUBLE, sql=distance(context, field, center))


def _of_shape(context: Context, node: tree.Call, center: tree.Geometry) -> exp.Expr:
    """Return the metres to a shape: they were measured before, one number for each rank,
    `NO_SHAPE` where there is none."""
    point(context, center)
    measured = list(context.found[node] or [NO_SHAPE])
    metres = context.dialect.at(context.parameter(measured), column(ROW_ID))
    return exp.Nullif(this=metres, expression=number(NO_SHAPE))


NO_SHAPE = -1.0
"""What stands for the distance of a row that has no shape."""


def point(context: Context, center: tree.Geometry) -> tuple[float, float]:
    """Return the longitude and latitude of a point; raises QueryError for another geometry."""
    try:
        return geometries.point(center.geojson)
    except ValueError as error:
        msg = f"Invalid geometry: {error}."
        raise context.error(msg) from None


def distance(context: Context, field: Field | None, center: tree.Geometry) -> exp.Expr:
    """Return the metres between the point of a field and another point."""
    if field is None or field.type is not FieldType.GEO_POINT:
        raise context.error("distance only supports geographic fields.")
    longitude, latitude = point(context, center)
    here = (context.parameter(longitude), context.parameter(latitude))
    there = tuple(column(name) for name in field.columns)
    return distances.metres(there, here)


def _json_format(context: Context, scope: Scope, node: tree.Call) -> Typed:
    del scope, node
    raise context.error("json_format only stands alone in a select clause.")


def _geo_cluster(context: Context, scope: Scope, node: tree.Call) -> Typed:
    del scope, node
    raise context.error("geo_cluster only stands alone in a group_by clause.")


_CALLS: Mapping[str, Callable[[Context, Scope, tree.Call], Typed]] = {
    "length": _length,
    "lower": _lower,
    "date_format": _date_format,
    "ifnull": _ifnull,
    "distance": _distance,
    "geo_cluster": _geo_cluster,
    "json_format": _json_format,
} | dict.fromkeys(("year", "month", "day", "hour", "minute", "second"), _part_of_date)
