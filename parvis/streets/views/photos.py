"""Photos as they are served: covered to everybody, uncovered to agents, and by a signed address."""

from __future__ import annotations

import uuid
from pathlib import PurePosixPath

from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse, HttpResponseBase, JsonResponse
from django.urls import path
from django.utils.cache import get_conditional_response
from django.utils.translation import gettext as _, gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from parvis.kernel.errors import NotFound, Refused
from parvis.kernel.http import CityRequest
from parvis.streets.actions.photos import place_of
from parvis.streets.permissions import reach_of_reviewer, reviewers_only
from parvis.streets.queries import photos
from parvis.territory.public import locate

# What is taken back from the public is gone from everywhere in ten minutes.
_PUBLIC, _PRIVATE = "public, max-age=600", "private, no-store"


@login_not_required
@require_safe
def photo(request: CityRequest, photo_id: uuid.UUID) -> HttpResponseBase:
    """Give everybody a public photo."""
    return _sent(request, photos.public_file(photo_id), _PUBLIC)


@login_not_required
@require_safe
def photo_small(request: CityRequest, photo_id: uuid.UUID) -> HttpResponseBase:
    """Give everybody a public photo, small, for lists."""
    return _sent(request, photos.public_file(photo_id, small=True), _PUBLIC)


@reviewers_only
@require_safe
def photo_uncovered(request: CityRequest, photo_id: uuid.UUID) -> HttpResponseBase:
    """Give an agent a photo before it is covered."""
    return _sent(
        request, photos.uncovered_file(photo_id, reach_of_reviewer(request.person)), _PRIVATE
    )


@login_not_required
@require_safe
def photo_lent(request: CityRequest, token: str) -> HttpResponseBase:
    """Give an uncovered photo to who holds a signed address, for an hour at most."""
    return _sent(request, photos.lent_file(token), _PRIVATE)


@login_not_required
@require_POST
def place_of_photo(request: CityRequest) -> HttpResponse:
    """Say where a photo was taken, for the form to propose; the photo is kept nowhere."""
    upload = request.FILES.get("photo")
    if upload is None:
        raise Refused("photo_missing", _("Choose a photo first."), status=422)
    place = place_of(upload)
    if place is None:
        return JsonResponse({"place": None})
    lon, lat = place
    is_here = locate(lon=lon, lat=lat) is not None
    return JsonResponse({"place": {"lon": lon, "lat": lat, "in_the_city": is_here}})


def _sent(request: CityRequest, name: str, kept: str) -> HttpResponseBase:
    """Answer with a file; one that is seen again has not changed under its name."""
    etag = f'"{PurePosixPath(name).stem}"'
    answer = get_conditional_response(request, etag=etag)
    if answer is None:
        try:
            content = photos.file_bytes(name)
        except FileNotFoundError as gone:
            raise NotFound("no_photo", _("There is no such photo any more.")) from gone
        answer = HttpResponse(content, content_type="image/jpeg")
        answer["ETag"] = etag
    answer["Cache-Control"] = kept
    if kept == _PRIVATE:
        answer["X-Robots-Tag"] = "noindex, nofollow, noimageindex"
    return answer


urlpatterns = [
    path(gettext_lazy("photos/place/"), place_of_photo, name="place_of_photo"),
    path(gettext_lazy("photos/<uuid:photo_id>.jpg"), photo, name="photo"),
    path(gettext_lazy("photos/<uuid:photo_id>-small.jpg"), photo_small, name="photo_small"),
    path(
        gettext_lazy("photos/<uuid:photo_id>/uncovered.jpg"),
        photo_uncovered,
        name="photo_uncovered",
    ),
    path(gettext_lazy("photos/lent/<str:token>.jpg"), photo_lent, name="photo_lent"),
]
