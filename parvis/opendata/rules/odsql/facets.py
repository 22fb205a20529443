"""Facets: `refine` and `exclude`, and the values of a facet with how many rows have each.

Refinements of one field hold together: a row must have them all, unless the field is annotated
"disjunctive", where one is enough. A date is refined by its beginning, `2020/11`; so is a text
annotated "hierarchical", by its separator. What is excluded has none of its values; a row without a
value stays.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from parvis.opendata.rules.fields import NUMERIC, TEMPORAL, Field, FieldType, Schema
from parvis.opendata.rules.odsql import dates, tree
from parvis.opendata.rules.odsql.cursor import Cursor
from parvis.opendata.rules.odsql.errors import malformed, shown
from parvis.opendata.rules.odsql.lexing import Kind

MAX_VALUES = 20_000
"""Values of the longest facet: those of the longest group_by."""
DATE_LEVELS = ("yyyy", "yyyy/MM", "yyyy/MM/dd")
"""How the values of a facet of dates are written, from years to days."""
SORTS = frozenset({"count", "-count", "alphanum", "-alphanum", "num", "-num"})

_BOOLEANS = {"true": True, "1": True, "false": False, "0": False}
_LEVELS_SIGN = "/"
_NAME = re.compile(r"[A-Za-z0-9_.]{1,200}")
_FACETTED = {*TEMPORAL, *NUMERIC, FieldType.TEXT, FieldType.BOOLEAN}


@dataclass(frozen=True, slots=True, kw_only=True)
class Facet:
    """A facet as it is asked for; what is not said is None, and the field's annotations tell."""

    name: str
    disjunctive: bool | None = None
    hierarchical: bool | None = None
    separator: str | None = None
    sort: str | None = None
    limit: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Refinement:
    """A field and the value its rows must have, or must not."""

    field: Field
    value: str


# --- refine and exclude ---------------------------------------------------------------------------


def refinements(schema: Schema, texts: Sequence[str], *, clause: str) -> tuple[Refinement, ...]:
    """Read `refine=name:value` or `exclude=name:value`; the value may stand between quotes.

    Raises QueryError for an unknown field, a text without a colon, and a value that is none of the
    field's type.
    """
    return tuple(_refinement(schema, text, clause) for text in texts)


def _refinement(schema: Schema, text: str, clause: str) -> Refinement:
    name, colon, value = text.partition(":")
    name, value = name.strip().strip("`"), value.strip()
    if not colon:
        message = f"'{shown(text, width=100)}' is not a field, a colon and a value."
        raise malformed(message, clause=clause)
    field = schema.get(name)
    if field is None:
        msg = f"Unknown field: {shown(name, width=100)}."
        raise malformed(msg, clause=clause)
    if len(value) > 1 and value[0] == value[-1] and value[0] in "\"'":
        value = value[1:-1]
    found = Refinement(field=field, value=value.encode("utf-8", "replace").decode("utf-8"))
    _holds(found, clause)
    return found


def condition(
    refined: Sequence[Refinement], excluded: Sequence[Refinement] = ()
) -> tree.Condition | None:
    """Return the condition of the rows that are left; None if nothing is refined or excluded."""
    by_field: dict[str, list[Refinement]] = {}
    for one in refined:
        by_field.setdefault(one.field.name, []).append(one)
    conditions: list[tree.Condition] = []
    for same in by_field.values():
        held = tuple(_holds(one, "refine") for one in same)
        together = "disjunctive" not in same[0].field.annotations
        conditions += held if together or len(held) == 1 else [tree.Or(conditions=held)]
    conditions += [tree.Not(condition=_holds(one, "exclude")) for one in excluded]
    return both(*conditions)


def both(*conditions: tree.Condition | None) -> tree.Condition | None:
    """Return the condition that all of these hold; None is no condition."""
    present = tuple(one for one in conditions if one is not None)
    return tree.And(conditions=present) if len(present) > 1 else next(iter(present), None)


def _holds(one: Refinement, clause: str) -> tree.Condition:
    name = tree.Name(name=one.field.name)
    try:
        value = _literal(one.field, one.value)
    except (ValueError, KeyError):
        message = f"'{shown(one.value, width=100)}' is no value of {one.field.name}."
        raise malformed(message, clause=clause) from None
    equal = tree.Comparison(operator="=", left=name, right=value)
    separator = _separator(one.field)
    if separator is None:
        return equal
    below = tree.TextSearch(
        mode=tree.TextMode.STARTS_WITH, words=one.value + separator, fields=(one.field.name,)
    )
    return tree.Or(conditions=(equal, below))


