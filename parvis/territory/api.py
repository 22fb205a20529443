"""Addresses as JSON, in the format of the national address base (GeoJSON)."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from parvis.kernel.errors import Refused
from parvis.territory.forms import BoxForm, PointForm, SearchForm
from parvis.territory.queries import addresses, names as street_names
from parvis.territory.rules.places import Address, Suggestion

ATTRIBUTION = "Ville de Paris, contributeurs de Wikipédia"
LICENCE = "ODbL 1.0"
_TYPES = {"address": "housenumber", "street": "street", "district": "locality"}
_USUAL = 5
_DAY = 86_400


@require_safe
@login_not_required
def search(request: HttpRequest) -> JsonResponse:
    """Answer `?q=…&limit=…` with the addresses it may mean."""
    form = SearchForm(request.GET)
    if not form.is_valid():
        return _refused(_("Say what you look for with q, and at most 50 answers with limit."))
    asked = form.cleaned_data["q"]
    found = addresses.suggest(asked, limit=form.cleaned_data["limit"] or _USUAL)
    return _collection([_feature(one, score=one.score) for one in found], query=asked)


@require_safe
@login_not_required
def reverse(request: HttpRequest) -> JsonResponse:
    """Answer `?lon=…&lat=…` with the nearest known address; nothing outside the city."""
    form = PointForm(request.GET)
    if not form.is_valid():
        return _refused(_("Give lon and lat in degrees, such as lon=2.35&lat=48.85."))
    try:
        found = addresses.nearest(form.cleaned_data["lon"], form.cleaned_data["lat"])
    except Refused as refusal:
        return _refused(refusal.message)
    return _collection([_feature(found, score=1.0)] if found else [])


@require_safe
@login_not_required
@cache_control(public=True, max_age=_DAY)
def names(request: HttpRequest) -> JsonResponse:
    """Answer `?box=west,south,east,north` (degrees) with the streets there, as
    {"names": [[longitude, latitude, name]]}."""
    form = BoxForm(request.GET)
    if not form.is_valid():
        return _refused(_("Give the sides as box=west,south,east,north, in degrees."))
    found = street_names.names_in(*form.cleaned_data["box"])
    return JsonResponse({"names": [[lon, lat, name] for name, lon, lat in found]})


def _refused(message: str) -> JsonResponse:
    return JsonResponse({"code": 400, "message": message}, status=400)


def _collection(features: list[dict[str, Any]], **more: str) -> JsonResponse:
    answer = {
        "type": "FeatureCollection",
        "features": features,
        "attribution": ATTRIBUTION,
        "licence": LICENCE,
        **more,
    }
    return JsonResponse(answer, content_type="application/geo+json")


def _district(number: int) -> str:
    return f"Paris {number}{'er' if number == 1 else 'e'} Arrondissement"


def _feature(one: Suggestion | Address, *, score: float) -> dict[str, Any]:
    kind = one.kind if isinstance(one, Suggestion) else "address"
    point = None
    if one.lon is not None and one.lat is not None:
        point = {"type": "Point", "coordinates": [one.lon, one.lat]}
    properties = {
        "label": one.label,
        "score": score,
        "type": _TYPES[kind],
        "name": f"{one.number} {one.street}".strip() or one.label,
        "postcode": one.postcode,
        "citycode": f"751{one.arrondissement:02}",
        "city": "Paris",
        "district": _district(one.arrondissement),
        "context": "75, Paris, Île-de-France",
    }
    if one.number:
        properties |= {"housenumber": one.number, "street": one.street}
    return {"type": "Feature", "geometry": point, "properties": properties}
