"""Zones that the City draws, and the cases that no rule is about."""

from __future__ import annotations

import uuid
from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, URLResolver, path
from django.utils.translation import gettext as _, gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from parvis.kernel import clock
from parvis.kernel.errors import Refused
from parvis.kernel.http import CityRequest
from parvis.streets.actions import rehearsing, routing as sending, routing_rules
from parvis.streets.forms.routing import AssignForm, RedrawForm, ZoneForm
from parvis.streets.permissions import administers, administrators_only, staff_only
from parvis.streets.queries import (
    routing_ground as ground,
    routing_waiting as waiting_queries,
    routing_words as words,
)
from parvis.streets.queries.routing_desk import Told, in_words

_pages = require_http_methods(["GET", "HEAD", "POST"])


@administrators_only
@require_safe
def zones(request: CityRequest) -> HttpResponse:
    """Show the zones on which rules may stand."""
    return render(request, "streets/routing_zones.html", {"lines": ground.zone_lines()})


@administrators_only
@_pages
def draw(request: CityRequest) -> HttpResponse:
    """Take in the outline of a new zone."""
    form = ZoneForm(request.POST or None, request.FILES or None)
    if form.is_valid():
        code = _drawn(request, form)
        if code:
            return redirect("streets:routing_zone", code)
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return render(request, "streets/routing_draw.html", {"form": form}, status=status)


@administrators_only
@require_safe
def zone(request: CityRequest, code: str) -> HttpResponse:
    """Show a zone, where it is, and its rules."""
    page = ground.zone_page(code, now=clock.now())
    return render(request, "streets/routing_zone.html", {"page": page})


@administrators_only
@_pages
def redraw(request: CityRequest, code: str) -> HttpResponse:
    """Try another outline of a zone on the past, then take it in."""
    page = ground.zone_page(code, now=clock.now())
    initial = {"source": page.zone.source}
    form = RedrawForm(request.POST or None, request.FILES or None, initial=initial)
    told = None
    if form.is_valid():
        if request.POST.get("step") != "save":
            told = _tried(request, code, form)
        elif _redrawn(request, code, form):
            return redirect("streets:routing_zone", code)
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    context = {"form": form.as_tried() if told else form, "page": page, "told": told}
    return render(request, "streets/routing_draw.html", context, status=status)


@administrators_only
@_pages
def close_zone(request: CityRequest, code: str) -> HttpResponse:
    """Say which rules break with a zone, then close it."""
    page = ground.zone_page(code, now=clock.now())
    if request.method == "POST":
        routing_rules.close_ground(code=code, by=request.person, now=clock.now())
        messages.success(request, _("The zone is closed."))
        return redirect("streets:routing_zones")
    return render(request, "streets/routing_close.html", {"page": page})


@staff_only
@require_safe
def waiting(request: CityRequest) -> HttpResponse:
    """Show the cases that no rule sends anywhere, the oldest first."""
    page, lines = waiting_queries.waiting(page=request.GET.get("page", ""))
    context = {"page": page, "lines": lines, "may_rule": administers(request.person)}
    return render(request, "streets/routing_waiting.html", context)


@staff_only
@_pages
def assign(request: CityRequest, case_id: uuid.UUID) -> HttpResponse:
    """Send a case to a handler by hand."""
    case, form = waiting_queries.case_line(case_id), AssignForm(request.POST or None)
    if form.is_valid() and _assigned(request, case_id, form):
        messages.success(request, _("The report is sent."))
        return redirect("streets:routing_waiting")
    context = {"case": case, "form": form, "why": words.why_here(case_id)}
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return render(request, "streets/routing_assign.html", context, status=status)


def _drawn(request: CityRequest, form: ZoneForm) -> str:
    """Return the code of the new zone; "" if it is refused, which the form shows."""
    given: dict[str, Any] = form.cleaned_data
    try:
        return routing_rules.draw_ground(
            name=given["name"],
            geojson=form.outline(),
            source=given["source"],
            by=request.person,
            now=clock.now(),
        )
    except Refused as refusal:
        form.refuse(refusal)
        return ""


def _tried(request: CityRequest, code: str, form: RedrawForm) -> Told | None:
    """Return what the outline would change of the past; None if it is refused, which the form
    shows."""
    past = form.cleaned_data["past"]
    try:
        found = rehearsing.try_outline(
            code=code, geojson=form.outline(), past=past, by=request.person, now=clock.now()
        )
    except Refused as refusal:
        form.refuse(refusal)
        return None
    return in_words(found, past)


def _redrawn(request: CityRequest, code: str, form: RedrawForm) -> bool:
    """Tell whether the zone has the outline now; a refusal is shown by the form."""
    try:
        routing_rules.redraw_ground(
            code=code,
            geojson=form.outline(),
            source=form.cleaned_data["source"],
            by=request.person,
            now=clock.now(),
        )
    except Refused as refusal:
        form.refuse(refusal)
        return False
    messages.success(request, _("The zone has its new outline: the next report follows it."))
    return True


def _assigned(request: CityRequest, case_id: uuid.UUID, form: AssignForm) -> bool:
    given = form.cleaned_data
    try:
        sending.assign_case(
            case_id=case_id,
            handler=given["handler"],
            note=given["note"],
            actor_ref=f"person:{request.person.id}",
            now=clock.now(),
        )
    except Refused as refusal:
        form.refuse(refusal)
        return False
    return True


urlpatterns: list[URLPattern | URLResolver] = [
    path(gettext_lazy("desk/routing/waiting/"), waiting, name="routing_waiting"),
    path(gettext_lazy("desk/routing/waiting/<uuid:case_id>/"), assign, name="routing_assign"),
    path(gettext_lazy("desk/routing/zones/"), zones, name="routing_zones"),
    path(gettext_lazy("desk/routing/zones/new/"), draw, name="routing_draw"),
    path(gettext_lazy("desk/routing/zones/<slug:code>/"), zone, name="routing_zone"),
    path(gettext_lazy("desk/routing/zones/<slug:code>/outline/"), redraw, name="routing_redraw"),
    path(gettext_lazy("desk/routing/zones/<slug:code>/close/"), close_zone, name="routing_close"),
]
