"""A dataset: explained, as a table, on the map, for programs, through its versions."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render

from parvis.kernel import clock
from parvis.kernel.http import CityRequest
from parvis.opendata.actions import quotas
from parvis.opendata.queries.pages import (
    checks,
    editions,
    filters,
    head as heads,
    places,
    programs,
    table as tables,
    understanding,
)
from parvis.opendata.queries.versions import no_version
from parvis.opendata.views import asking
from parvis.opendata.views.asking import open_page


@open_page
def understand(request: CityRequest, dataset_id: str) -> HttpResponse:
    """Explain a dataset, or say where its rows are if we do not hold them."""
    head = heads.head(dataset_id, heads.UNDERSTAND, now=clock.now())
    context = {
        "head": head,
        "charts": understanding.overview(head),
        "fields": understanding.explained(head),
    }
    return render(request, "opendata/understand.html", context)


@open_page
def table(request: CityRequest, dataset_id: str) -> HttpResponse:
    """Show the rows that are asked for, and the call that gives them."""
    view = asking.table_view(request.GET)
    head = heads.head(dataset_id, heads.TABLE, now=clock.now(), number=view.version)
    if head.version is None:
        raise no_version()
    shown = tables.table(head.version, head.profile, view)
    offered = checks.beside(dataset_id, shown.names, now=clock.now())
    rows = list(zip(shown.rows, offered, strict=True))
    context = {"head": head, "view": view, "table": shown, "rows": rows}
    return render(request, "opendata/table.html", context)


@open_page
def place_map(request: CityRequest, dataset_id: str) -> HttpResponse:
    """Show the rows that are asked for on the map."""
    head = heads.head(dataset_id, heads.MAP, now=clock.now())
    if head.version is None:
        raise no_version()
    asked = filters.read(request.GET)
    drawn = places.places(head.version, head.profile, asked)
    context = {"head": head, "asked": asked, "map": drawn}
    return render(request, "opendata/map.html", context)


@open_page
def api(request: CityRequest, dataset_id: str) -> HttpResponse:
    """Show how programs ask for a dataset, and the files it can be taken home as."""
    head = heads.head(dataset_id, heads.API, now=clock.now())
    if head.version is None:
        raise no_version()
    context = {
        "head": head,
        "programs": programs.programs(head.version, head.profile),
        "calls_a_day": getattr(settings, "PARVIS_OPENDATA_DAILY_CALLS", quotas.DAILY_CALLS),
    }
    return render(request, "opendata/api.html", context)


@open_page
def versions(request: CityRequest, dataset_id: str) -> HttpResponse:
    """List the versions of a dataset."""
    head = heads.head(dataset_id, heads.VERSIONS, now=clock.now())
    if head.version is None:
        raise no_version()
    listed = editions.listed(dataset_id, head.version.number)
    return render(request, "opendata/versions.html", {"head": head, "versions": listed})


@open_page
def changes(request: CityRequest, dataset_id: str, number: int) -> HttpResponse:
    """Show what a version changed in the one before."""
    head = heads.head(dataset_id, heads.VERSIONS, now=clock.now())
    compared = editions.compared(dataset_id, number)
    return render(request, "opendata/changes.html", {"head": head, "compared": compared})
