"""Addresses of the open data: the Explore API, with and without a slash at the end, and the ones
that clients of its first version know."""

from __future__ import annotations

from collections.abc import Callable

from django.http.response import HttpResponseBase
from django.urls import URLPattern, URLResolver, path, re_path
from django.utils.translation import gettext_lazy as _

from parvis.opendata.api import (
    atom,
    catalogue,
    catalogue_exports,
    exports,
    facets,
    legacy as legacy_api,
    push,
    records,
    replay,
    sitemaps,
    versions,
)
from parvis.opendata.desk import runs, said, uploads
from parvis.opendata.views import browsing, dataset, drawing, following, reuses

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
    re_path(r"^(?P<path>[\s\S]*)$", catalogue.unknown, name="unknown"),
]
"""What stands under /api/explore/v2.1/."""

legacy: list[URLPattern | URLResolver] = [
    _at(r"(?P<dataset_id>[^/]+)/download", legacy_api.download, "download"),
    _at(r"(?P<dataset_id>[^/]+)", browsing.moved, "page"),
]
"""What stands under /explore/dataset/."""

pushes: list[URLPattern | URLResolver] = [
    _at(r"(?P<dataset_id>[^/]+)/(?P<resource>[^/]+)/push", push.push, "push"),
    _at(r"(?P<dataset_id>[^/]+)/(?P<resource>[^/]+)/delete", push.delete, "delete"),
    _at(
        r"(?P<dataset_id>[^/]+)/(?P<resource>[^/]+)/(?P<record_id>[^/]+)/delete",
        push.delete_record,
        "delete_record",
    ),
]
"""What stands under /api/push/1.0/."""

replays: list[URLPattern | URLResolver] = [
    path("gbfs.json", replay.discovery, name="gbfs"),
    path("station_information.json", replay.station_information, name="station_information"),
    path("station_status.json", replay.station_status, name="station_status"),
]
"""What stands under /demo/gbfs/ in a demonstration."""

pages: list[URLPattern | URLResolver] = [
    path("", browsing.index, name="index"),
    path(_("keys-to-the-budget/"), drawing.keys, name="keys"),
    path("atom.xml", atom.of_catalogue, name="feed"),
    path("sitemap.xml", sitemaps.sitemap, name="sitemap"),
    path(_("desk/files/"), runs.listed, name="runs"),
    path(_("desk/files/send/"), uploads.choose, name="choose"),
    path(_("desk/files/send/new/"), uploads.send_new, name="send_new"),
    path(_("desk/files/send/to/<str:dataset_id>/"), uploads.send, name="send"),
    path(_("desk/files/<uuid:run_id>/"), runs.run, name="run"),
    path(_("desk/files/<uuid:run_id>/sign/"), runs.sign, name="sign"),
    path(_("desk/files/<uuid:run_id>/publish/"), runs.publish, name="publish"),
    path(_("desk/files/<uuid:run_id>/withdraw/"), runs.withdraw, name="withdraw"),
    path(_("desk/files/<uuid:run_id>/again/"), runs.again, name="again"),
    path(_("desk/files/<uuid:run_id>/errors.csv"), runs.errors, name="errors"),
    path(_("desk/reuses/"), said.moderation, name="moderation"),
    path(_("desk/reuses/<str:kind>/<uuid:public_id>/"), said.case, name="moderation_case"),
    path(_("desk/questions/"), said.unanswered, name="unanswered"),
    path(_("desk/questions/<uuid:question_id>/"), said.answer, name="answer"),
    path(_("reuses/<uuid:reuse_id>/withdraw/"), reuses.withdraw, name="withdraw_reuse"),
    path(
        _("questions/<uuid:question_id>/withdraw/"),
        reuses.withdraw_question,
        name="withdraw_question",
    ),
    path(_("report/<str:kind>/<uuid:public_id>/"), reuses.report, name="report"),
    path("<str:dataset_id>/", dataset.understand, name="understand"),
    path("<str:dataset_id>/atom.xml", atom.of_dataset, name="dataset_feed"),
    path("<str:dataset_id>/table/", dataset.table, name="table"),
    path(_("<str:dataset_id>/chart/"), drawing.chart, name="chart"),
    path(_("<str:dataset_id>/chart/frame/"), drawing.frame, name="frame"),
    path(_("<str:dataset_id>/map/"), dataset.place_map, name="map"),
    path("<str:dataset_id>/api/", dataset.api, name="api"),
    path("<str:dataset_id>/versions/", dataset.versions, name="versions"),
    path("<str:dataset_id>/versions/<int:number>/", dataset.changes, name="changes"),
    path(_("<str:dataset_id>/follow/"), following.follow, name="follow"),
    path("<str:dataset_id>/webhooks/", following.webhooks, name="webhooks"),
    path(
        _("<str:dataset_id>/webhooks/<uuid:webhook_id>/check/"),
        following.check_webhook,
        name="check_webhook",
    ),
    path(
        _("<str:dataset_id>/webhooks/<uuid:webhook_id>/remove/"),
        following.remove_webhook,
        name="remove_webhook",
    ),
    path(_("<str:dataset_id>/reuses/"), reuses.reuses, name="reuses"),
    path(_("<str:dataset_id>/reuses/propose/"), reuses.propose, name="propose"),
    path("<str:dataset_id>/questions/", reuses.questions, name="questions"),
    path(_("<str:dataset_id>/questions/ask/"), reuses.ask, name="ask"),
]
"""What people read, under /donnees/ and /en/data/."""
