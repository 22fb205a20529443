"""The catalogue for programs: datasets one asks for as one asks for rows, and each by itself."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from django.http.response import HttpResponseBase

from parvis.kernel import clock
from parvis.kernel.http import CityRequest
from parvis.opendata import forms
from parvis.opendata.actions.cataloguing import catalogue_version
from parvis.opendata.api import answers, shown
from parvis.opendata.api.door import as_json, check_open, error_body, explore
from parvis.opendata.forms import Asked
from parvis.opendata.queries import catalogue, live
from parvis.opendata.queries.catalogue import Entry
from parvis.opendata.queries.engine import Result, VersionFile, after, engine
from parvis.opendata.rules import catalogue_fields
from parvis.opendata.rules.descriptions import OURS
from parvis.opendata.rules.odsql import tree

_FACET_NAME = re.compile(r"""^(\s*|\s*facet\(\s*name\s*=\s*["'])([A-Za-z_.]+)""")
_BY_ID = (tree.Selected(value=tree.Name(name="dataset_id")),)


@explore
def datasets(request: CityRequest) -> HttpResponseBase:
    """Return a page of datasets, of what was selected of them, or of groups of them."""
    asked = asked_of_catalogue(forms.read_records(request.GET, now=clock.now()))
    version = catalogue_version(now=clock.now())
    tag = answers.version_tag(version, asked)
    return answers.unless_known(request, tag, lambda: _page(request, version, asked))


@explore
def dataset(request: CityRequest, dataset_id: str) -> HttpResponseBase:
    """Return one dataset."""
    asked = forms.read_records(request.GET, now=clock.now())
    entry = catalogue.entry(dataset_id)
    status = live.status(dataset_id, now=clock.now())
    if status:
        said = {**entry.metas.get(OURS, {}), "live": live.said(status)}
        entry = replace(entry, metas={**entry.metas, OURS: said})
    held = entry.held.sha256 if entry.held else ""
    tag = answers.tag_of(dataset_id, entry.modified_at, held, status and live.said(status))
    return answers.unless_known(request, tag, lambda: as_json(_one(request, asked, entry)))


@explore
def attachments(request: CityRequest, dataset_id: str) -> HttpResponseBase:
    """Return the files that go with a dataset."""
    entry = catalogue.entry(dataset_id)
    check_open(request, entry)
    found = [
        {
            "href": one.get("url", ""),
            "metas": {
                "mime-type": one.get("mimetype"),
                "title": one.get("title"),
                "url": one.get("url"),
                "id": one.get("id"),
            },
        }
        for one in entry.attachments
    ]
    return as_json({"links": [], "attachments": found})


@explore
def unknown(_request: CityRequest, path: str) -> HttpResponseBase:
    """Say that there is nothing at this address."""
    return error_body("NotFoundResource", f"The requested resource {path} does not exist.", 404)


def asked_of_catalogue(asked: Asked) -> Asked:
    """Return a question whose fields have the names they have in the catalogue."""
    named = tuple(_renamed(one) for one in asked.refine)
    return replace(
        asked,
        query=catalogue_fields.query(asked.query),
        refine=named,
        exclude=tuple(_renamed(one) for one in asked.exclude),
        facets=tuple(_FACET_NAME.sub(_plain_name, one) for one in asked.facets),
    )


def _plain_name(found: re.Match[str]) -> str:
    return found[1] + catalogue_fields.field_name(found[2])


def _renamed(refinement: str) -> str:
    name, colon, value = refinement.partition(":")
    return f"{catalogue_fields.field_name(name.strip())}{colon}{value}"


def found_entries(
    version: VersionFile, query: tree.Query, *, ranked: bool = True
) -> tuple[list[Entry], Result]:
    """Return the datasets that a query without select and group_by finds.

    Words that are looked for bring the datasets first that say them (`ranked`), unless an order is
    asked for.
    """
    words = _words(query) if ranked else ""
    paged = replace(query, limit=None, offset=0) if words else query
    result = engine().rows(version, replace(paged, select=_BY_ID))
    names = [row["dataset_id"] for row in result.rows]
    if words:
        last = None if query.limit is None else query.offset + query.limit
        names = catalogue.likeliest_first(names, words)[query.offset : last]
    return catalogue.entries(names), result


def _words(query: tree.Query) -> str:
    """Return the words that are looked for anywhere, where nothing else orders what is found."""
    if query.order_by or query.where is None:
        return ""
    nodes = tree.descendants(query.where)
    return " ".join(node.words for node, _depth in nodes if isinstance(node, tree.TextSearch))


# --- pages ----------------------------------------------------------------------------------------


def _page(request: CityRequest, version: VersionFile, asked: Asked) -> HttpResponseBase:
    query = shown.refined(version, asked)
    parts = _parts(query)
    counted = engine().count(version, replace(query, select=()) if parts else query)
    paged = after(query, asked.cursor) if asked.cursor else query
    if query.limit == 0:
        result = Result(columns=(), rows=[])
    elif query.group_by or (query.select and not parts):
        result = engine().rows(version, paged)
    else:
        entries, result = found_entries(version, paged, ranked=asked.cursor is None)
        show = _shower(request, asked, parts)
        result = replace(result, rows=[show(one) for one in entries])
    links = answers.page_links(request, asked, counted, result.next)
    response = as_json(answers.page_body(asked, counted, result, links))
    return answers.warn(answers.say_next(response, links), query)


def _parts(query: tree.Query) -> tuple[str, ...]:
    """Return the parts of a dataset that are selected, where one of them is no field that one can
    compare: `select=dataset_id, fields`."""
    names = [
        one.value.name
        for one in query.select
        if isinstance(one, tree.Selected) and isinstance(one.value, tree.Name) and not one.label
    ]
    is_plain = len(names) == len(query.select) and not query.group_by
    return tuple(names) if is_plain and catalogue_fields.WHOLE.intersection(names) else ()


def _shower(
    request: CityRequest, asked: Asked, parts: tuple[str, ...]
) -> Callable[[Entry], dict[str, Any]]:
    def show(entry: Entry) -> dict[str, Any]:
        whole = _linked(request, asked, entry)
        if not parts:
            return whole
        metas = entry.metas.get("dcat", {})
        known = {
            **{f"dcat.{name}": value for name, value in metas.items()},
            **entry.default,
            **whole,
        }
        return {name: known.get(name) for name in parts}

    return show


def _one(request: CityRequest, asked: Asked, entry: Entry) -> dict[str, Any]:
    query = catalogue_fields.query(asked.query)
    names = tuple(
        one.value.name
        for one in query.select
        if isinstance(one, tree.Selected) and isinstance(one.value, tree.Name)
    )
    return _shower(request, asked, names)(entry)


def _linked(request: CityRequest, asked: Asked, entry: Entry) -> dict[str, Any]:
    shown_entry = entry.to_json()
    if not asked.has_links:
        return shown_entry
    path = f"catalog/datasets/{entry.dataset_id}"
    links = [
        answers.link(request, "self", path),
        answers.link(request, "catalog", "catalog/datasets"),
    ]
    links += [
        answers.link(request, name, f"{path}/{name}")
        for name in ("records", "exports", "facets", "attachments", "versions")
    ]
    return {"_links": links, **shown_entry}
