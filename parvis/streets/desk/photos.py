"""Agents look at photos, the longest waiting first: they cover what nobody should recognise, show
the photo or keep it back."""

from __future__ import annotations

import uuid
from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _, gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from parvis.kernel import clock, reading
from parvis.kernel.errors import Refused
from parvis.kernel.http import CityRequest
from parvis.streets.actions import reviewing
from parvis.streets.actions.reviewing import Seen
from parvis.streets.forms.photos import AGAIN, REASONS, SHOW, ReviewForm
from parvis.streets.permissions import reach_of_reviewer, reviewers_only
from parvis.streets.queries import photos
from parvis.streets.queries.photos import PhotoToReview

_BLANK_ROWS = 3


@reviewers_only
@require_safe
def queue(request: CityRequest) -> HttpResponse:
    """Show the photos that wait for an agent."""
    return render(request, "streets/photo_review.html", _waiting(request))


@reviewers_only
@require_http_methods(["GET", "HEAD", "POST"])
def review(request: CityRequest, photo_id: uuid.UUID) -> HttpResponse:
    """Show one photo with the boxes that cover it; judge it."""
    shown = photos.to_review(photo_id, reach_of_reviewer(request.person))
    _note_reading(request, shown)
    if request.method == "POST":
        return _judge(request, shown)
    return render(request, "streets/photo_review.html", _page(request, shown, ReviewForm()))


def _judge(request: CityRequest, shown: PhotoToReview) -> HttpResponse:
    form, status = ReviewForm(request.POST), HTTPStatus.UNPROCESSABLE_ENTITY
    if form.is_valid():
        try:
            told = _act(request, shown, form.cleaned_data)
        except Refused as refusal:
            form.refuse(refusal)
            status = HTTPStatus(refusal.status)
        else:
            if told:
                messages.success(request, told)
            return redirect(_onwards(request, shown.id, form.cleaned_data["verb"]))
    page = _page(request, photos.to_review(shown.id, reach_of_reviewer(request.person)), form)
    return render(request, "streets/photo_review.html", page, status=status)


def _act(request: CityRequest, shown: PhotoToReview, said: dict[str, Any]) -> str:
    """Do what was decided, and return what is said of it; a judgement is told by the next page,
    with a way back."""
    seen = Seen(photo_id=shown.id, by=request.person, now=clock.now(), state=said["state"])
    if said["verb"] == SHOW:
        reviewing.show(seen, boxes=said["boxes"])
        return ""
    if said["verb"] == AGAIN:
        reviewing.look_again(seen)
        return _("The photo waits again; it is not public.")
    reviewing.withhold(seen, because=said["because"])
    return ""


def _onwards(request: CityRequest, photo_id: uuid.UUID, verb: str) -> str:
    """Return the page of the next photo, with a way back to this one."""
    if verb == AGAIN:
        return reverse("streets:photo_review", args=[photo_id])
    following = photos.next_waiting(reach_of_reviewer(request.person), after=photo_id)
    if following is None:
        return f"{reverse('streets:photo_queue')}?judged={photo_id}"
    return f"{reverse('streets:photo_review', args=[following])}?judged={photo_id}"


def _page(request: CityRequest, shown: PhotoToReview, form: ReviewForm) -> dict[str, Any]:
    typed = form.cleaned_data.get("boxes") if form.is_bound and form.errors else None
    boxes = [box for box in typed or () if len(box) == len("xywh")] or shown.boxes
    return _waiting(request) | {
        "photo": shown,
        "form": form,
        "boxes": boxes,
        "rows": [*boxes, *[("", "", "", "")] * _BLANK_ROWS],
        "following": photos.next_waiting(reach_of_reviewer(request.person), after=shown.id),
        "because": REASONS.get(shown.because, ""),
    }


def _waiting(request: CityRequest) -> dict[str, Any]:
    reach = reach_of_reviewer(request.person)
    waiting = photos.waiting(reach, now=clock.now())
    judged = request.GET.get("judged", "")
    return {
        "photos": waiting,
        "waiting": photos.waiting_count(reach),
        "judged": photos.judged(judged, reach) if judged else None,
    }


def _note_reading(request: CityRequest, shown: PhotoToReview) -> None:
    seen = reading.Reading(
        reader_ref=f"person:{request.person.id}",
        person_ref=f"person:{shown.person_id}" if shown.person_id else "",
        what="streets.report",
        object_ref=f"streets.report:{shown.report_id}",
    )
    reading.note(seen, now=clock.now())


urlpatterns = [
    path(gettext_lazy("desk/photos/"), queue, name="photo_queue"),
    path(gettext_lazy("desk/photos/<uuid:photo_id>/"), review, name="photo_review"),
]
