"""How many rows have each value of a facet: the queries that count, and the answer made of them."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from parvis.opendata.rules.fields import TEMPORAL, Field, FieldType, Schema
from parvis.opendata.rules.odsql import facets, tree
from parvis.opendata.rules.odsql.facets import Facet, Refinement

_VALUE, _COUNT = "value", "count"


@dataclass(frozen=True, slots=True, kw_only=True)
class Counting:
    """The queries that count the values of a facet, one for each level that is open: the values of
    a date open once their parent is refined. Each gives rows of `value` and `count`."""

    facet: Facet
    field: Field
    queries: tuple[tree.Query, ...]
    refined: tuple[str, ...]
    excluded: tuple[str, ...]

    def answer(self, results: Sequence[Sequence[Mapping[str, Any]]]) -> dict[str, Any]:
        """Return the facet as the API shows it, given the rows of each of the queries."""
        counts = {_text(row[_VALUE]): int(row[_COUNT]) for rows in results for row in rows}
        separator = _separator(self.field)
        if self.field.type is FieldType.TEXT and separator:
            counts = _with_parents(counts, separator)
        for value in self.excluded:
            counts.setdefault(value, 0)
        return {"name": self.facet.name, "facets": self._below(counts, "", separator)}

    def _below(
        self, counts: Mapping[str, int], parent: str, separator: str | None
    ) -> list[dict[str, Any]]:
        values = [one for one in counts if _parent(one, separator) == parent]
        shown = [self._value(counts, one, separator) for one in self._sorted(values, counts)]
        return shown[: self.facet.limit]

    def _value(
        self, counts: Mapping[str, int], value: str, separator: str | None
    ) -> dict[str, Any]:
        state = self._state(value, separator)
        name = value.rsplit(separator, 1)[-1] if separator else value
        found: dict[str, Any] = {"name": name, "count": counts[value], "value": value}
        if state == "excluded":
            del found["count"]
        found["state"] = state
        below = self._below(counts, value, separator) if separator and state == "refined" else []
        return found | ({"facets": below} if below else {})

    def _state(self, value: str, separator: str | None) -> str:
        if value in self.excluded:
            return "excluded"
        begun = f"{value}{separator}" if separator else None
        refined = any(one == value or (begun and one.startswith(begun)) for one in self.refined)
        return "refined" if refined else "displayed"

    def _sorted(self, values: list[str], counts: Mapping[str, int]) -> list[str]:
        sort = self.facet.sort or next(iter(self.field.annotations.get("facetsort", ())), "-count")
        values = sorted(values)
        if sort.removeprefix("-") == "count":
            return sorted(values, key=lambda one: counts[one], reverse=sort.startswith("-"))
        if sort.removeprefix("-") == "num":
            values.sort(key=_number)
        return values[::-1] if sort.startswith("-") else values


def counting(
    facet: Facet,
    schema: Schema,
    asked: tree.Query,
    refined: Sequence[Refinement] = (),
    excluded: Sequence[Refinement] = (),
) -> Counting:
    """Return how to count the values of a facet among the rows that a query, refinements and
    exclusions leave. The values of a disjunctive facet are counted as if it were not refined.

    Raises QueryError for an unknown field, and for one of a type that has no facet.
    """
    field = facets.field_of(facet, schema)
    own = [_written(one) for one in refined if one.field.name == field.name]
    left = [
        one
        for one in refined
        if one.field.name != field.name or "disjunctive" not in field.annotations
    ]
    present = tree.IsNull(value=tree.Name(name=field.name), negated=True)
    where = facets.both(asked.where, facets.condition(left, excluded), present)
    base = dataclasses.replace(asked, where=where)
    if field.type in TEMPORAL:
        queries = _of_dates(base, field, own)
    else:
        queries = (_counted(base, tree.Name(name=field.name)),)
    return Counting(
        facet=facet,
        field=field,
        queries=queries,
        refined=tuple(own),
        excluded=tuple(_written(one) for one in excluded if one.field.name == field.name),
    )


def _written(one: Refinement) -> str:
    return one.value.replace("-", "/") if one.field.type in TEMPORAL else one.value


def _of_dates(base: tree.Query, field: Field, refined: Sequence[str]) -> tuple[tree.Query, ...]:
    """Return a query for the years, one for the months of each year that is refined, one for the
    days of each month."""
    name = tree.Name(name=field.name)
    open_ = [""]
    for value in refined:
        parts = value.split("/")[: len(facets.DATE_LEVELS) - 1]
        opened = ["/".join(parts[: depth + 1]) for depth in range(len(parts))]
        open_ += [one for one in opened if one not in open_]
    queries = []
    for parent in open_:
        level = facets.DATE_LEVELS[len(parent.split("/")) if parent else 0]
        within = [Refinement(field=field, value=parent)] if parent else []
        where = facets.both(base.where, facets.condition(within))
        pattern = tree.Literal(value=level)
        key = tree.Call(function="date_format", arguments=(name, pattern))
        queries.append(_counted(dataclasses.replace(base, where=where), key))
    return tuple(queries)


def _counted(base: tree.Query, key: tree.Value) -> tree.Query:
    rows = tree.Aggregate(function="count", value=None)
    return dataclasses.replace(
        base,
        select=(tree.Selected(value=rows, label=_COUNT),),
        group_by=(tree.Grouped(value=key, label=_VALUE),),
        order_by=(tree.Ordered(value=rows, descending=True),),
        limit=facets.MAX_VALUES,
        offset=0,
    )


def _separator(field: Field) -> str | None:
    if field.type in TEMPORAL:
        return "/"
    if field.type is not FieldType.TEXT or "hierarchical" not in field.annotations:
        return None
    return next(iter(field.annotations["hierarchical"]), "/")


def _parent(value: str, separator: str | None) -> str:
    return value.rpartition(separator)[0] if separator else ""


def _with_parents(counts: Mapping[str, int], separator: str) -> dict[str, int]:
    """Return the counts of values and of all that stands above them."""
    whole: dict[str, int] = {}
    for value, count in counts.items():
        parts = value.split(separator)
        for depth in range(1, len(parts) + 1):
            above = separator.join(parts[:depth])
            whole[above] = whole.get(above, 0) + count
    return whole


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _number(value: str) -> tuple[float, str]:
    try:
        return float(value), value
    except ValueError:
        return float("inf"), value
