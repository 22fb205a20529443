"""Conditions as SQL.

Three values, then two: a comparison with null is neither true nor false to an engine, and a row is
kept only where its condition is true. « Any comparison with null is false » says the same of every
clause without `not`. Under `not` it says more than SQL does: the servers of this API return the
exact complement, rows with null included (measured: `NOT f = "x"` finds 176 - 124 rows of 176,
nulls kept, where `f != "x"` finds only those that have another value). So `not` first turns unknown
into false, and nothing else needs to: AND and OR of unknowns keep the same rows either way, and the
engine still prunes by the least and greatest of its row groups.

`is not true` is the complement of `is true`. On a multivalued field a comparison holds if an
element makes it hold, `!=` if no element is equal and there is one; an empty list is null.
"""

from __future__ import annotations

import dataclasses
import re
from functools import reduce

from sqlglot import exp

from parvis.opendata.rules.fields import FieldType
from parvis.opendata.rules.odsql import comparisons, dialects, distances, geometries, tree
from parvis.opendata.rules.odsql.context import Context, Typed
from parvis.opendata.rules.odsql.dialects import column, is_null
from parvis.opendata.rules.odsql.errors import incompatible
from parvis.opendata.rules.odsql.scalars import Row, compile_value, distance, known_field, point

_TEXT = FieldType.TEXT
_STARS = "%*"
_EDGE = r"[^\p{L}\p{N}_]"


def compile_condition(context: Context, node: tree.Condition) -> exp.Expr:
    """Return a condition of one row; a row where it is null is not kept.

    Raises QueryError for an unknown field and for types that are never equal.
    """
    match node:
        case tree.And() | tree.Or():
            parts = [compile_condition(context, one) for one in node.conditions]
            return _balanced(exp.And if isinstance(node, tree.And) else exp.Or, parts)
        case tree.Not():
            return _denied(context, node.condition)
        case tree.TextSearch():
            return _text_search(context, node)
        case tree.WithinDistance() | tree.InBox() | tree.Spatial():
            return _place(context, node)
        case _:
            return _of_a_value(context, node)


def _balanced(kind: type[exp.Connector], parts: list[exp.Expr]) -> exp.Expr:
    """Join conditions two by two: thousands of them are a dozen levels deep."""
    while len(parts) > 1:
        pairs = zip(parts[::2], parts[1::2], strict=False)
        joined: list[exp.Expr] = [
            dialects.paren(kind(this=left, expression=right)) for left, right in pairs
        ]
        parts = joined + parts[len(parts) - len(parts) % 2 :]
    return parts[0]


def _denied(context: Context, node: tree.Condition) -> exp.Expr:
    if isinstance(node, tree.Not):
        return known(compile_condition(context, node.condition))
    return exp.Not(this=known(compile_condition(context, node)))


def known(condition: exp.Expr) -> exp.Expr:
    """Return a condition that is false where it was unknown."""
    return exp.Coalesce(this=condition, expressions=[exp.false()])


def _of_a_value(context: Context, node: tree.Condition) -> exp.Expr:
    row = Row(context)
    match node:
        case tree.Comparison():
            return _comparison(context, row, node)
        case tree.InRange():
            return comparisons.in_range(context, row, node)
        case tree.InList():
            return _in_list(context, row, node)
        case tree.Like():
            return _like(context, row, node)
    return _state(context, row, node)


def _state(context: Context, row: Row, node: tree.Condition) -> exp.Expr:
    if isinstance(node, tree.IsTrue):
        return _is_true(context, row, node)
    if not isinstance(node, tree.IsNull):
        message = f"{type(node).__name__} is no condition."
        raise TypeError(message)
    empty = _empty(context, compile_value(context, row, node.value))
    return exp.Not(this=empty) if node.negated else empty


def _comparison(context: Context, row: Row, node: tree.Comparison) -> exp.Expr:
    left = compile_value(context, row, node.left)
    right = compile_value(context, row, node.right)
    return comparisons.compare(context, node.operator, left, right)


def _in_list(context: Context, row: Row, node: tree.InList) -> exp.Expr:
    """Return whether a value is one of a list: one test for plain values, one each for dates."""
    value = compile_value(context, row, node.value)
    choices = [compile_value(context, row, one) for one in node.choices]
    one_by_one = [
        comparisons.compare(context, "=", _copied(value), choice)
        for choice in choices
        if choice.type is not None
    ]
    if value.is_list or len(one_by_one) < len(choices) or any(one.covers for one in choices):
        return _balanced(exp.Or, one_by_one or [exp.false()])
    return exp.In(this=value.sql, expressions=[choice.sql for choice in choices])


def _copied(value: Typed) -> Typed:
    return dataclasses.replace(value, sql=value.again())


