"""The whole catalogue as a file: for people, for other catalogues, for those who follow it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from django.http import HttpResponse
from django.http.response import HttpResponseBase

from parvis.kernel import clock
from parvis.kernel.http import CityRequest
from parvis.opendata import forms
from parvis.opendata.actions.cataloguing import catalogue_version
from parvis.opendata.api import answers, feeds, shown
from parvis.opendata.api.catalogue import asked_of_catalogue, found_entries
from parvis.opendata.api.door import as_json, explore
from parvis.opendata.api.exports import as_file
from parvis.opendata.api.writers import FORMATS
from parvis.opendata.queries import catalogue, dcat
from parvis.opendata.queries.catalogue import Entry
from parvis.opendata.queries.dcat import Offered
from parvis.opendata.queries.engine import VersionFile
from parvis.opendata.rules.odsql.errors import bad_parameter, shown as cut

_ROWS = ("csv", "xlsx")
"""Formats of the catalogue's own rows, written like those of a dataset."""
OFFERED = tuple(
    Offered(name=name, media_type=one.media_type, needs_place=one.needs_place)
    for name, one in FORMATS.items()
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Graphs:
    """How a graph is written: rdflib's name of the syntax, and what it is called on the web."""

    syntax: str
    media_type: str
    extension: str
    only_dublin_core: bool = False


_RDF_XML = Graphs(syntax="xml", media_type="application/rdf+xml; charset=utf-8", extension="rdf")
GRAPHS = {
    "dcat": _RDF_XML,
    "dcat_ap": _RDF_XML,
    "rdf": _RDF_XML,
    "dublin_core": replace(_RDF_XML, only_dublin_core=True),
    "ttl": Graphs(syntax="turtle", media_type="text/turtle; charset=utf-8", extension="ttl"),
    "jsonld": Graphs(
        syntax="json-ld", media_type="application/ld+json; charset=utf-8", extension="jsonld"
    ),
}
_TEXTS: dict[str, Callable[[list[Entry]], HttpResponse]] = {
    "json": lambda entries: as_json([_exported(one) for one in entries]),
    "data.json": feeds.project_open_data,
    "rss": feeds.rss,
}
NAMES = sorted({*_ROWS, *GRAPHS, *_TEXTS})


@explore
def formats(request: CityRequest) -> HttpResponseBase:
    """Return the formats the catalogue is exported in."""
    links = [answers.link(request, name, f"catalog/exports/{name}") for name in NAMES]
    return as_json({"links": links})


@explore
def export(request: CityRequest, format_name: str) -> HttpResponseBase:
    """Return the catalogue, or the datasets that were asked for, in a format."""
    asked = asked_of_catalogue(forms.read_export(request.GET, now=clock.now()))
    if format_name not in NAMES:
        expected = f"one of {' '.join(NAMES)}"
        raise bad_parameter("format", found=cut(format_name, width=60), expected=expected)
    version = catalogue_version(now=clock.now())
    tag = answers.version_tag(version, asked)
    return answers.unless_known(request, tag, lambda: _file(request, version, asked, format_name))


@explore
def metadata(_request: CityRequest, dataset_id: str, format_name: str) -> HttpResponseBase:
    """Return the description of one dataset as a graph, or as search engines read it."""
    entry = catalogue.entry(dataset_id)
    if format_name == "schema.org":
        response = as_json(dcat.schema_org(entry, OFFERED))
        response["Content-Type"] = GRAPHS["jsonld"].media_type
        return response
    kind = _graph_kind(format_name)
    content = _serialised((dataset_id,), _stamp_of(entry), kind, _all_names(), labels=True)
    return HttpResponse(content, content_type=kind.media_type)


def _stamp_of(entry: Entry) -> str:
    return f"{entry.modified_at.isoformat()} {entry.held.number if entry.held else 0}"


def _graph_kind(format_name: str) -> Graphs:
    if format_name not in GRAPHS:
        expected = f"one of {' '.join(sorted(GRAPHS))} schema.org"
        raise bad_parameter("format", found=cut(format_name, width=60), expected=expected)
    return GRAPHS[format_name]


def _all_names() -> tuple[str, ...]:
    return tuple(FORMATS)


# --- files ----------------------------------------------------------------------------------------


def _file(
    request: CityRequest, version: VersionFile, asked: forms.Asked, format_name: str
) -> HttpResponseBase:
    options = forms.read_file_options(request.GET)
    named = replace(version, dataset_id="catalog")
    if format_name in _ROWS:
        return as_file(request, named, asked, options, format_name)
    entries, _result = found_entries(version, shown.refined(version, asked))
    if format_name in _TEXTS:
        return _attached(_TEXTS[format_name](entries), format_name)
    kind = GRAPHS[format_name]
    content = _serialised(
        tuple(one.dataset_id for one in entries),
        version.sha256,
        kind,
        _included(request),
        labels=forms.flag(request.GET, "use_labels_in_exports", default=True),
    )
    return _attached(HttpResponse(content, content_type=kind.media_type), kind.extension)


def _attached(response: HttpResponse, extension: str) -> HttpResponse:
    response["Content-Disposition"] = f'attachment; filename="catalog.{extension}"'
    return response


def _included(request: CityRequest) -> tuple[str, ...]:
    """Return the formats whose files the graph names: all, unless some are asked for."""
    wanted = [one.strip() for one in request.GET.get("include_exports", "").split(",")]
    names = tuple(filter(None, wanted))
    strange = [name for name in names if name not in FORMATS]
    if strange:
        expected = f"a list of {' '.join(FORMATS)}"
        raise bad_parameter("include_exports", found=cut(strange[0], width=60), expected=expected)
    return names or _all_names()


@lru_cache(maxsize=8)
def _serialised(
    dataset_ids: tuple[str, ...], _stamp: str, kind: Graphs, names: tuple[str, ...], *, labels: bool
) -> bytes:
    """Return the graph of these datasets; the stamp tells one state of them from another."""
    offered = [one for one in OFFERED if one.name in names]
    graph = dcat.build(catalogue.entries(dataset_ids), offered, use_labels=labels)
    if kind.only_dublin_core:
        graph = dcat.dublin_core(graph)
    return graph.serialize(format=kind.syntax, encoding="utf-8")


def _exported(entry: Entry) -> dict[str, Any]:
    """Return a dataset as the JSON export of the catalogue shows it, which is not how the catalogue
    itself does."""
    whole = entry.to_json()
    return {
        "dataset_id": whole["dataset_id"],
        "has_attachments": bool(whole["attachments"]),
        "attachments_count": len(whole["attachments"]),
        "has_records": whole["has_records"],
        "fields": whole["fields"],
        "metas": whole["metas"],
        "features": whole["features"],
    }
