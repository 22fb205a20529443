"""Agents study projects: who is asked, what services say, what a commission decides, appeals."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _, gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from parvis.budget.actions import deciding, merging, studying
from parvis.budget.actions.deciding import Verdict
from parvis.budget.actions.refusing import refusal
from parvis.budget.forms.agents import (
    AnswerForm,
    AskForm,
    DecisionForm,
    MergeForm,
    OpinionForm,
    SheetForm,
    WhyForm,
)
from parvis.budget.forms.residents import RefusingForm
from parvis.budget.models import Project, Study
from parvis.budget.permissions import agents_only, project_seen
from parvis.budget.queries import desk, projects, words
from parvis.budget.rules.status import ALIVE, Status
from parvis.kernel import clock
from parvis.kernel.http import CityRequest

_pages = require_http_methods(["GET", "HEAD", "POST"])
_LISTED = 100


@agents_only
@require_safe
def queue(request: CityRequest) -> HttpResponse:
    """Show what waits: opinions of a service, projects to assign, to decide, appeals."""
    asked = request.GET.get("department", "")
    context = {
        "department": asked,
        "departments": desk.departments_waiting(),
        "studies": desk.opinions_waiting(asked)[:_LISTED],
        "assign": desk.to_assign()[:_LISTED],
        "decide": desk.to_decide()[:_LISTED],
        "appeals": desk.appeals_waiting()[:_LISTED],
        "mergings": desk.mergings_waiting()[:_LISTED],
    }
    return render(request, "budget/desk_queue.html", context)


@agents_only
@never_cache
@_pages
def case(request: CityRequest, project_id: uuid.UUID) -> HttpResponse:
    """Show the study of one project; ask a service."""
    project = project_seen(project_id, request.person)
    form = AskForm(request.POST or None)
    form.offer("department", desk.departments())
    if form.is_valid() and form.does(lambda: _ask(request, project, form)):
        messages.success(request, _("The service is asked."))
        return redirect("budget:case", project_id)
    return _page(request, "budget/desk_case.html", form, _case(project))


@agents_only
@never_cache
@_pages
def opinion(request: CityRequest, study_id: uuid.UUID) -> HttpResponse:
    """Give the opinion of a service."""
    study = Study.objects.select_related("project__area__edition", "department").filter(pk=study_id)
    found = study.first()
    if found is None:
        raise refusal("no_study")
    form = OpinionForm.of(found, request.POST or None)
    if form.is_valid() and form.does(lambda: _give(request, found, form)):
        messages.success(request, _("The opinion is kept; it is hidden until the study is over."))
        return redirect("budget:case", found.project_id)
    context = {"study": found, **_case(found.project)}
    return _page(request, "budget/desk_opinion.html", form, context)


@agents_only
@never_cache
@_pages
def decide(request: CityRequest, project_id: uuid.UUID) -> HttpResponse:
    """Put a project on the ballot, or say why not."""
    project = project_seen(project_id, request.person)
    form = DecisionForm(request.POST or None, initial=SheetForm.kept(project))
    if form.is_valid() and form.does(lambda: _decide(request, project, form.verdict())):
        messages.success(request, _("It is decided, and its authors are told."))
        return redirect("budget:case", project_id)
    return _page(request, "budget/desk_decide.html", form, _case(project))


@agents_only
@never_cache
@_pages
def sheet(request: CityRequest, project_id: uuid.UUID) -> HttpResponse:
    """Write the final sheet of an accepted project anew."""
    project = project_seen(project_id, request.person)
    form = SheetForm(request.POST or None, initial=SheetForm.kept(project))
    if form.is_valid() and form.does(lambda: _rewrite(request, project, form)):
        messages.success(request, _("The sheet is written."))
        return redirect("budget:case", project_id)
    return _page(request, "budget/desk_sheet.html", form, _case(project))


@agents_only
@never_cache
@_pages
def remove(request: CityRequest, project_id: uuid.UUID) -> HttpResponse:
    """Withdraw a project for the City, with a reason."""
    project = project_seen(project_id, request.person)
    form = WhyForm(request.POST or None)
    if form.is_valid() and form.does(lambda: _remove(request, project, form)):
        messages.success(request, _("The project is withdrawn, and its authors are told why."))
        return redirect("budget:case", project_id)
    return _page(request, "budget/desk_remove.html", form, _case(project))


@agents_only
@never_cache
@_pages
def merge(request: CityRequest, project_id: uuid.UUID) -> HttpResponse:
    """Ask authors whether their projects become one."""
    project = project_seen(project_id, request.person)
    form = MergeForm(request.POST or None)
    form.offer("target", [(str(one.pk), one.title) for one in desk.beside(project)])
    if form.is_valid() and form.does(lambda: _merge(request, project, form)):
        messages.success(request, _("The authors are asked; nothing moves before they agree."))
        return redirect("budget:case", project_id)
    return _page(request, "budget/desk_merge.html", form, _case(project))


@agents_only
@never_cache
@_pages
def answer(request: CityRequest, project_id: uuid.UUID) -> HttpResponse:
    """Answer the appeal of an author."""
    project = project_seen(project_id, request.person)
    form = AnswerForm(request.POST or None)
    if form.is_valid() and form.does(lambda: _answer(request, project, form)):
        messages.success(request, _("The appeal is answered, and its author is told."))
        return redirect("budget:case", project_id)
    return _page(request, "budget/desk_appeal.html", form, _case(project))


def _case(project: Project) -> dict[str, Any]:
    return {
        "project": project,
        "row": projects.row(project),
        "text": words.project_text(project),
        "studies": project.studies.select_related("department").order_by("department__name"),
        "appeal": getattr(project, "appeal", None),
        "decisions": projects.decisions(project),
        "mergings": project.leaving.select_related("target").order_by("-proposed_at"),
        "is_alive": project.status in ALIVE,
        "is_studied": project.status == Status.STUDY,
        "is_accepted": project.status == Status.ACCEPTED,
    }


def _page(
    request: CityRequest, template: str, form: RefusingForm, context: dict[str, Any]
) -> HttpResponse:
    status = form.status()
    return render(request, template, {"form": form, **context}, status=status)


def _ask(request: CityRequest, project: Project, form: AskForm) -> None:
    key = form.cleaned_data["department"]
    studying.ask_opinion(project.pk, department=key, by=request.person, now=clock.now())


def _give(request: CityRequest, study: Study, form: OpinionForm) -> None:
    told = form.cleaned_data
    studying.give_opinion(
        study.pk,
        opinion=told["opinion"],
        cost_cents=told["cost"],
        reason=told["reason"],
        by=request.person,
        now=clock.now(),
    )


def _decide(request: CityRequest, project: Project, verdict: Verdict) -> None:
    deciding.decide(project.pk, verdict, by=request.person, now=clock.now())


def _rewrite(request: CityRequest, project: Project, form: SheetForm) -> None:
    verdict = Verdict(accepts=True, body="", reason="", **form.sheet())
    deciding.change_sheet(project.pk, verdict, by=request.person, now=clock.now())


def _remove(request: CityRequest, project: Project, form: WhyForm) -> None:
    reason = form.cleaned_data["reason"]
    deciding.remove(project.pk, reason=reason, by=request.person, now=clock.now())


def _merge(request: CityRequest, project: Project, form: MergeForm) -> None:
    told = form.cleaned_data
    merging.propose_merging(
        source_id=project.pk,
        target_id=uuid.UUID(told["target"]),
        why=told["why"],
        by=request.person,
        now=clock.now(),
    )


def _answer(request: CityRequest, project: Project, form: AnswerForm) -> None:
    told = form.cleaned_data
    deciding.answer_appeal(project.pk, **told, by=request.person, now=clock.now())


urlpatterns = [
    path(gettext_lazy("desk/"), queue, name="desk"),
    path(gettext_lazy("desk/projects/<uuid:project_id>/"), case, name="case"),
    path(gettext_lazy("desk/opinions/<uuid:study_id>/"), opinion, name="opinion"),
    path(gettext_lazy("desk/projects/<uuid:project_id>/decide/"), decide, name="decide"),
    path(gettext_lazy("desk/projects/<uuid:project_id>/sheet/"), sheet, name="sheet"),
    path(gettext_lazy("desk/projects/<uuid:project_id>/remove/"), remove, name="remove"),
    path(gettext_lazy("desk/projects/<uuid:project_id>/merge/"), merge, name="merge"),
    path(gettext_lazy("desk/projects/<uuid:project_id>/appeal/"), answer, name="answer_appeal"),
]
