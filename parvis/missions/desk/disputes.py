"""Agents settle what people do not agree about."""

from __future__ import annotations

import uuid
from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.core.files.storage import default_storage
from django.http import FileResponse, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _, gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from parvis.kernel import clock
from parvis.kernel.http import CityRequest
from parvis.missions.actions import settling
from parvis.missions.actions.refusing import Unfit
from parvis.missions.forms.answering import SettleForm
from parvis.missions.permissions import agents_only
from parvis.missions.queries import desk, tasks, words
from parvis.missions.queries.desk import Voices

_LISTED = 100


@agents_only
@require_safe
def disputes(request: CityRequest) -> HttpResponse:
    """Show what people do not agree about, the oldest first."""
    context = {"tasks": desk.disputed()[:_LISTED], "total": desk.disputed_count()}
    return render(request, "missions/desk_disputes.html", context)


@agents_only
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def settle(request: CityRequest, task_id: uuid.UUID) -> HttpResponse:
    """Show what was said of one thing; say what holds, or take it out."""
    voices = desk.voices(task_id)
    form = SettleForm(request.POST or None, asked=words.asked(voices.task.mission))
    if form.is_valid() and _is_settled(request, task_id, form):
        return redirect("missions:disputes")
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return render(request, "missions/desk_settle.html", _context(voices, form), status=status)


@agents_only
@never_cache
@require_safe
def photo(_request: CityRequest, answer_id: uuid.UUID) -> FileResponse:
    """Send the photo of an answer, to agents alone."""
    return FileResponse(default_storage.open(desk.photo(answer_id)))


def _context(voices: Voices, form: SettleForm) -> dict[str, Any]:
    lon, lat = tasks.degrees(voices.task)
    return {"voices": voices, "task": voices.task, "form": form, "lon": lon, "lat": lat}


def _is_settled(request: CityRequest, task_id: uuid.UUID, form: SettleForm) -> bool:
    now, why = clock.now(), form.cleaned_data["why"]
    try:
        if request.POST.get("verb") == "drop":
            settling.drop(task_id=task_id, why=why, by=request.person, now=now)
            messages.success(request, _("It is taken out of the mission."))
        else:
            values = form.values()
            settling.settle(task_id=task_id, values=values, why=why, by=request.person, now=now)
            messages.success(request, _("It is settled, and your reason can be read."))
    except Unfit as refusal:
        form.refuse(refusal.field, refusal.message)
        return False
    return True


urlpatterns = [
    path(gettext_lazy("desk/disputes/"), disputes, name="disputes"),
    path(gettext_lazy("desk/disputes/<uuid:task_id>/"), settle, name="settle"),
    path(gettext_lazy("desk/photo/<uuid:answer_id>/"), photo, name="answer_photo"),
]
