"""Things that people bring: what they found on the spot, a published datum they hold for wrong."""

from __future__ import annotations

from http import HTTPStatus

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _, gettext_lazy
from django.views.decorators.http import require_http_methods

from parvis.kernel import clock
from parvis.kernel.errors import Refused
from parvis.kernel.http import CityRequest
from parvis.missions.actions import finding
from parvis.missions.actions.answering import Place
from parvis.missions.forms.answering import DoubtForm, FoundForm
from parvis.missions.models import Mission, Task
from parvis.missions.permissions import mission_seen
from parvis.missions.views.places import by_address

_pages = require_http_methods(["GET", "HEAD", "POST"])


@_pages
def add(request: CityRequest, slug: str) -> HttpResponse:
    """Add a thing to an inventory."""
    mission = mission_seen(slug, request.person)
    form = FoundForm(request.POST or None)
    found = _found(request, mission, form) if form.is_valid() else None
    if found is not None:
        messages.success(request, _("It is added. Others will confirm it."))
        return redirect("missions:task", found.pk)
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    context = {"mission": mission, "form": form}
    return render(request, "missions/add.html", context, status=status)


@_pages
def doubt(request: CityRequest) -> HttpResponse:
    """Turn a published datum into something to check."""
    form = DoubtForm(request.POST or None, initial=request.GET.dict())
    task = _doubted(request, form) if form.is_valid() else None
    if task is not None:
        messages.success(request, _("It is something to check now: say what you saw."))
        return redirect("missions:task", task.pk)
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return render(request, "missions/doubt.html", {"form": form}, status=status)


def _found(request: CityRequest, mission: Mission, form: FoundForm) -> Task | None:
    at = _place(form)
    if at is None:
        return None
    try:
        label = form.cleaned_data["label"]
        return finding.find(
            mission_id=mission.pk, label=label, at=at, by=request.person, now=clock.now()
        )
    except Refused as refusal:
        form.add_error(None, refusal.message)
        return None


def _doubted(request: CityRequest, form: DoubtForm) -> Task | None:
    at, told = _place(form), form.cleaned_data
    if at is None:
        return None
    try:
        return finding.doubt(
            finding.Doubt(dataset_id=told["dataset"], ref=told["ref"], label=told["label"], at=at),
            by=request.person,
            now=clock.now(),
        )
    except Refused as refusal:
        form.add_error(None, refusal.message)
        return None


def _place(form: FoundForm) -> Place | None:
    at = form.place() or by_address(form.cleaned_data["address"])
    if at is None:
        form.add_error("address", _("Say where it is: we do not find this address."))
    return at


urlpatterns = [
    path(gettext_lazy("doubt/"), doubt, name="doubt"),
    path(gettext_lazy("<slug:slug>/add/"), add, name="add"),
]
