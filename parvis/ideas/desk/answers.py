"""The officials' pages: what waits for an answer, and the answer with what it changes."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable, Mapping
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from parvis.account.public import Person
from parvis.deliberation import public as deliberation
from parvis.deliberation.public import (
    AnswerStance,
    AnswerView,
    ConsultationHead,
    ContributionView,
    NewAnswer,
    Origin,
    Wanted,
)
from parvis.ideas.forms.agents import AnswerForm
from parvis.ideas.forms.typed import attempt
from parvis.ideas.permissions import officials_only
from parvis.ideas.queries.discussion import heading
from parvis.ideas.queries.places import places
from parvis.kernel import clock
from parvis.kernel.errors import Refused
from parvis.kernel.http import CityRequest


@officials_only
@require_safe
def queue(request: CityRequest) -> HttpResponse:
    """Show the contributions that wait for an answer, the most supported first."""
    every = {one.slug: one for one in deliberation.consultations()}
    held = [one for one in every.values() if one.origin == Origin.HERE]
    slug = request.GET.get("consultation", "") or (held[0].slug if held else "")
    context = {"held": held, "slug": slug}
    if slug:
        if slug not in every:
            raise Http404
        context |= _queue(request, every[slug])
    return render(request, "ideas/desk/answers.html", context)


@officials_only
@require_http_methods(["GET", "HEAD", "POST"])
def item(request: CityRequest, contribution_id: uuid.UUID) -> HttpResponse:
    """Answer a contribution in public, or revise the answer it has."""
    now = clock.now()
    shown = deliberation.contribution(contribution_id, viewer=request.person, now=now)
    context = heading(shown, now=now) | _queue(request, shown.consultation)
    if request.method == "POST":
        return _answer(request, shown, context, now)
    if not shown.you.may_answer:
        messages.info(request, _("This contribution can no longer be answered."))
        return redirect("ideas:answers")
    form = AnswerForm(initial=_begun(shown.answer), places=context["places"].values())
    return render(request, "ideas/desk/answers.html", context | {"form": form})


def _queue(request: CityRequest, consultation: ConsultationHead) -> dict[str, Any]:
    newest = request.GET.get("sort") == "recent"
    wanted = Wanted(sort="recent" if newest else "supported", cursor=request.GET.get("cursor", ""))
    page = deliberation.answer_queue(consultation.slug, by=request.person, wanted=wanted)
    return {
        "page": page,
        "slug": consultation.slug,
        "places": places(consultation),
        "waiting": deliberation.unanswered_count(),
        "newest": newest,
    }


def _begun(answer: AnswerView | None) -> dict[str, Any]:
    if answer is None:
        return {}
    return {
        "stance": answer.stance.value,
        "body": answer.body,
        "section_ref": answer.section_ref,
        "no_change_reason": answer.no_change_reason,
        "version": answer.version,
    }


def _answer(
    request: CityRequest, shown: ContributionView, context: dict[str, Any], now: dt.datetime
) -> HttpResponse:
    form = AnswerForm(request.POST, places=context["places"].values())
    made = attempt(form, _act(shown, by=request.person, now=now))
    if isinstance(made, Refused):
        again = context | {"form": form}
        return render(request, "ideas/desk/answers.html", again, status=made.status)
    messages.success(request, _("Your answer is published, and its author and followers are told."))
    return redirect("ideas:answers")


def _act(
    shown: ContributionView, *, by: Person, now: dt.datetime
) -> Callable[[Mapping[str, Any]], None]:
    def act(given: Mapping[str, Any]) -> None:
        new = NewAnswer(
            stance=AnswerStance(given["stance"]),
            body=given["body"],
            section_ref=given["section_ref"],
            no_change_reason=given["no_change_reason"],
        )
        version, row = given["version"], shown.row
        if version is None:
            deliberation.answer(contribution_id=row.id, new=new, by=by, now=now)
        else:
            deliberation.revise_answer(
                contribution_id=row.id, new=new, version=version, by=by, now=now
            )

    return act
