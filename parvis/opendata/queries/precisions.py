"""Dates of a field that is yearly or monthly: "2020" and "2020-11", as the Explore API shows them
for the annotation `timeserie_precision`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from parvis.opendata.rules.fields import Field, FieldType, Schema
from parvis.opendata.rules.odsql import tree

LENGTHS = {"year": 4, "month": 7}
"""Letters of an ISO date that a field of that precision shows."""


def precision(one: Field) -> str:
    """Return "year" or "month" for a date that is no finer, else nothing."""
    if one.type is not FieldType.DATE:
        return ""
    told = next(iter(one.annotations.get("timeserie_precision", ())), "")
    return told if told in LENGTHS else ""


def of_schema(schema: Schema) -> dict[str, int]:
    """Return how many letters are shown of the dates of each field that is not as fine as a day."""
    return {one.name: LENGTHS[precision(one)] for one in schema.fields if precision(one)}


def of_query(schema: Schema, query: tree.Query) -> dict[str, int]:
    """Return how many letters are shown of each date that a query gives as it stands."""
    known = of_schema(schema)
    given = dict(known) if not query.select or _has_star(query) else {}
    for key in (*query.select, *query.group_by):
        value = getattr(key, "value", None)
        if isinstance(value, tree.Name) and value.name in known:
            given[getattr(key, "label", "") or value.name] = known[value.name]
    return given


def shortened(row: Mapping[str, Any], lengths: Mapping[str, int]) -> dict[str, Any]:
    """Return a row with its dates as short as that."""
    return {
        name: value[: lengths[name]] if name in lengths and isinstance(value, str) else value
        for name, value in row.items()
    }


def _has_star(query: tree.Query) -> bool:
    return any(isinstance(one, tree.Star | tree.Pattern) for one in query.select)
