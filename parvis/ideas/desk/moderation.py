"""The moderators' pages: the flagged texts, the oldest flag first, and what was decided."""

from __future__ import annotations

import uuid
from functools import partial
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from parvis.account.public import Person
from parvis.deliberation import public as deliberation
from parvis.deliberation.public import Hiding, QueueItem, Reason, Target
from parvis.ideas.forms.agents import HideForm
from parvis.ideas.forms.typed import attempt
from parvis.ideas.permissions import moderators_only
from parvis.kernel import clock, reading
from parvis.kernel.errors import Refused
from parvis.kernel.http import CityRequest


@moderators_only
@require_safe
def queue(request: CityRequest) -> HttpResponse:
    """Show the texts that wait for a moderator."""
    cursor = request.GET.get("cursor", "")
    return render(request, "ideas/desk/moderation.html", _queue(request.person, cursor))


@moderators_only
@require_http_methods(["GET", "HEAD", "POST"])
def item(request: CityRequest, kind: str, target_id: uuid.UUID) -> HttpResponse:
    """Show one text with its context; hide it, keep it or show it again."""
    target = _target(kind, target_id)
    case = deliberation.queue_item(target, by=request.person)
    _note_reading(request.person, case)
    if request.method == "POST":
        return _rule(request, target, case)
    context = _case(request.person, target) | {"case": case, "form": HideForm()}
    return render(request, "ideas/desk/moderation.html", context)


@moderators_only
@require_safe
def decisions(request: CityRequest) -> HttpResponse:
    """Show what moderators decided, the latest first."""
    page = deliberation.decisions(by=request.person, cursor=request.GET.get("cursor", ""))
    return render(request, "ideas/desk/decisions.html", {"page": page})


@moderators_only
@require_POST
def undo(request: CityRequest, decision_id: uuid.UUID) -> HttpResponse:
    """Undo a decision, as if it had not been taken."""
    deliberation.undo_decision(decision_id=decision_id, by=request.person, now=clock.now())
    messages.success(request, _("The decision is undone."))
    return redirect("ideas:decisions")


def _note_reading(reader: Person, case: QueueItem) -> None:
    if case.author.id:
        seen = reading.Reading(
            reader_ref=f"person:{reader.id}",
            person_ref=f"person:{case.author.id}",
            what="deliberation.moderation",
            object_ref=f"deliberation.{case.target.kind}:{case.target.id}",
        )
        reading.note(seen, now=clock.now())


def _target(kind: str, target_id: uuid.UUID) -> Target:
    if kind == "contribution":
        return Target(kind="contribution", id=target_id)
    if kind == "remark":
        return Target(kind="remark", id=target_id)
    raise Http404


def _queue(person: Person, cursor: str = "") -> dict[str, Any]:
    page = deliberation.moderation_queue(by=person, cursor=cursor)
    return {"page": page, "waiting": deliberation.flagged_count()}


def _case(person: Person, target: Target) -> dict[str, Any]:
    return _queue(person) | {"about": deliberation.decisions_about(target, by=person)}


def _rule(request: CityRequest, target: Target, case: QueueItem) -> HttpResponse:
    verb = request.POST.get("verb", "")
    if verb == "hide":
        return _hide(request, target, case)
    if verb not in ("keep", "restore"):
        raise Refused("unknown_verb", _("Press one of the buttons of this page."), status=422)
    act = deliberation.restore if verb == "restore" else deliberation.keep
    act(target=target, by=request.person, now=clock.now())
    restored = _("The text can be read again.")
    messages.success(request, restored if verb == "restore" else _("The text stays."))
    return redirect("ideas:moderation")


def _hide(request: CityRequest, target: Target, case: QueueItem) -> HttpResponse:
    form = HideForm(request.POST)
    hide = partial(deliberation.hide, target=target, by=request.person, now=clock.now())
    made = attempt(
        form, lambda t: hide(hiding=Hiding(reason=Reason(t["reason"]), message=t["body"]))
    )
    if isinstance(made, Refused):
        context = _case(request.person, target) | {"case": case, "form": form}
        return render(request, "ideas/desk/moderation.html", context, status=made.status)
    messages.success(request, _("The text is hidden, and its author is told why."))
    return redirect("ideas:moderation")
