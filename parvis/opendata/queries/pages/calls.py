"""The call of the API that gives what a page shows."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

from parvis.opendata.queries.engine import VersionFile
from parvis.opendata.rules.fields import FieldType, Schema
from parvis.opendata.rules.odsql import tree
from parvis.opendata.rules.odsql.writing import (
    write_group_by,
    write_order_by,
    write_select,
    write_where,
)

PARIS = "Europe/Paris"
_SHOWN = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """A call as one reads it (its lines) and as one makes it (its address)."""

    lines: tuple[str, ...]
    url: str
    answer: str = ""


def timezone_of(schema: Schema) -> str:
    """Return the time zone a page asks in: that of Paris where hours are told."""
    has_hours = any(one.type is FieldType.DATETIME for one in schema.fields)
    return PARIS if has_hours else "UTC"


def parameters(query: tree.Query, *, with_page: bool = True) -> list[tuple[str, str]]:
    """Return the parameters of the API that ask for a query."""
    said = [
        ("select", write_select(query.select)),
        ("where", write_where(query.where) if query.where else ""),
        ("group_by", write_group_by(query.group_by)),
        ("order_by", write_order_by(query.order_by)),
        ("timezone", query.timezone if query.timezone != "UTC" else ""),
    ]
    if with_page and query.limit is not None:
        said.append(("limit", str(query.limit)))
    return [(name, value) for name, value in said if value]


def records(
    version: VersionFile,
    query: tree.Query,
    rows: Sequence[Mapping[str, Any]] = (),
    *,
    counted: int = 0,
    given: Sequence[tuple[str, str]] = (),
) -> Call:
    """Return the call for a page of rows and the beginning of its answer; `given` are parameters
    beside the query's, such as the version or the cursor."""
    address = reverse("explore:records", kwargs={"dataset_id": version.dataset_id})
    asked = [*parameters(query), *given]
    return Call(
        lines=_lines(address, asked),
        url=f"{address}?{urlencode(asked)}" if asked else address,
        answer=_answer(rows, counted) if rows else "",
    )


def export(version: VersionFile, name: str, asked: Sequence[tuple[str, str]]) -> str:
    """Return the address of the rows as a file."""
    address = reverse(
        "explore:export", kwargs={"dataset_id": version.dataset_id, "format_name": name}
    )
    return f"{address}?{urlencode(asked)}" if asked else address


def _lines(address: str, asked: Sequence[tuple[str, str]]) -> tuple[str, ...]:
    head, _slash, tail = address.partition("/catalog/datasets/")
    told = [f"GET {head}/catalog/datasets/", f"  {tail}"]
    return (
        *told,
        *(f"  {'&' if rank else '?'}{name}={value}" for rank, (name, value) in enumerate(asked)),
    )


def _answer(rows: Sequence[Mapping[str, Any]], counted: int) -> str:
    """Return the first rows as the API writes them, and that others follow."""
    shown = [json.dumps(_short(row), ensure_ascii=False, indent=1) for row in rows[:_SHOWN]]
    more = ",\n…" if len(rows) > _SHOWN else ""
    return f'{{"total_count": {counted}, "results": [\n{",".join(shown)}{more}]}}'


def _short(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return a row whose shapes are cut: their corners would fill the page."""
    return {
        name: {"type": "Feature", "geometry": "…"}
        if isinstance(value, dict) and value.get("type") == "Feature"
        else value
        for name, value in row.items()
    }
