"""From a question to the engine's, and from its rows to those the API shows."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from parvis.opendata.forms import Asked
from parvis.opendata.queries import precisions
from parvis.opendata.queries.engine import VersionFile
from parvis.opendata.rules.odsql import tree
from parvis.opendata.rules.odsql.compiling import is_grouped
from parvis.opendata.rules.odsql.facets import both, condition, refinements

__all__ = ["is_grouped", "precise", "refined", "size"]


def refined(version: VersionFile, asked: Asked) -> tree.Query:
    """Return the query of a question, its refine and exclude parameters included."""
    refined_by = refinements(version.schema, asked.refine, clause="refine")
    excluded_by = refinements(version.schema, asked.exclude, clause="exclude")
    where = both(asked.query.where, condition(refined_by, excluded_by))
    return replace(asked.query, where=where)


def precise(
    version: VersionFile, query: tree.Query, rows: list[dict[str, Any]]
) -> list[dict[str, Any]]:
    """Return the rows with their dates as fine as their fields are."""
    lengths = precisions.of_query(version.schema, query)
    return [precisions.shortened(row, lengths) for row in rows] if lengths else rows


def size(row: dict[str, Any]) -> int:
    """Return how many bytes a row has as JSON."""
    return len(json.dumps(row, ensure_ascii=False, separators=(",", ":")).encode())
