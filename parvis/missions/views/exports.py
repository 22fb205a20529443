"""What came of a mission, to take away: CSV and GeoJSON, each with its licence."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator

from django.contrib.auth.decorators import login_not_required
from django.http import StreamingHttpResponse
from django.urls import path
from django.views.decorators.http import require_safe

from parvis.kernel.http import CityRequest
from parvis.missions.models import Mission
from parvis.missions.permissions import mission_seen
from parvis.missions.queries import rows

_ODBL = "https://opendatacommons.org/licenses/odbl/1-0/"
_BOM = "\ufeff"
_PLACES = ("longitude", "latitude")
# What a spreadsheet would take for a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


@login_not_required
@require_safe
def as_csv(request: CityRequest, slug: str) -> StreamingHttpResponse:
    """Send what holds as a CSV, one thing a line, provenance and licence in each."""
    mission = mission_seen(slug, request.person)
    return _sent(mission, _lines(mission), "text/csv; charset=utf-8", "csv")


@login_not_required
@require_safe
def as_geojson(request: CityRequest, slug: str) -> StreamingHttpResponse:
    """Send what holds as a GeoJSON, its licence at the head."""
    mission = mission_seen(slug, request.person)
    return _sent(mission, _features(mission), "application/geo+json", "geojson")


def _sent(
    mission: Mission, pieces: Iterator[str], content_type: str, suffix: str
) -> StreamingHttpResponse:
    response = StreamingHttpResponse(pieces, content_type=content_type)
    response["Content-Disposition"] = f'attachment; filename="{mission.slug}.{suffix}"'
    if "odbl" in mission.licence.lower():
        response["Link"] = f'<{_ODBL}>; rel="license"'
    return response


def _lines(mission: Mission) -> Iterator[str]:
    columns = [name for name in rows.NAMES if name != "geo_point_2d"]
    yield _BOM + _line([*columns, *_PLACES])
    for row in rows.of_mission(mission):
        place = row["geo_point_2d"]
        cells = [_cell(row[name]) for name in columns]
        yield _line([*cells, str(place["lon"]), str(place["lat"])])


def _line(cells: list[str]) -> str:
    kept = io.StringIO()
    csv.writer(kept, delimiter=";").writerow(cells)
    return kept.getvalue()


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, dict):
        return json.dumps(value, ensure_ascii=False)
    text = str(value)
    return f"'{text}" if isinstance(value, str) and text.startswith(_FORMULA) else text


def _features(mission: Mission) -> Iterator[str]:
    head = {"name": mission.title, "licence": mission.licence, "provenance": mission.provenance}
    if "odbl" in mission.licence.lower():
        head["licence_url"] = _ODBL
    told = json.dumps(head, ensure_ascii=False)[1:-1]
    yield f'{{"type": "FeatureCollection", {told}, "features": ['
    between = ""
    for row in rows.of_mission(mission):
        place = row.pop("geo_point_2d")
        feature = {
            "type": "Feature",
            "id": row["identifiant"],
            "geometry": {"type": "Point", "coordinates": [place["lon"], place["lat"]]},
            "properties": row,
        }
        yield between + json.dumps(feature, ensure_ascii=False)
        between = ",\n"
    yield "]}\n"


urlpatterns = [
    path("<slug:slug>/export.csv", as_csv, name="csv"),
    path("<slug:slug>/export.geojson", as_geojson, name="geojson"),
]
