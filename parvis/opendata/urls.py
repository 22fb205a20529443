"""Addresses of the open data: the Explore API, with and without a slash at the end, and the ones
that clients of its first version know."""

from __future__ import annotations

from collections.abc import Callable

from django.http.response import HttpResponseBase
from django.urls import URLPattern, URLResolver, path, re_path
from django.utils.translation import gettext_lazy as _

from parvis.opendata.api import (
    catalogue,
    catalogue_exports,
    exports,
    facets,
    legacy as legacy_api,
    records,
    versions,
)
from parvis.opendata.views import browsing, dataset, drawing

View = Callable[..., HttpResponseBase]
_DATASET = r"catalog/datasets/(?P<dataset_id>[^/]+)"
_FORMAT = r"(?P<format_name>[^/]+)"


def _at(pattern: str, view: View, name: str) -> URLPattern:
    return re_path(rf"^{pattern}/?$", view, name=name)


explore: list[URLPattern | URLResolver] = [
    _at(r"catalog/datasets", catalogue.datasets, "datasets"),
    _at(r"catalog/facets", facets.of_catalogue, "catalogue_facets"),
    _at(r"catalog/exports", catalogue_exports.formats, "catalogue_formats"),
    _at(rf"catalog/exports/{_FORMAT}", catalogue_exports.export, "catalogue_export"),
    _at(_DATASET, catalogue.dataset, "dataset"),
    _at(rf"{_DATASET}/records", records.records, "records"),
    _at(rf"{_DATASET}/records/(?P<record_id>[^/]+)", records.record, "record"),
    _at(rf"{_DATASET}/facets", facets.of_dataset, "facets"),
    _at(rf"{_DATASET}/attachments", catalogue.attachments, "attachments"),
    _at(rf"{_DATASET}/exports", exports.formats, "formats"),
    _at(rf"{_DATASET}/exports/{_FORMAT}", exports.export, "export"),
    _at(rf"{_DATASET}/versions", versions.listed, "versions"),
    _at(rf"{_DATASET}/diff", versions.difference, "diff"),
    _at(rf"{_DATASET}/metadata/{_FORMAT}", catalogue_exports.metadata, "metadata"),
    re_path(r"^(?P<path>.*)$", catalogue.unknown, name="unknown"),
]
"""What stands under /api/explore/v2.1/."""

legacy: list[URLPattern | URLResolver] = [
    _at(r"(?P<dataset_id>[^/]+)/download", legacy_api.download, "download"),
    _at(r"(?P<dataset_id>[^/]+)", browsing.moved, "page"),
]
"""What stands under /explore/dataset/."""

pages: list[URLPattern | URLResolver] = [
    path("", browsing.index, name="index"),
    path(_("keys-to-the-budget/"), drawing.keys, name="keys"),
    path("<str:dataset_id>/", dataset.understand, name="understand"),
    path("<str:dataset_id>/table/", dataset.table, name="table"),
    path(_("<str:dataset_id>/chart/"), drawing.chart, name="chart"),
    path(_("<str:dataset_id>/chart/frame/"), drawing.frame, name="frame"),
    path(_("<str:dataset_id>/map/"), dataset.place_map, name="map"),
    path("<str:dataset_id>/api/", dataset.api, name="api"),
    path("<str:dataset_id>/versions/", dataset.versions, name="versions"),
    path("<str:dataset_id>/versions/<int:number>/", dataset.changes, name="changes"),
]
"""What people read, under /donnees/ and /en/data/."""
