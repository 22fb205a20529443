"""What a view of a dataset keeps of its rows: the filters of an address, as a condition.

`q=` words; `est.field=` a value, several of one field are one or the other; `dit.field=` words of a
text; `de.field=` and `a.field=` bounds, both included.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from django.utils.translation import gettext as _

from parvis.opendata.rules.fields import NUMERIC, TEMPORAL, Field, FieldType, Schema
from parvis.opendata.rules.odsql import compiling, dates, facets, tree
from parvis.opendata.rules.odsql.errors import QueryError
from parvis.opendata.rules.sieve import FROM, IS, SAYS, TO

WORDS = "q"
_LONGEST = 300
_MOST = 150
_FILTERED = {FieldType.TEXT, FieldType.BOOLEAN, *NUMERIC, *TEMPORAL}


class Parameters(Protocol):
    """The parameters of an address: each name may have several values."""

    def getlist(self, key: str) -> list[str]:
        """Return all values of a name."""

    def __iter__(self) -> Iterator[str]:
        """Walk the names."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """One filter: its kind, its field, what was typed."""

    kind: str
    name: str
    value: str

    @property
    def param(self) -> str:
        """Return its name in an address."""
        return f"{self.kind}.{self.name}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """All filters of a view."""

    words: str = ""
    given: tuple[Filter, ...] = ()

    @property
    def pairs(self) -> list[tuple[str, str]]:
        """Return the parameters that say the same."""
        words = [(WORDS, self.words)] if self.words else []
        return words + [(one.param, one.value) for one in self.given]

    def of(self, kind: str, name: str) -> str:
        """Return what was typed for a field, the first value if there are several."""
        return next((one.value for one in self.given if (one.kind, one.name) == (kind, name)), "")

    def without(self, left_out: Filter) -> Filters:
        """Return the others."""
        kept = tuple(one for one in self.given if one != left_out)
        return Filters(words=self.words, given=kept)


NONE = Filters()
"""All rows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """The condition of the rows that are kept, None for all; and what could not be understood."""

    condition: tree.Condition | None
    problems: tuple[str, ...] = ()
    understood: Filters = NONE


def read(given: Parameters) -> Filters:
    """Return the filters of an address; what is none is left out."""
    found = [
        Filter(kind=kind, name=name, value=value.strip()[:_LONGEST])
        for param in given
        for kind, dot, name in [param.partition(".")]
        if dot and kind in {IS, SAYS, FROM, TO}
        for value in given.getlist(param)
        if value.strip()
    ]
    words = next((one.strip()[:_LONGEST] for one in given.getlist(WORDS)), "")
    return Filters(words=words, given=tuple(found[:_MOST]))


def keep(filters: Filters, schema: Schema, *, has_index: bool) -> Kept:
    """Return what is kept by filters in rows of this schema; a filter that means nothing here keeps
    everything, and is told as a problem."""
    conditions: list[tree.Condition] = []
    problems: list[str] = []
    understood: list[Filter] = []
    if filters.words and has_index:
        conditions.append(tree.TextSearch(mode=tree.TextMode.SEARCH, words=filters.words))
    for group in _groups(filters.given):
        try:
            conditions.append(_condition(group, schema))
            understood += group
        except (ValueError, QueryError):
            problems.append(_problem(group[0], schema))
    return Kept(
        condition=facets.both(*conditions),
        problems=tuple(problems),
        understood=Filters(words=filters.words if has_index else "", given=tuple(understood)),
    )


def can_filter(one: Field) -> bool:
    """Tell whether rows can be filtered by a field."""
    return one.type in _FILTERED


def link(name: str, value: object) -> list[tuple[str, str]]:
    """Return the parameter that keeps the rows with this value."""
    return [(f"{IS}.{name}", str(value))]


def _groups(given: Sequence[Filter]) -> list[list[Filter]]:
    """Return the filters, values of one field together: one of them is enough."""
    groups: dict[tuple[str, str], list[Filter]] = {}
    for one in given:
        groups.setdefault((one.kind, one.name), []).append(one)
    return list(groups.values())


def _condition(group: Sequence[Filter], schema: Schema) -> tree.Condition:
    known = schema.get(group[0].name)
    if known is None or not can_filter(known):
        raise ValueError(group[0].name)
    held = tuple(_READ[one.kind](known, one.value, schema) for one in group)
    condition = tree.Or(conditions=held) if len(held) > 1 else held[0]
    compiling.check(tree.Query(where=condition), schema)
    return condition


def _is(known: Field, value: str, schema: Schema) -> tree.Condition:
    refined = facets.refinements(schema, [f'{known.name}:"{value}"'], clause="where")
    found = facets.condition(refined)
    if found is None:
        raise ValueError(value)
    return found


def _says(known: Field, value: str, _schema: Schema) -> tree.Condition:
    if known.type is not FieldType.TEXT or known.is_multivalued:
        raise ValueError(value)
    return tree.Like(value=tree.Name(name=known.name), words=value)


def _from(known: Field, value: str, _schema: Schema) -> tree.Condition:
    return _bound(known, ">=", value)


def _to(known: Field, value: str, _schema: Schema) -> tree.Condition:
    return _bound(known, "<=", value)


_READ = {IS: _is, SAYS: _says, FROM: _from, TO: _to}


def _bound(known: Field, operator: str, value: str) -> tree.Condition:
    name = tree.Name(name=known.name)
    if known.type in TEMPORAL:
        first, last = dates.read(value)
        literal: tree.Value = tree.DateLiteral(first=first, last=last)
    elif known.type in NUMERIC:
        literal = tree.Literal(value=_number(value))
    else:
        literal = tree.Literal(value=value)
    return tree.Comparison(operator=operator, left=name, right=literal)


def _number(text: str) -> int | float:
    """Read a number as people type it: « 1 250,50 »."""
    plain = "".join(text.split()).replace("\u202f", "").replace(",", ".")
    found = float(plain)
    if not math.isfinite(found):
        raise ValueError(text)
    return int(found) if found.is_integer() and abs(found) < 2**53 else found


def _problem(one: Filter, schema: Schema) -> str:
    known = schema.get(one.name)
    if known is None:
        return _("This dataset has no field “%(name)s”: the filter was left out.") % {
            "name": one.name
        }
    return _("“%(value)s” is no value of the field “%(field)s”: the filter was left out.") % {
        "value": one.value,
        "field": known.label or known.name,
    }


def labels(schema: Schema) -> Mapping[str, str]:
    """Return what people call the fields."""
    return {one.name: one.label or one.name for one in schema.fields}
