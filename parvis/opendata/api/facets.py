"""The values one may refine by, in the rows of a dataset and in the catalogue."""

from __future__ import annotations

from django.http.response import HttpResponseBase

from parvis.kernel import clock
from parvis.kernel.http import CityRequest
from parvis.opendata import forms
from parvis.opendata.actions.cataloguing import catalogue_version
from parvis.opendata.api import answers
from parvis.opendata.api.catalogue import asked_of_catalogue
from parvis.opendata.api.door import as_json, explore
from parvis.opendata.api.versions import asked_version
from parvis.opendata.forms import Asked
from parvis.opendata.queries.engine import VersionFile, engine
from parvis.opendata.rules.odsql.facets import Facet, default_facets, parse_facet, refinements
from parvis.opendata.rules.odsql.facetting import counting


@explore
def of_dataset(request: CityRequest, dataset_id: str) -> HttpResponseBase:
    """Return the facets of a dataset's rows: those asked for, or else those its fields declare."""
    asked = forms.read_records(request.GET, now=clock.now())
    version = asked_version(request, dataset_id, asked)
    wanted = tuple(parse_facet(text) for text in asked.facets) or default_facets(version.schema)
    return _answered(request, version, asked, wanted)


@explore
def of_catalogue(request: CityRequest) -> HttpResponseBase:
    """Return the facets of the catalogue."""
    asked = asked_of_catalogue(forms.read_records(request.GET, now=clock.now()))
    version = catalogue_version(now=clock.now())
    wanted = tuple(parse_facet(text) for text in asked.facets) or default_facets(version.schema)
    return _answered(request, version, asked, wanted)


def _answered(
    request: CityRequest, version: VersionFile, asked: Asked, wanted: tuple[Facet, ...]
) -> HttpResponseBase:
    tag = answers.version_tag(version, asked)
    return answers.unless_known(
        request, tag, lambda: as_json({"links": [], "facets": _counted(version, asked, wanted)})
    )


def _counted(
    version: VersionFile, asked: Asked, wanted: tuple[Facet, ...]
) -> list[dict[str, object]]:
    refined = refinements(version.schema, asked.refine, clause="refine")
    excluded = refinements(version.schema, asked.exclude, clause="exclude")
    found = []
    for facet in wanted:
        question = counting(facet, version.schema, asked.query, refined, excluded)
        results = [engine().rows(version, query).rows for query in question.queries]
        found.append(question.answer(results))
    return found
