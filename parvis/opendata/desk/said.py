"""Moderators rule on reuses and on what was reported; agents answer questions for the City."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from parvis.kernel import clock, reading
from parvis.kernel.declarations import Companion, companions_of
from parvis.kernel.errors import Refused
from parvis.kernel.http import CityRequest
from parvis.opendata.actions import questions, reuses, saying
from parvis.opendata.forms.reuses import AnswerForm, MessageForm
from parvis.opendata.forms.typed import attempt
from parvis.opendata.permissions import agents_only, moderators_only
from parvis.opendata.queries import reuses as said
from parvis.opendata.queries.reuses import Case, QuestionView

_BOTH = require_http_methods(["GET", "HEAD", "POST"])


@moderators_only
@require_safe
def moderation(request: CityRequest) -> HttpResponse:
    """Show what waits for a moderator, the longest first."""
    return render(request, "opendata/desk/moderation.html", _queue())


@moderators_only
@_BOTH
def case(request: CityRequest, kind: str, public_id: uuid.UUID) -> HttpResponse:
    """Show one reuse or question with what is said against it; rule on it."""
    shown = _case(kind, public_id)
    _note_reading(request, shown)
    if request.method == "POST":
        return _rule(request, shown)
    context = _queue() | {"case": shown, "form": MessageForm()}
    return render(request, "opendata/desk/moderation.html", context)


@agents_only
@require_safe
def unanswered(request: CityRequest) -> HttpResponse:
    """Show the questions that wait for an answer, the longest first."""
    return render(request, "opendata/desk/answers.html", _waiting())


@agents_only
@_BOTH
def answer(request: CityRequest, question_id: uuid.UUID) -> HttpResponse:
    """Answer one question, or revise the answer."""
    shown = said.question(question_id)
    form, status = AnswerForm(request.POST or None, initial={"text": shown.answer}), HTTPStatus.OK
    if request.method == "POST":
        status = attempt(form, lambda given: _answer(request, shown, given["text"]))
        if status == HTTPStatus.OK:
            return redirect("opendata:unanswered")
    context = _waiting() | {"shown": shown, "form": form, "offered": _offered(shown)}
    return render(request, "opendata/desk/answers.html", context, status=status)


def _queue() -> dict[str, Any]:
    return {"cases": said.cases(), "waiting": said.case_count()}


def _waiting() -> dict[str, Any]:
    return {"questions": said.unanswered(), "waiting": said.unanswered_count()}


def _offered(shown: QuestionView) -> list[Companion]:
    """Return what other modules offer to do about the data of a question."""
    ref = f"opendata.dataset:{shown.dataset_id}"
    return companions_of([ref], now=clock.now())[ref]


def _case(kind: str, public_id: uuid.UUID) -> Case:
    if kind not in ("reuse", "question"):
        raise said.no_reuse()
    return said.case(kind, public_id)


def _note_reading(request: CityRequest, shown: Case) -> None:
    whose = said.proposer(shown.id) if shown.reuse else said.asker(shown.id)
    seen = [
        reading.Reading(
            reader_ref=f"person:{request.person.id}",
            person_ref=f"person:{one}",
            what="opendata.moderation",
            object_ref=f"opendata.{shown.kind}:{shown.id}",
        )
        for one in whose
    ]
    reading.note(*seen, now=clock.now())


def _answer(request: CityRequest, shown: QuestionView, text: str) -> None:
    questions.answer(question_id=shown.id, text=text, by=request.person, now=clock.now())
    messages.success(request, _("Your answer is published, and its author is told."))


def _rule(request: CityRequest, shown: Case) -> HttpResponse:
    verb = request.POST.get("verb", "")
    if verb == "refuse":
        return _refuse(request, shown)
    act, told = _verbs(shown, verb)
    act(by=request.person, now=clock.now())
    messages.success(request, told)
    return redirect("opendata:moderation")


def _verbs(shown: Case, verb: str) -> tuple[Callable[..., None], str]:
    """Return what a button does, and what is said once it is done."""
    if verb == "keep":
        return (
            lambda **who: saying.keep(kind=shown.kind, public_id=shown.id, **who),
            _("It stays, and the reports are closed."),
        )
    if verb == "publish" and shown.kind == "reuse":
        return (
            lambda **who: reuses.publish(reuse_id=shown.id, **who),
            _("The reuse is public, and its author is told."),
        )
    if verb == "restore" and shown.kind == "question":
        return (
            lambda **who: questions.restore(question_id=shown.id, **who),
            _("The question can be read again."),
        )
    raise Refused("unknown_verb", _("Press one of the buttons of this page."), status=422)


def _refuse(request: CityRequest, shown: Case) -> HttpResponse:
    form = MessageForm(request.POST)
    who = {"by": request.person, "now": clock.now()}
    if shown.kind == "reuse":
        status = attempt(form, lambda t: reuses.refuse(reuse_id=shown.id, **who, **t))
    else:
        status = attempt(form, lambda t: questions.hide(question_id=shown.id, **who, **t))
    if status == HTTPStatus.OK:
        messages.success(request, _("It is no longer shown, and its author is told why."))
        return redirect("opendata:moderation")
    context = _queue() | {"case": shown, "form": form}
    return render(request, "opendata/desk/moderation.html", context, status=status)
