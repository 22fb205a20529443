"""Rounds: made out of chosen cases, walked with the phone in the hand, printed on paper."""

from __future__ import annotations

import datetime as dt
import uuid
from http import HTTPStatus
from typing import Any

import qrcode
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, URLResolver, path, reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _, gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from parvis.kernel import clock
from parvis.kernel.errors import Refused
from parvis.kernel.http import CityRequest
from parvis.streets.actions import partners, rounds
from parvis.streets.actions.rounds import Plan
from parvis.streets.desk.choosing import chosen
from parvis.streets.desk.looking import note_looks
from parvis.streets.forms.agents import RoundForm
from parvis.streets.permissions import agents_only, reach_of_agent
from parvis.streets.queries import rounds as asking
from parvis.streets.queries.rounds import Walked
from parvis.streets.queries.routing_waiting import where
from parvis.territory.public import in_metres


@agents_only
@require_safe
def listed(request: CityRequest) -> HttpResponse:
    """Show the latest rounds."""
    rounds_listed = asking.listed(reach_of_agent(request.person))
    return render(request, "streets/round_list.html", {"rounds": rounds_listed})


@agents_only
@require_POST
def make(request: CityRequest) -> HttpResponse:
    """Say how one goes round the chosen cases, and make the round."""
    now, step = clock.now(), request.POST.get("step", "")
    ids = chosen(request.POST, reach_of_agent(request.person), now=now)
    form = RoundForm(request.POST) if step else RoundForm(initial=_begun(ids, now=now))
    if form.is_valid():
        sheet_id = _made(request, form, ids)
        if sheet_id is not None:
            return redirect("streets:round", sheet_id)
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    context = {"form": form, "chosen": len(ids)}
    return render(request, "streets/round_make.html", context, status=status)


@agents_only
@require_safe
def walk(request: CityRequest, sheet_id: uuid.UUID) -> HttpResponse:
    """Show a round, stop by stop, with what may be done at each; the page works without network."""
    context = _walked(request, sheet_id)
    return render(request, "streets/round.html", context)


@agents_only
@require_safe
def on_paper(request: CityRequest, sheet_id: uuid.UUID) -> HttpResponse:
    """Show a round as it is printed: a line to write on, and a code that opens each case."""
    context = _walked(request, sheet_id)
    walked: Walked = context["walked"]
    context["printed"] = [(one, _code(request, one.line.code)) for one in walked.stops]
    return render(request, "streets/round_print.html", context)


@agents_only
@require_POST
def close(request: CityRequest, sheet_id: uuid.UUID) -> HttpResponse:
    """Put a round away."""
    rounds.close_round(sheet_id=sheet_id, by=request.person, now=clock.now())
    messages.success(request, _("The round is put away."))
    return redirect("streets:rounds")


@agents_only
@never_cache
@require_POST
def lend(request: CityRequest, sheet_id: uuid.UUID) -> HttpResponse:
    """Make a link to a round for its handler, and show it once."""
    made = partners.lend_round(sheet_id=sheet_id, by=request.person, now=clock.now())
    address = request.build_absolute_uri(reverse("streets:partner", args=[made.secret]))
    back = reverse("streets:round", args=[sheet_id])
    context = {"address": address, "made": made, "back": back}
    return render(request, "streets/partner_made.html", context)


def _walked(request: CityRequest, sheet_id: uuid.UUID) -> dict[str, Any]:
    now = clock.now()
    walked = asking.walked(sheet_id, reach_of_agent(request.person), now=now)
    note_looks(walked.voices, by=request.person, now=now)
    return {"walked": walked, "round": walked.round, "links": asking.links(sheet_id, now=now)}


def _begun(ids: list[uuid.UUID], *, now: dt.datetime) -> dict[str, Any]:
    """Return what a round is unless somebody says otherwise."""
    day = clock.city_day(now)
    name = _("Round of %(day)s") % {"day": date_format(day, "DATE_FORMAT")}
    return {"cases": " ".join(str(one) for one in ids), "day": day, "name": name}


def _made(request: CityRequest, form: RoundForm, ids: list[uuid.UUID]) -> uuid.UUID | None:
    given = form.cleaned_data
    try:
        start = in_metres([where(given["start"])])[0] if given["start"] else None
        plan = Plan(
            name=given["name"],
            day=given["day"],
            mode=given["mode"],
            start=start,
            handler=given["handler"],
        )
        return rounds.make_round(case_ids=ids, plan=plan, by=request.person, now=clock.now())
    except Refused as refusal:
        form.refuse(refusal)
        return None


def _code(request: CityRequest, code: str) -> dict[str, Any]:
    """Return the side and the outline of a square that a phone reads, and that opens a case on the
    desk."""
    drawn = qrcode.QRCode(border=2)
    drawn.add_data(request.build_absolute_uri(reverse("streets:desk_case", args=[code])))
    rows = drawn.get_matrix()
    dots = (
        f"M{x} {y}h1v1h-1z"
        for y, row in enumerate(rows)
        for x, is_dark in enumerate(row)
        if is_dark
    )
    return {"side": len(rows), "outline": "".join(dots)}


urlpatterns: list[URLPattern | URLResolver] = [
    path(gettext_lazy("desk/rounds/"), listed, name="rounds"),
    path(gettext_lazy("desk/rounds/new/"), make, name="round_make"),
    path(gettext_lazy("desk/rounds/<uuid:sheet_id>/"), walk, name="round"),
    path(gettext_lazy("desk/rounds/<uuid:sheet_id>/print/"), on_paper, name="round_print"),
    path(gettext_lazy("desk/rounds/<uuid:sheet_id>/close/"), close, name="round_close"),
    path(gettext_lazy("desk/rounds/<uuid:sheet_id>/link/"), lend, name="round_lend"),
]
