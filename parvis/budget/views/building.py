"""What one does on the page of a project: a remark, a new version, following, taking back, an
appeal, yes or no to a merging."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _, gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from parvis.budget.actions import building, deciding, merging, proposing
from parvis.budget.actions.refusing import refusal
from parvis.budget.forms.residents import AppealForm, ConsentForm, RemarkForm, RewriteForm
from parvis.budget.models import Merging
from parvis.budget.permissions import own_project, project_seen
from parvis.budget.queries import projects, words
from parvis.budget.views.sheets import sheet_context
from parvis.kernel import clock
from parvis.kernel.http import CityRequest

_pages = require_http_methods(["GET", "HEAD", "POST"])
_BACK = gettext_lazy("Your project is taken back: nobody else reads it any more.")
_LEFT = gettext_lazy("You left the project: it goes on with its other authors, who are told.")


@require_POST
def remark(request: CityRequest, project_id: uuid.UUID) -> HttpResponse:
    """Say something of a project."""
    form = RemarkForm(request.POST)
    if form.is_valid() and _said(request, project_id, form):
        messages.success(request, _("Your remark can be read."))
        return redirect("budget:project", project_id)
    found = project_seen(project_id, request.person)
    context = sheet_context(found, request.person, form)
    status = form.status()
    return render(request, "budget/project.html", context, status=status)


@require_POST
def follow(request: CityRequest, project_id: uuid.UUID) -> HttpResponse:
    """Follow a project, or no more."""
    if request.POST.get("verb") == "leave":
        building.unfollow(project_id, by=request.person)
        messages.success(request, _("You are told nothing of it any more."))
    else:
        building.follow(project_id, by=request.person, now=clock.now())
        messages.success(request, _("You are told what becomes of it."))
    return redirect("budget:project", project_id)


@_pages
def rewrite(request: CityRequest, project_id: uuid.UUID) -> HttpResponse:
    """Write a new version of one's project."""
    project = own_project(project_id, request.person)
    form = RewriteForm(request.POST or None, initial={"title": project.title, "text": project.text})
    if form.is_valid() and _rewritten(request, project_id, form):
        messages.success(request, _("The new version can be read; those before stay."))
        return redirect("budget:project", project_id)
    context = {"project": project, "form": form, "remarks": projects.remarks(project)}
    status = form.status()
    return render(request, "budget/rewrite.html", context, status=status)


@_pages
def withdraw(request: CityRequest, project_id: uuid.UUID) -> HttpResponse:
    """Take one's project back, after a question."""
    project = own_project(project_id, request.person)
    if request.method == "POST":
        is_back = proposing.withdraw(project_id, by=request.person, now=clock.now())
        messages.success(request, _BACK if is_back else _LEFT)
        return redirect("budget:mine")
    others = projects.other_authors(project, request.person.id)
    context = {"project": project, "title": words.project_title(project), "others": others}
    return render(request, "budget/withdraw.html", context)


@_pages
def appeal(request: CityRequest, project_id: uuid.UUID) -> HttpResponse:
    """Contest that one's project was not accepted."""
    project = own_project(project_id, request.person)
    form = AppealForm(request.POST or None)
    if form.is_valid() and _appealed(request, project_id, form):
        messages.success(request, _("Your appeal waits for the City. You are told its answer."))
        return redirect("budget:project", project_id)
    context = {"project": project, "form": form, "title": words.project_title(project)}
    status = form.status()
    return render(request, "budget/appeal.html", context, status=status)


@_pages
def consent(request: CityRequest, merging_id: uuid.UUID) -> HttpResponse:
    """Say yes or no to bringing two projects together."""
    asked = _asked(request, merging_id)
    form = ConsentForm(request.POST or None)
    if form.is_valid():
        agrees = form.cleaned_data["agrees"] == "yes"
        merging.answer_merging(merging_id, agrees=agrees, by=request.person, now=clock.now())
        messages.success(request, _("Your answer is noted, and the other authors are told."))
        return redirect("budget:mine")
    context = {"asked": asked, "source": projects.row(asked.source)}
    context |= {"target": projects.row(asked.target)}
    return render(request, "budget/consent.html", context)


def _asked(request: CityRequest, merging_id: uuid.UUID) -> Merging:
    rows = Merging.objects.select_related("source__area__edition", "target__area__edition")
    found = rows.filter(pk=merging_id, consents__person_id=request.person.id).first()
    if found is None:
        raise refusal("no_merging")
    return found


def _said(request: CityRequest, project_id: uuid.UUID, form: RemarkForm) -> bool:
    told = form.cleaned_data
    return form.does(
        lambda: building.remark(
            project_id,
            told["text"],
            form_token=told["form_token"],
            by=request.person,
            now=clock.now(),
        )
    )


def _rewritten(request: CityRequest, project_id: uuid.UUID, form: RewriteForm) -> bool:
    told, now = form.cleaned_data, clock.now()
    return form.does(lambda: building.rewrite(project_id, **told, by=request.person, now=now))


def _appealed(request: CityRequest, project_id: uuid.UUID, form: AppealForm) -> bool:
    text, now = form.cleaned_data["text"], clock.now()
    return form.does(lambda: deciding.appeal(project_id, text, by=request.person, now=now))


urlpatterns = [
    path(gettext_lazy("projects/<uuid:project_id>/remark/"), remark, name="remark"),
    path(gettext_lazy("projects/<uuid:project_id>/follow/"), follow, name="follow"),
    path(gettext_lazy("projects/<uuid:project_id>/rewrite/"), rewrite, name="rewrite"),
    path(gettext_lazy("projects/<uuid:project_id>/withdraw/"), withdraw, name="withdraw"),
    path(gettext_lazy("projects/<uuid:project_id>/appeal/"), appeal, name="appeal"),
    path(gettext_lazy("mergings/<uuid:merging_id>/"), consent, name="consent"),
]