def _empty(context: Context, value: Typed) -> exp.Expr:
    if value.is_list:
        size = context.dialect.size(value.sql)
        return exp.EQ(
            this=exp.Coalesce(this=size, expressions=[dialects.number(0)]),
            expression=dialects.number(0),
        )
    return is_null(value.sql)


def _is_true(context: Context, row: Row, node: tree.IsTrue) -> exp.Expr:
    value = compile_value(context, row, node.value)
    if value.type not in {FieldType.BOOLEAN, None}:
        msg = f"{node.text} is not a boolean."
        raise incompatible(msg, clause=context.clause)
    test = exp.EQ(this=value.sql, expression=exp.Boolean(this=node.expected))
    return exp.Not(this=known(test)) if node.negated else test


def _like(context: Context, row: Row, node: tree.Like) -> exp.Expr:
    """Return whether a text holds all the words, in any case: whole words, unless a `*` or `%`
    stands at an end of one."""
    value = compile_value(context, row, node.value)
    if value.type is not _TEXT:
        raise incompatible("like only supports text fields.", clause=context.clause)
    text = context.dialect.joined(value.sql) if value.is_list else value.sql
    words = [word for word in node.words.split() if word.strip(_STARS)]
    if not words:
        return exp.Not(this=is_null(text))
    return _balanced(
        exp.And,
        [context.dialect.matches(text.copy(), context.parameter(_pattern(word))) for word in words],
    )


def _pattern(word: str) -> str:
    before = "" if word[0] in _STARS else f"(?:^|{_EDGE})"
    after = "" if word[-1] in _STARS else f"(?:$|{_EDGE})"
    return f"(?is){before}{re.escape(word.strip(_STARS))}{after}"


def _text_search(context: Context, node: tree.TextSearch) -> exp.Expr:
    fields = [known_field(context, name) for name in node.fields]
    for field in fields:
        if field.type is not _TEXT:
            msg = f"{node.mode} only supports text fields, {field.name} is {field.type}."
            raise context.error(msg)
    if node.mode is not tree.TextMode.STARTS_WITH:
        return _found(context, node)
    fields = fields or [field for field in context.schema.fields if field.type is _TEXT]
    names = [tree.Name(name=field.name) for field in fields]
    tests = [_starts_with(context, Row(context).name(name), node.words) for name in names]
    return _balanced(exp.Or, tests or [exp.false()])


def _starts_with(context: Context, value: Typed, start: str) -> exp.Expr:
    """Return whether a whole text, or a whole element, begins so: accents and case count."""
    if not value.is_list:
        return context.dialect.starts_with(value.sql, context.parameter(start))
    part = context.parameter(dialects.SEPARATOR + start)
    return context.dialect.contains(context.dialect.joined(value.sql), part)


def _found(
    context: Context, node: tree.TextSearch | tree.Spatial | tree.WithinDistance
) -> exp.Expr:
    """Return whether a row is among those that were found before."""
    rows = context.found[node]
    if rows is None:
        return exp.true()
    ranks = context.parameter(sorted(rows))
    return context.dialect.among_rows(column("_id"), ranks)


def _place(context: Context, node: tree.WithinDistance | tree.InBox | tree.Spatial) -> exp.Expr:
    field = known_field(context, node.field)
    if field.type not in {FieldType.GEO_POINT, FieldType.GEO_SHAPE}:
        msg = f"{field.name} is not a geographic field."
        raise context.error(msg)
    match node:
        case tree.Spatial():
            return _found(context, node)
        case tree.InBox():
            sides = (node.west, node.south, node.east, node.north)
            return _meets(context, field.columns, sides)
        case _ if field.type is FieldType.GEO_SHAPE:
            point(context, node.center)
            return _found(context, node)
        case _:
            apart = distance(context, field, node.center)
            near = exp.LTE(this=apart, expression=context.parameter(node.metres))
            box = distances.box_around(*geometries.point(node.center.geojson), node.metres)
            return exp.And(this=_meets(context, field.columns, box), expression=near)


def _meets(
    context: Context, columns: tuple[str, ...], sides: tuple[float, float, float, float]
) -> exp.Expr:
    """Return whether a point is in a box, or the box of a shape meets it."""
    west, south, east, north = (context.parameter(float(side)) for side in sides)
    low_x, low_y, high_x, high_y = columns * 2 if len(columns) < len(sides) else columns[1:]
    tests: list[exp.Expr] = [
        exp.LTE(this=column(low_x), expression=east),
        exp.GTE(this=column(high_x), expression=west),
        exp.LTE(this=column(low_y), expression=north),
        exp.GTE(this=column(high_y), expression=south),
    ]
    return reduce(lambda left, right: exp.And(this=left, expression=right), tests)
