"""Proposing a project in steps: where, what, the place, pictures, and a last look."""

from __future__ import annotations

import uuid
from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _, gettext_lazy, pgettext
from django.views.decorators.http import require_http_methods, require_POST

from parvis.budget.actions import pictures as showing, proposing
from parvis.budget.actions.refusing import refusal
from parvis.budget.forms.residents import (
    IdeaForm,
    PictureForm,
    PlaceForm,
    RefusingForm,
    StartForm,
    theme_label,
)
from parvis.budget.models import Edition, Project
from parvis.budget.permissions import own_project
from parvis.budget.queries import editions, words
from parvis.budget.queries.sheets import degrees, sheet_of
from parvis.budget.rules.status import Status
from parvis.kernel import clock
from parvis.kernel.errors import Refused
from parvis.kernel.http import CityRequest
from parvis.territory.public import suggest

_TEMPLATES = (
    "budget/step_1.html",
    "budget/step_2.html",
    "budget/step_3.html",
    "budget/step_4.html",
    "budget/step_5.html",
)
_pages = require_http_methods(["GET", "HEAD", "POST"])


@_pages
def start(request: CityRequest) -> HttpResponse:
    """Choose for which part of the city, and declare that one may."""
    edition = _open_edition()
    shown = editions.areas(edition)
    form = StartForm(request.POST or None, areas=[(str(one.area.pk), one.name) for one in shown])
    project = _started(request, form) if form.is_valid() else None
    if project is not None:
        return redirect("budget:write", project.pk)
    ages = sorted({one.area.propose_age for one in shown})
    context = {"edition": edition, "ages": ages, "title": words.title_of(edition)}
    return _step(request, 1, form, context)


@_pages
def write(request: CityRequest, project_id: uuid.UUID) -> HttpResponse:
    """Say what one proposes."""
    project = _draft(request, project_id)
    form = IdeaForm.of(project, request.POST or None)
    if form.is_valid() and _kept(request, project, form, form.sheet(project)):
        return redirect("budget:place", project.pk)
    return _step(request, 2, form, {"project": project})


@_pages
def place(request: CityRequest, project_id: uuid.UUID) -> HttpResponse:
    """Say where it would be."""
    project = _draft(request, project_id)
    form = PlaceForm.of(project, request.POST or None)
    if form.is_valid():
        where = form.cleaned_data["place"]
        at = form.at() or _found(where, project)
        if _kept(request, project, form, replace(sheet_of(project), place=where, at=at)):
            return redirect("budget:pictures", project.pk)
    lon, lat = degrees(project) or (None, None)
    return _step(request, 3, form, {"project": project, "lon": lon, "lat": lat})


@_pages
def pictures(request: CityRequest, project_id: uuid.UUID) -> HttpResponse:
    """Add pictures, or none."""
    project = own_project(project_id, request.person)
    form = PictureForm(request.POST or None, request.FILES or None)
    if form.is_valid() and _added(request, project, form):
        messages.success(request, _("The picture is added."))
        return redirect("budget:pictures", project.pk)
    context = {"project": project, "is_draft": project.status == Status.DRAFT}
    return _step(request, 4, form, context | {"pictures": list(project.pictures.all())})


@_pages
def send(request: CityRequest, project_id: uuid.UUID) -> HttpResponse:
    """Read it again, and propose it."""
    project = _draft(request, project_id)
    form = RefusingForm(request.POST if request.method == "POST" else None)
    if form.is_valid() and _sent(request, project, form):
        messages.success(request, _("Your project can be read by everybody now. Thank you!"))
        return redirect("budget:project", project.pk)
    context = {"project": project, "pictures": list(project.pictures.all())}
    told = {"area": words.area_name(project.area), "theme": theme_label(project.theme)}
    return _step(request, 5, form, context | told)


@require_POST
def remove_picture(request: CityRequest, picture_id: uuid.UUID) -> HttpResponse:
    """Take a picture out of one's project."""
    project_id = showing.remove_picture(picture_id, by=request.person, now=clock.now())
    messages.success(request, _("The picture is taken out."))
    return redirect("budget:pictures", project_id)


def _step(
    request: CityRequest, rank: int, form: RefusingForm, context: dict[str, Any]
) -> HttpResponse:
    status = form.status()
    names = [pgettext("of the city", "Area"), _("Idea"), _("Place"), _("Pictures"), _("Last look")]
    shared = {"form": form, "rank": rank, "steps": names, "template": _TEMPLATES[rank - 1]}
    return render(request, "budget/step.html", shared | context, status=status)


def _open_edition() -> Edition:
    now = clock.now()
    for one in editions.held():
        if editions.standing(one, now=now).may_propose:
            return one
    raise refusal("ideation_not_open")


def _draft(request: CityRequest, project_id: uuid.UUID) -> Project:
    project = own_project(project_id, request.person)
    if project.status != Status.DRAFT:
        raise refusal("status_wrong")
    return project


def _started(request: CityRequest, form: StartForm) -> Project | None:
    told = form.cleaned_data
    try:
        return proposing.start(
            area_id=uuid.UUID(told["area"]),
            declares=told["declares"],
            form_token=told["form_token"],
            by=request.person,
            now=clock.now(),
        )
    except Refused as refused:
        form.refuse(refused)
        return None


def _kept(request: CityRequest, project: Project, form: RefusingForm, sheet: Any) -> bool:
    return form.does(lambda: proposing.write(project.pk, sheet, by=request.person, now=clock.now()))


def _added(request: CityRequest, project: Project, form: PictureForm) -> bool:
    told = form.cleaned_data
    return form.does(
        lambda: showing.add_picture(
            project.pk,
            told["picture"],
            words=told["words"],
            by=request.person,
            now=clock.now(),
        )
    )


def _sent(request: CityRequest, project: Project, form: RefusingForm) -> bool:
    return form.does(lambda: proposing.submit(project.pk, by=request.person, now=clock.now()))


def _found(where: str, project: Project) -> tuple[float, float] | None:
    """Return the point of an address in the area of a project, None for words that are none."""
    wanted = project.area.arrondissement
    for one in suggest(where, limit=5):
        is_there = wanted in (None, one.arrondissement)
        if one.kind == "address" and is_there and one.lon is not None and one.lat is not None:
            return one.lon, one.lat
    return None


urlpatterns = [
    path(gettext_lazy("propose/"), start, name="propose"),
    path(gettext_lazy("projects/<uuid:project_id>/write/"), write, name="write"),
    path(gettext_lazy("projects/<uuid:project_id>/place/"), place, name="place"),
    path(gettext_lazy("projects/<uuid:project_id>/pictures/"), pictures, name="pictures"),
    path(gettext_lazy("projects/<uuid:project_id>/send/"), send, name="send"),
    path(gettext_lazy("pictures/<uuid:picture_id>/remove/"), remove_picture, name="remove_picture"),
]
