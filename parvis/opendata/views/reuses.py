"""What people make of a dataset and ask about it: read by everyone, written once signed in."""

from __future__ import annotations

import uuid
from http import HTTPStatus

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from parvis.kernel import clock
from parvis.kernel.http import CityRequest
from parvis.opendata.actions import questions as asking, reuses as proposing, saying
from parvis.opendata.forms.reuses import QuestionForm, ReportForm, ReuseForm
from parvis.opendata.forms.typed import attempt
from parvis.opendata.queries import reuses as said
from parvis.opendata.queries.pages import head as heads
from parvis.opendata.queries.reuses import Case

_HERE = ""
_WRITES = require_http_methods(["GET", "HEAD", "POST"])


@login_not_required
@require_safe
def reuses(request: CityRequest, dataset_id: str) -> HttpResponse:
    """Show what was made of a dataset."""
    head = heads.head(dataset_id, _HERE, now=clock.now())
    context = {"head": head, "reuses": said.reuses_of(dataset_id, viewer=_viewer(request))}
    return render(request, "opendata/reuses.html", context)


@_WRITES
def propose(request: CityRequest, dataset_id: str) -> HttpResponse:
    """Propose a reuse."""
    head = heads.head(dataset_id, _HERE, now=clock.now())
    form, status = ReuseForm(request.POST or None), HTTPStatus.OK
    if request.method == "POST":
        act = {"dataset_id": dataset_id, "by": request.person, "now": clock.now()}
        status = attempt(form, lambda given: proposing.propose(**act, **given))
        if status == HTTPStatus.OK:
            messages.success(
                request, _("Thank you. A moderator reads your reuse, then it is public.")
            )
            return redirect("opendata:reuses", dataset_id)
    return render(request, "opendata/propose.html", {"head": head, "form": form}, status=status)


@require_POST
def withdraw(request: CityRequest, reuse_id: uuid.UUID) -> HttpResponse:
    """Take one's own reuse back."""
    about = said.reuse(reuse_id)
    proposing.withdraw(reuse_id=reuse_id, by=request.person, now=clock.now())
    messages.success(request, _("Your reuse is withdrawn: it is no longer shown."))
    return redirect("opendata:reuses", about.dataset_id)


@login_not_required
@require_safe
def questions(request: CityRequest, dataset_id: str) -> HttpResponse:
    """Show what was asked about a dataset, and what the City answered."""
    head = heads.head(dataset_id, _HERE, now=clock.now())
    context = {"head": head, "questions": said.questions_of(dataset_id, viewer=_viewer(request))}
    return render(request, "opendata/questions.html", context)


@_WRITES
def ask(request: CityRequest, dataset_id: str) -> HttpResponse:
    """Ask a question about a dataset."""
    head = heads.head(dataset_id, _HERE, now=clock.now())
    form, status = QuestionForm(request.POST or None), HTTPStatus.OK
    if request.method == "POST":
        act = {"dataset_id": dataset_id, "by": request.person, "now": clock.now()}
        status = attempt(form, lambda given: asking.ask(**act, **given))
        if status == HTTPStatus.OK:
            messages.success(request, _("Your question is public. The service is told."))
            return redirect("opendata:questions", dataset_id)
    return render(request, "opendata/ask.html", {"head": head, "form": form}, status=status)


@require_POST
def withdraw_question(request: CityRequest, question_id: uuid.UUID) -> HttpResponse:
    """Take one's own question back."""
    about = said.question(question_id)
    asking.withdraw(question_id=question_id, by=request.person, now=clock.now())
    messages.success(request, _("Your question is withdrawn: its text is no longer shown."))
    return redirect("opendata:questions", about.dataset_id)


@_WRITES
def report(request: CityRequest, kind: str, public_id: uuid.UUID) -> HttpResponse:
    """Tell the moderators that a reuse or a question should not stay, or that a link is dead."""
    case = _public(kind, public_id)
    head = heads.head(case.about.dataset_id, _HERE, now=clock.now())
    form, status = ReportForm(request.POST or None, has_link=kind == "reuse"), HTTPStatus.OK
    if request.method == "POST":
        act = {"kind": kind, "public_id": public_id, "by": request.person, "now": clock.now()}
        status = attempt(form, lambda given: saying.report(**act, **given))
        if status == HTTPStatus.OK:
            messages.success(request, _("Thank you. A moderator will look at it."))
            return redirect(f"opendata:{kind}s", case.about.dataset_id)
    context = {"head": head, "form": form, "case": case}
    return render(request, "opendata/report.html", context, status=status)


def _public(kind: str, public_id: uuid.UUID) -> Case:
    """Return what can be reported: what everyone reads."""
    if kind not in ("reuse", "question"):
        raise said.no_reuse()
    case = said.case(kind, public_id)
    if case.about.state != "public":
        raise said.no_reuse() if kind == "reuse" else said.no_question()
    return case


def _viewer(request: CityRequest) -> uuid.UUID | None:
    return request.person.id if request.person else None
