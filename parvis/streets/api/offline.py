"""What devices kept on a round and send when they have network again: one thing with its photo, as
a form, or a whole batch, as JSON; and the same form at once, from a page without scripts."""

from __future__ import annotations

import datetime as dt
import json
import uuid
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, JsonResponse, QueryDict
from django.shortcuts import redirect
from django.urls import URLPattern, URLResolver, path
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.translation import gettext as _, gettext_lazy
from django.views.decorators.http import require_POST

from parvis.kernel import clock
from parvis.kernel.errors import Refused
from parvis.kernel.http import CityRequest, wants_json
from parvis.streets.actions import offline
from parvis.streets.actions.offline import Answered, Kept
from parvis.streets.actions.treating import Treatment
from parvis.streets.forms.agents import KeptForm
from parvis.streets.permissions import agents_only

_JSON = "application/json"


@agents_only
@require_POST
def send(request: CityRequest) -> HttpResponse:
    """Do what was kept, once, and answer what became of it.

    JSON `{"batch": id, "actions": [{"client_key", "case", "to", "reason", "public_note", "note",
    "planned_on", "done_at", "sheet"}]}` is answered 200 with a line for each, refused or not. A
    form with one of these and its photo is a batch of its own, by its `client_key`: a refusal is
    then the answer, with its status. A form without `client_key` comes from a page without scripts:
    it is done at once, and leads back to its round.

    :raises Refused: `batch_unreadable`, `form_invalid`, `batch_of_another`, `batch_too_long`
    """
    if request.content_type == _JSON:
        return _whole(request)
    if "client_key" not in request.POST and not wants_json(request):
        return _at_once(request)
    one, answered = _alone(request, request.POST)
    if answered.outcome != offline.DONE:
        sentence = answered.said or _("It was not taken; look at the report again.")
        raise Refused(answered.outcome, sentence, status=HTTPStatus.CONFLICT)
    return JsonResponse(_told(answered) | {"case": str(one.done.case_id)})


def _at_once(request: CityRequest) -> HttpResponse:
    """Do what a plain page sends, and show the round again with what became of it."""
    given = request.POST.copy()
    given["client_key"] = str(uuid.uuid4())
    one, answered = _alone(request, given)
    if answered.outcome == offline.DONE:
        messages.success(request, _("Sent: it is done."))
    else:
        told = answered.said or _("It was not taken; look at the report again.")
        messages.error(request, told)
    return redirect("streets:round", one.sheet_id) if one.sheet_id else redirect("streets:board")


def _whole(request: CityRequest) -> JsonResponse:
    """Answer a batch; a program that sends JSON is refused in JSON, whatever it says it reads."""
    try:
        batch_id, kept = _batch(request)
        done = offline.take_batch(batch_id=batch_id, kept=kept, by=request.person, now=clock.now())
    except Refused as refusal:
        said = {"code": refusal.code, "message": refusal.message}
        return JsonResponse(said, status=refusal.status)
    return JsonResponse({"batch": str(batch_id), "answered": [_told(one) for one in done]})


def _told(one: Answered) -> dict[str, Any]:
    return {
        "client_key": str(one.client_key),
        "outcome": one.outcome,
        "said": one.said,
        "is_news": one.is_news,
    }


def _alone(request: CityRequest, said: QueryDict) -> tuple[Kept, Answered]:
    """Do the one thing that a form says; return it, and what became of it."""
    one = _read(KeptForm(said, request.FILES))
    [answered] = offline.take_batch(
        batch_id=one.client_key, kept=[one], by=request.person, now=clock.now()
    )
    return one, answered


def _read(form: KeptForm) -> Kept:
    if not form.is_valid():
        name, said = next(iter(form.errors.items()))
        raise _unreadable("form_invalid", f"{name}: {said[0]}")
    given = form.cleaned_data
    return Kept(
        client_key=given["client_key"],
        done=form.treatment(given["case"]),
        done_at=given["made_at"] or clock.now(),
        sheet_id=given["sheet"],
    )


def _batch(request: CityRequest) -> tuple[uuid.UUID, list[Kept]]:
    try:
        told = json.loads(request.body)
        return uuid.UUID(told["batch"]), [_kept(one) for one in told["actions"]]
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as wrong:
        sentence = _("This batch cannot be read: send its id, and its actions with their keys.")
        raise _unreadable("batch_unreadable", sentence) from wrong


def _kept(told: Mapping[str, Any]) -> Kept:
    moment = parse_datetime(told["done_at"]) if "done_at" in told else None
    day = told.get("planned_on")
    sheet = told.get("sheet")
    planned = parse_date(day) if day else None
    return Kept(
        client_key=uuid.UUID(told["client_key"]),
        done=Treatment(
            case_id=uuid.UUID(told["case"]),
            to=_words(told, "to"),
            reason=_words(told, "reason"),
            public_note=_words(told, "public_note"),
            note=_words(told, "note"),
            planned_on=planned,
        ),
        done_at=_aware(moment),
        sheet_id=uuid.UUID(sheet) if sheet else None,
    )


def _words(told: Mapping[str, Any], name: str) -> str:
    said = told.get(name, "")
    if not isinstance(said, str):
        raise TypeError(name)
    return said.replace("\x00", "")


def _aware(moment: dt.datetime | None) -> dt.datetime:
    if moment is None:
        return clock.now()
    return moment if moment.tzinfo else moment.replace(tzinfo=dt.UTC)


def _unreadable(code: str, sentence: str) -> Refused:
    return Refused(code, sentence, status=HTTPStatus.UNPROCESSABLE_ENTITY)


urlpatterns: list[URLPattern | URLResolver] = [
    path(gettext_lazy("desk/offline/"), send, name="offline_batch")
]
