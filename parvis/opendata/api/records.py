"""The rows of a dataset: a page of them, one of them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.http.response import HttpResponseBase

from parvis.kernel import clock
from parvis.kernel.errors import NotFound
from parvis.kernel.http import CityRequest
from parvis.opendata import forms
from parvis.opendata.api import answers, shown
from parvis.opendata.api.door import as_json, explore
from parvis.opendata.api.versions import asked_version
from parvis.opendata.forms import Asked
from parvis.opendata.queries.engine import Result, VersionFile, after, engine
from parvis.opendata.rules.fields import RECORD_ID
from parvis.opendata.rules.odsql import tree


@explore
def records(request: CityRequest, dataset_id: str) -> HttpResponseBase:
    """Return a page of rows, or of groups of rows."""
    asked = forms.read_records(request.GET, now=clock.now())
    version = asked_version(request, dataset_id, asked)
    tag = answers.version_tag(version, asked)
    return answers.unless_known(request, tag, lambda: _page(request, version, asked))


@explore
def record(request: CityRequest, dataset_id: str, record_id: str) -> HttpResponseBase:
    """Return one row by its name."""
    asked = forms.read_records(request.GET, now=clock.now())
    version = asked_version(request, dataset_id, asked)
    tag = answers.version_tag(version, asked)
    return answers.unless_known(request, tag, lambda: _one(request, version, asked, record_id))


def _page(request: CityRequest, version: VersionFile, asked: Asked) -> HttpResponseBase:
    query = shown.refined(version, asked)
    result = _rows(version, _with_names(asked, query), asked.cursor)
    counted = _number(version, query, asked.cursor, len(result.rows))
    rows = shown.precise(version, query, result.rows)
    links = answers.page_links(request, asked, counted, result.next)
    result = replace(result, rows=[_dressed(request, version, asked, one) for one in rows])
    response = as_json(answers.page_body(asked, counted, result, links))
    response["X-Parvis-Version"] = str(version.number)
    return answers.warn(answers.say_next(response, links), query)


def _number(version: VersionFile, query: tree.Query, cursor: str | None, shown: int) -> int:
    """Return how many rows or groups there are: a page that is not full has said it already."""
    is_last = cursor is None and 0 < shown < (query.limit or 0)
    return query.offset + shown if is_last else engine().count(version, query)


def _rows(version: VersionFile, query: tree.Query, cursor: str | None) -> Result:
    if query.limit == 0:
        return Result(columns=(), rows=[])
    return engine().rows(version, after(query, cursor) if cursor else query)


def _one(
    request: CityRequest, version: VersionFile, asked: Asked, record_id: str
) -> HttpResponseBase:
    name = tree.Comparison(
        operator="=", left=tree.Name(name=RECORD_ID), right=tree.Literal(value=record_id)
    )
    query = replace(asked.query, where=name, group_by=(), order_by=(), limit=1, offset=0)
    result = engine().rows(version, _with_names(asked, query))
    if not result.rows:
        message = f"The requested record {record_id} does not exist."
        raise NotFound("no_record", message)
    (row,) = shown.precise(version, query, result.rows)
    return as_json(_dressed(request, version, asked, row))


# --- what is said beside the values ---------------------------------------------------------------


def _with_names(asked: Asked, query: tree.Query) -> tree.Query:
    """Return the query that also gives the name of each row, where something is said with it."""
    if not (asked.has_links or asked.has_app_metas) or shown.is_grouped(query):
        return query
    name = tree.Selected(value=tree.Name(name=RECORD_ID), label=RECORD_ID)
    return replace(query, select=(*(query.select or (tree.Star(),)), name))


def _dressed(
    request: CityRequest, version: VersionFile, asked: Asked, row: dict[str, Any]
) -> dict[str, Any]:
    """Return a row with its name, its size and its links, if they were asked for."""
    if RECORD_ID not in row or not (asked.has_links or asked.has_app_metas):
        return row
    values = {name: value for name, value in row.items() if name != RECORD_ID}
    metas: dict[str, Any] = {}
    if asked.has_app_metas:
        metas = {
            "_id": row[RECORD_ID],
            "_timestamp": version.published_at.isoformat(),
            "_size": shown.size(values),
        }
    if asked.has_links:
        metas["_links"] = _links(request, version, row[RECORD_ID])
    return metas | values


def _links(request: CityRequest, version: VersionFile, record_id: str) -> list[answers.Link]:
    dataset = f"catalog/datasets/{version.dataset_id}"
    return [
        answers.link(request, "self", f"{dataset}/records/{record_id}"),
        answers.link(request, "dataset", dataset),
        answers.link(request, "catalog", "catalog/datasets"),
    ]
