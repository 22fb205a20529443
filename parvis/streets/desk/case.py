"""The page of a case for agents: read it, take a step, write to who reported, join it to another,
lend it to a partner."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, URLResolver, path, reverse
from django.utils.translation import gettext as _, gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from parvis.kernel import clock
from parvis.kernel.errors import Refused
from parvis.kernel.http import CityRequest
from parvis.kernel.ids import read_short_code
from parvis.streets.actions import merging, partners, telling
from parvis.streets.actions.treating import Doer, treat
from parvis.streets.desk.looking import note_looks
from parvis.streets.forms.agents import TreatForm
from parvis.streets.permissions import agents_only, reach_of_agent
from parvis.streets.queries import case_desk
from parvis.streets.queries.case_desk import DeskCase
from parvis.streets.queries.routing_words import why_here
from parvis.streets.rules import life


@agents_only
@require_safe
def case(request: CityRequest, code: str) -> HttpResponse:
    """Show a case with all that agents may know of it; that they looked is written down."""
    return _shown(request, code)


@agents_only
@require_POST
def move(request: CityRequest, code: str) -> HttpResponse:
    """Take a step."""
    shown = case_desk.desk_case(code, reach_of_agent(request.person), now=clock.now())
    way = next((one for one in shown.ways if one.to == request.POST.get("to")), None)
    form = TreatForm(request.POST, request.FILES, way=way)
    if not form.is_valid():
        return _shown(request, code, tried=form, status=422)
    doer = Doer(ref=f"person:{request.person.id}", who=life.AGENT, door="desk")
    try:
        treat(form.treatment(shown.id), by=doer, now=clock.now())
    except Refused as refusal:
        form.refuse(refusal)
        return _shown(request, code, tried=form, status=refusal.status)
    messages.success(request, _("It is done, and who reported it is told."))
    return redirect("streets:desk_case", code)


@agents_only
@require_POST
def tell(request: CityRequest, code: str) -> HttpResponse:
    """Write to everybody who reported a case."""
    found = case_desk.case_of(code, reach_of_agent(request.person))
    text = request.POST.get("text", "")
    try:
        telling.tell(case_id=found.pk, text=text, actor=_actor(request), now=clock.now())
    except Refused as refusal:
        return _shown(request, code, refusal=refusal, text=text, status=refusal.status)
    messages.success(request, _("The message goes to all who reported it."))
    return redirect("streets:desk_case", code)


@agents_only
@require_POST
def merge(request: CityRequest, code: str) -> HttpResponse:
    """Join a case to another, whose number is given."""
    reach, typed = reach_of_agent(request.person), request.POST.get("into", "")
    found = case_desk.case_of(code, reach)
    try:
        root = case_desk.case_of(read_short_code(typed) or typed[:20], reach)
        merging.merge(case_id=found.pk, into=root.pk, actor=_actor(request), now=clock.now())
    except Refused as refusal:
        return _shown(request, code, refusal=refusal, into=typed[:20], status=refusal.status)
    said = _("It is joined to %(code)s, whose page everybody is sent to.")
    messages.success(request, said % {"code": root.code})
    return redirect("streets:desk_case", root.code)


@agents_only
@never_cache
@require_POST
def lend(request: CityRequest, code: str) -> HttpResponse:
    """Make a link for who treats a case, and show it once."""
    found = case_desk.case_of(code, reach_of_agent(request.person))
    try:
        made = partners.lend_case(case_id=found.pk, by=request.person, now=clock.now())
    except Refused as refusal:
        return _shown(request, code, refusal=refusal, status=refusal.status)
    address = request.build_absolute_uri(reverse("streets:partner", args=[made.secret]))
    context = {"address": address, "made": made, "back": reverse("streets:desk_case", args=[code])}
    return render(request, "streets/partner_made.html", context)


@agents_only
@require_POST
def take_back(request: CityRequest, link_id: uuid.UUID) -> HttpResponse:
    """Take a link back."""
    link = partners.take_back(link_id=link_id, by=request.person, now=clock.now())
    messages.success(request, _("The link opens nothing any more."))
    if link.case is None:
        return redirect("streets:round", link.sheet_id)
    return redirect("streets:desk_case", link.case.code)


def _shown(
    request: CityRequest,
    code: str,
    *,
    tried: TreatForm | None = None,
    status: int = 200,
    **said: Any,
) -> HttpResponse:
    now = clock.now()
    shown = case_desk.desk_case(code, reach_of_agent(request.person), now=now)
    voices = [(one.report_id, one.person_id) for one in shown.voices]
    note_looks(voices, by=request.person, now=now)
    context = {
        "shown": shown,
        "ways": _forms(shown, tried),
        "stray": tried if tried is not None and tried.way is None else None,
        "why": why_here(shown.id),
        "is_wrong": tried is not None,
        **said,
    }
    return render(request, "streets/desk_case.html", context, status=status)


def _forms(shown: DeskCase, tried: TreatForm | None) -> list[TreatForm]:
    """Return a form for each way on; the one that was tried keeps what was typed."""
    forms = []
    for way in shown.ways:
        is_tried = tried is not None and tried.way is not None and tried.way.to == way.to
        begun = {"to": way.to, "revision": shown.revision}
        forms.append(tried if is_tried and tried else TreatForm(way=way, initial=begun))
    return forms


def _actor(request: CityRequest) -> str:
    return f"person:{request.person.id}"


urlpatterns: list[URLPattern | URLResolver] = [
    path(gettext_lazy("desk/cases/<str:code>/"), case, name="desk_case"),
    path(gettext_lazy("desk/cases/<str:code>/step/"), move, name="desk_move"),
    path(gettext_lazy("desk/cases/<str:code>/message/"), tell, name="desk_tell"),
    path(gettext_lazy("desk/cases/<str:code>/join/"), merge, name="desk_merge"),
    path(gettext_lazy("desk/cases/<str:code>/link/"), lend, name="desk_lend"),
    path(gettext_lazy("desk/links/<uuid:link_id>/take-back/"), take_back, name="link_take_back"),
]