def _literal(field: Field, text: str) -> tree.Literal | tree.DateLiteral:
    if field.type in TEMPORAL:
        first, last = dates.read(text)
        return tree.DateLiteral(first=first, last=last)
    match field.type:
        case FieldType.TEXT:
            return tree.Literal(value=text)
        case FieldType.INT:
            return tree.Literal(value=int(text))
        case FieldType.DOUBLE:
            return tree.Literal(value=float(text))
        case FieldType.BOOLEAN:
            return tree.Literal(value=_BOOLEANS[text.lower()])
        case _:
            raise ValueError(text)


def _separator(field: Field) -> str | None:
    if field.type is not FieldType.TEXT or "hierarchical" not in field.annotations:
        return None
    return next(iter(field.annotations["hierarchical"]), _LEVELS_SIGN)


# --- facets that are asked for --------------------------------------------------------------------


def parse_facet(text: str) -> Facet:
    """Read `theme` or `facet(name="theme", disjunctive=true, sort="-count", limit=10)`.

    A name alone may be a reserved word: `facet=year`.

    Raises QueryError naming what it cannot read, and its place.
    """
    if _NAME.fullmatch(text.strip()):
        return Facet(name=text.strip())
    cursor = Cursor(text, "facet")
    if not cursor.at_call("facet"):
        name = cursor.name()
        cursor.expect_end()
        return Facet(name=name)
    cursor.take()
    cursor.expect("(")
    told: dict[str, str | bool | int] = {}
    while not cursor.accept(")"):
        if told:
            cursor.expect(",")
        name, value = _option(cursor)
        told[name] = value
    cursor.expect_end()
    return _facet(cursor, told)


def _option(cursor: Cursor) -> tuple[str, str | bool | int]:
    start = cursor.next
    name = start.value.lower()
    if start.kind is not Kind.NAME or name not in _OPTIONS:
        raise cursor.clause.unexpected(start)
    cursor.take()
    cursor.expect("=")
    at = cursor.next
    if name in {"disjunctive", "hierarchical"}:
        if not at.is_word("true", "false"):
            raise cursor.clause.unexpected(at)
        return name, cursor.take().value.lower() == "true"
    if name == "limit":
        value = cursor.whole_number()
        if not 0 < value <= MAX_VALUES:
            raise cursor.clause.unexpected(at, f": the limit goes from 1 to {MAX_VALUES}")
        return name, value
    words = cursor.words()
    if name == "sort" and words not in SORTS:
        raise cursor.clause.unexpected(at)
    return name, words


_OPTIONS = frozenset(one.name for one in dataclasses.fields(Facet))


def _facet(cursor: Cursor, told: Mapping[str, str | bool | int]) -> Facet:
    def text(name: str) -> str | None:
        return str(told[name]) if name in told else None

    def flag(name: str) -> bool | None:
        return bool(told[name]) if name in told else None

    if "name" not in told:
        raise cursor.clause.unexpected_at(0, "facet", ": a facet needs its name")
    return Facet(
        name=str(told["name"]),
        disjunctive=flag("disjunctive"),
        hierarchical=flag("hierarchical"),
        separator=text("separator"),
        sort=text("sort"),
        limit=int(told["limit"]) if "limit" in told else None,
    )


def default_facets(schema: Schema) -> tuple[Facet, ...]:
    """Return the facets of a dataset: its fields with that annotation."""
    return tuple(Facet(name=one.name) for one in schema.fields if "facet" in one.annotations)


def field_of(facet: Facet, schema: Schema) -> Field:
    """Return the field of a facet, its annotations as the facet wants them.

    Raises QueryError for an unknown field, and for one of a type that has no facet.
    """
    field = schema.get(facet.name)
    if field is None:
        msg = f"Unknown field: {shown(facet.name, width=100)}."
        raise malformed(msg, clause="facet")
    if field.type not in _FACETTED:
        message = f"The field {field.name} of type {field.type} has no facet."
        raise malformed(message, clause="facet")
    annotations = dict(field.annotations)
    for name, wanted in (("disjunctive", facet.disjunctive), ("hierarchical", facet.hierarchical)):
        if wanted is True:
            annotations.setdefault(name, ())
        elif wanted is False:
            annotations.pop(name, None)
    if facet.separator and "hierarchical" in annotations:
        annotations["hierarchical"] = (facet.separator,)
    return dataclasses.replace(field, annotations=annotations)
