"""From a question to the engine's, and from its rows to those the API shows."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from parvis.opendata.forms import Asked
from parvis.opendata.queries.engine import VersionFile
from parvis.opendata.rules.fields import FieldType, Schema
from parvis.opendata.rules.odsql import tree
from parvis.opendata.rules.odsql.compiling import is_grouped
from parvis.opendata.rules.odsql.facets import both, condition, refinements

__all__ = ["is_grouped", "precise", "refined", "size"]

_LENGTHS = {"year": 4, "month": 7, "day": 10}
"""Letters of an ISO date that a precision keeps."""


def refined(version: VersionFile, asked: Asked) -> tree.Query:
    """Return the query of a question, its refine and exclude parameters included."""
    refined_by = refinements(version.schema, asked.refine, clause="refine")
    excluded_by = refinements(version.schema, asked.exclude, clause="exclude")
    where = both(asked.query.where, condition(refined_by, excluded_by))
    return replace(asked.query, where=where)


def precise(
    version: VersionFile, query: tree.Query, rows: list[dict[str, Any]]
) -> list[dict[str, Any]]:
    """Return the rows with the dates of a yearly or monthly field as "2020" and "2020-11", which is
    what the Explore API shows for the annotation `timeserie_precision`."""
    lengths = precisions(version.schema, query)
    if not lengths:
        return rows
    return [
        {
            name: value[: lengths[name]] if name in lengths and isinstance(value, str) else value
            for name, value in row.items()
        }
        for row in rows
    ]


def precisions(schema: Schema, query: tree.Query) -> dict[str, int]:
    """Return how many letters are kept of each date that a query gives as it stands."""
    known = {
        one.name: _LENGTHS[precision]
        for one in schema.fields
        if one.type is FieldType.DATE
        for precision in one.annotations.get("timeserie_precision", ())
        if precision in {"year", "month"}
    }
    given = dict(known) if not query.select or _has_star(query) else {}
    for key in (*query.select, *query.group_by):
        value = getattr(key, "value", None)
        if isinstance(value, tree.Name) and value.name in known:
            given[getattr(key, "label", "") or value.name] = known[value.name]
    return given


def _has_star(query: tree.Query) -> bool:
    return any(isinstance(one, tree.Star | tree.Pattern) for one in query.select)


def size(row: dict[str, Any]) -> int:
    """Return how many bytes a row has as JSON."""
    return len(json.dumps(row, ensure_ascii=False, separators=(",", ":")).encode())
