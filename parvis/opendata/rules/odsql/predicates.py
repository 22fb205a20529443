"""Operands that are conditions: text looked for, places, membership of a list or a range."""

from __future__ import annotations

from parvis.opendata.rules.odsql import geometries, tree
from parvis.opendata.rules.odsql.cursor import Cursor
from parvis.opendata.rules.odsql.functions import Reader, date, geometry, now
from parvis.opendata.rules.odsql.lexing import Kind, Token

METRES = {
    "mi": 1609.344,
    "yd": 0.9144,
    "ft": 0.3048,
    "m": 1.0,
    "cm": 0.01,
    "km": 1000.0,
    "mm": 0.001,
}
"""How many metres a unit of distance has."""

_SEARCHES = ("search", "suggest", "startswith")
_RELATIONS = {one.value: one for one in tree.Relation} | {"intersect": tree.Relation.INTERSECTS}
_NAMED = ("intersects", "disjoint", "within")
_CIRCLES = ("within_distance", "distance")
_BOXES = ("in_bbox", "bbox")
_OTHERS = ("geometry", "polygon")
# `distance(f, geom'…'` is a condition if a comma follows, and a value if not.
_ARGUMENTS_OF_A_CIRCLE = 6


def at_predicate(cursor: Cursor) -> bool:
    """Tell whether a condition with the look of a function stands here.

    `distance` and `bbox` are one in the where clause only, as they were before 2.1; elsewhere they
    are values.
    """
    if cursor.clause.name == "where" and cursor.at_call("bbox", "distance"):
        return cursor.at_call("bbox") or cursor.ahead(_ARGUMENTS_OF_A_CIRCLE).is_symbol(",")
    return cursor.at_call(*_SEARCHES, *_NAMED, "within_distance", "in_bbox", *_OTHERS)


def read(cursor: Cursor) -> tree.Condition:
    """Read the condition that stands here."""
    start = cursor.take()
    name = start.value.lower()
    cursor.expect("(")
    if name in _SEARCHES:
        return _search(cursor, start, tree.TextMode(name))
    field = cursor.name()
    cursor.expect(",")
    if name in _CIRCLES:
        return _circle(cursor, start, field)
    if name in _BOXES:
        return _box(cursor, start, field)
    return _spatial(cursor, start, field)


def _search(cursor: Cursor, start: Token, mode: tree.TextMode) -> tree.TextSearch:
    fields: list[str] = []
    if cursor.accept("*"):
        cursor.expect(",")
    else:
        while cursor.next.kind is not Kind.TEXT:
            fields.append(cursor.name())
            cursor.expect(",")
    words = cursor.words()
    cursor.expect(")")
    return tree.TextSearch(mode=mode, words=words, fields=tuple(fields), **cursor.since(start))


def _circle(cursor: Cursor, start: Token, field: str) -> tree.WithinDistance:
    center = geometry(cursor)
    cursor.expect(",")
    at = cursor.next
    metres = float(cursor.signed_number())
    if metres < 0:
        raise cursor.clause.unexpected(at, ": a distance is not negative")
    if cursor.next.kind is Kind.NAME:
        if cursor.next.value.lower() not in METRES:
            raise cursor.clause.unexpected(cursor.next)
        metres *= METRES[cursor.take().value.lower()]
    cursor.expect(")")
    place = cursor.since(start)
    return tree.WithinDistance(field=field, center=center, metres=metres, **place)


def _box(cursor: Cursor, start: Token, field: str) -> tree.InBox:
    """Read two corners, latitude first, or as two points."""
    if cursor.next.is_word("geom"):
        first = _corner(cursor)
        cursor.expect(",")
        second = _corner(cursor)
    else:
        first = _degrees(cursor)
        cursor.expect(",")
        second = _degrees(cursor)
    cursor.expect(")")
    (south, north), (west, east) = (sorted(pair) for pair in zip(first, second, strict=True))
    place = cursor.since(start)
    return tree.InBox(field=field, south=south, west=west, north=north, east=east, **place)


def _degrees(cursor: Cursor) -> tuple[float, float]:
    latitude = float(cursor.signed_number())
    cursor.expect(",")
    return latitude, float(cursor.signed_number())


def _corner(cursor: Cursor) -> tuple[float, float]:
    at = cursor.next
    try:
        longitude, latitude = geometries.point(geometry(cursor).geojson)
    except ValueError as error:
        raise cursor.clause.unexpected(at, f": {error}") from None
    return latitude, longitude


def _spatial(cursor: Cursor, start: Token, field: str) -> tree.Spatial:
    """Read `within(f, g)`, or its older names `geometry(f, g, WITHIN)` and `polygon(f, g)`."""
    name = start.value.lower()
    shape = geometry(cursor)
    relation = _RELATIONS.get(name, tree.Relation.WITHIN)
    if name == "geometry":
        relation = tree.Relation.INTERSECTS
        if cursor.accept(","):
            if not cursor.next.is_word(*_RELATIONS):
                raise cursor.clause.unexpected(cursor.next)
            relation = _RELATIONS[cursor.take().value.lower()]
    cursor.expect(")")
    place = cursor.since(start)
    return tree.Spatial(field=field, relation=relation, geometry=shape, **place)


def membership(
    cursor: Cursor, left: tree.Value, start: Token, value: Reader
) -> tree.InList | tree.InRange:
    """Read what follows `in`: a list, a range, or the field that holds the left side."""
    if cursor.next.is_symbol("[", "]"):
        return _range(cursor, left, start)
    if not cursor.accept("("):
        if not isinstance(left, tree.Literal):
            raise cursor.clause.unexpected(cursor.next)
        at = cursor.next
        holder = tree.Name(name=cursor.name(), **cursor.since(at))
        return tree.InList(value=holder, choices=(left,), **cursor.since(start))
    with cursor.deeper():
        choices = [value(cursor)]
        while cursor.accept(","):
            choices.append(value(cursor))
    cursor.expect(")")
    return tree.InList(value=left, choices=tuple(choices), **cursor.since(start))


def _range(cursor: Cursor, left: tree.Value, start: Token) -> tree.InRange:
    low_included = cursor.expect("[", "]").value == "["
    low = _bound(cursor)
    if not cursor.accept_word("to"):
        cursor.expect("..")
    high = _bound(cursor)
    high_included = cursor.expect("[", "]").value == "]"
    return tree.InRange(
        value=left,
        low=low,
        high=high,
        low_included=low_included,
        high_included=high_included,
        **cursor.since(start),
    )


def _bound(cursor: Cursor) -> tree.Literal | tree.DateLiteral | tree.Now | None:
    start = cursor.next
    if cursor.accept("*"):
        return None
    if start.is_word("date"):
        return date(cursor)
    if start.kind is Kind.TEXT:
        return tree.Literal(value=cursor.words(), **cursor.since(start))
    if cursor.at_call("now"):
        return now(cursor)
    return tree.Literal(value=cursor.signed_number(), **cursor.since(start))
