"""Answering on the spot: the next thing, its questions, taking an answer back."""

from __future__ import annotations

import datetime as dt
import uuid
from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _, gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from parvis.kernel import clock
from parvis.kernel.errors import Refused
from parvis.kernel.http import CityRequest, wants_json
from parvis.missions.actions import answering
from parvis.missions.actions.answering import Said
from parvis.missions.actions.refusing import Unfit
from parvis.missions.forms.answering import AnswerForm
from parvis.missions.models import Answer, AnswerState, Mission, Task, TaskState
from parvis.missions.permissions import mission_seen
from parvis.missions.queries import ground, missions, tasks, words
from parvis.missions.views.places import place_asked

_ROUND = 15


@login_not_required
@never_cache
@require_safe
def find_next(request: CityRequest, slug: str) -> HttpResponse:
    """Lead to the nearest thing that wants an answer: from `lon` and `lat`, an `address`, or the
    thing just looked at (`after`)."""
    mission, at = mission_seen(slug, request.person), place_asked(request)
    person_id = request.person.id if request.person else None
    beside = _uuid(request.GET.get("after", ""))
    found = tasks.next_task(mission, person_id=person_id, at=at, beside=beside)
    if found is None:
        messages.info(request, _("Nothing is left for you in this mission. Thank you."))
        return redirect("missions:mission", slug)
    return redirect("missions:task", found.pk)


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def task(request: CityRequest, task_id: uuid.UUID) -> HttpResponse:
    """Show one thing and its questions; keep what is answered, and go on to the next."""
    shown = tasks.task(task_id)
    if request.method != "POST":
        return _page(request, shown, _form(shown.mission, initial={"client_key": uuid.uuid4()}))
    if request.person is None:
        return redirect(f"{reverse('account_login')}?next={request.path}")
    form = _form(shown.mission, data=request.POST, files=request.FILES)
    if wants_json(request) and not form.is_valid():
        raise Unfit("question_unanswered")
    kept = _kept(request, shown, form) if form.is_valid() else None
    if kept is None:
        return _page(request, shown, form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    return _answered(request, kept, shown)


@require_POST
def withdraw(request: CityRequest, answer_id: uuid.UUID) -> HttpResponse:
    """Take one's answer back."""
    answering.withdraw(answer_id=answer_id, by=request.person, now=clock.now())
    messages.success(request, _("Your answer is withdrawn: it does not count any more."))
    return redirect("missions:mine")


@never_cache
@require_safe
def on_foot(request: CityRequest, slug: str) -> HttpResponse:
    """Show the nearest things with their questions on one page, which a device may keep and answer
    without network."""
    mission, at = mission_seen(slug, request.person), place_asked(request)
    person_id = request.person.id
    first = tasks.next_task(mission, person_id=person_id, at=at, beside=None)
    point = at or (first.location if first else None)
    found = ground.nearest(mission, person_id=person_id, point=point, limit=_ROUND) if point else []
    forms = [(one, _form(mission, prefix_of=one)) for one in found]
    context = {"mission": mission, "forms": forms}
    return render(request, "missions/on_foot.html", context)


def _form(mission: Mission, *, prefix_of: Task | None = None, **options: Any) -> AnswerForm:
    if prefix_of is not None:
        options = {"auto_id": f"id_{prefix_of.pk.hex}_%s", "initial": {"client_key": uuid.uuid4()}}
    return AnswerForm(asked=words.asked(mission), photo=mission.is_photo_wanted, **options)


def _kept(request: CityRequest, shown: Task, form: AnswerForm) -> Answer | None:
    said = Said(
        task_id=shown.pk,
        client_key=form.cleaned_data["client_key"],
        values=form.values(),
        at=form.place(),
        photo=form.cleaned_data.get("photo"),
    )
    try:
        return answering.answer(said, by=request.person, now=clock.now())
    except Refused as refusal:
        if wants_json(request):
            raise
        form.refuse(refusal.field if isinstance(refusal, Unfit) else "", refusal.message)
        return None


def _answered(request: CityRequest, kept: Answer, shown: Task) -> HttpResponse:
    onward = f"{reverse('missions:next', args=[shown.mission.slug])}?after={shown.pk}"
    if wants_json(request):
        # A page with many things stays where it is.
        stays = "stay" in request.POST
        return JsonResponse({"answer": str(kept.pk), "url": "" if stays else onward}, status=201)
    if kept.is_far:
        said = _("Kept, but not counted: you stood %(metres)s metres away.")
        messages.warning(request, said % {"metres": round(kept.metres or 0)})
    elif kept.state == AnswerState.COUNTED:
        messages.success(request, _("Thank you: your answer counts."))
    else:
        messages.info(request, _("Kept. Others have to confirm what you found."))
    return redirect(onward)


def _page(
    request: CityRequest, shown: Task, form: AnswerForm, *, status: int = HTTPStatus.OK
) -> HttpResponse:
    person_id = request.person.id if request.person else None
    return render(request, "missions/task.html", _context(shown, form, person_id), status=status)


def _context(shown: Task, form: AnswerForm, person_id: uuid.UUID | None) -> dict[str, Any]:
    now: dt.datetime = clock.now()
    own, is_open = tasks.own_answer(shown, person_id), shown.state == TaskState.OPEN
    lon, lat = tasks.degrees(shown)
    return {
        "task": shown,
        "mission": shown.mission,
        "form": form,
        "own": own,
        "own_said": words.said(shown.mission, own.values) if own else [],
        "asks": is_open and own is None and ground.takes_answers(shown.mission, now=now),
        "state": TaskState(shown.state).label,
        "tone": words.TONES[shown.state],
        "holds": words.said(shown.mission, shown.result),
        # What others said is told once it cannot lead anybody.
        "answers": tasks.answers(shown) if own or not is_open else [],
        "by": missions.by(shown.mission),
        "lon": lon,
        "lat": lat,
    }


def _uuid(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except ValueError:
        return None


urlpatterns = [
    path(gettext_lazy("thing/<uuid:task_id>/"), task, name="task"),
    path(gettext_lazy("answer/<uuid:answer_id>/withdraw/"), withdraw, name="withdraw"),
    path(gettext_lazy("<slug:slug>/next/"), find_next, name="next"),
    path(gettext_lazy("<slug:slug>/on-foot/"), on_foot, name="on_foot"),
]
