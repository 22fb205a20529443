"""The life cycle as it is kept, the reasons, the hours and closed days; administrators change the
last two."""

from __future__ import annotations

import datetime as dt
from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _, gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from parvis.account.public import Role
from parvis.kernel import clock
from parvis.kernel.errors import Refused
from parvis.kernel.http import CityRequest
from parvis.streets.actions import hours as actions
from parvis.streets.forms.hours import ClosedDayForm, HoursForm
from parvis.streets.permissions import SERVICE, administrators_only, staff_only
from parvis.streets.queries import life_desk
from parvis.streets.rules.clock import Hours


@staff_only
@require_safe
def life(request: CityRequest) -> HttpResponse:
    """Show how a case lives, and when the City works."""
    return render(request, "streets/life_desk.html", _page(request, ClosedDayForm()))


@administrators_only
@require_http_methods(["GET", "HEAD", "POST"])
def hours(request: CityRequest) -> HttpResponse:
    """Show the hours of the City or of a handler (`?handler=`), and change them."""
    handler = request.GET.get("handler", "")
    name, known = life_desk.hours_of(handler)
    initial = _initial(known)
    given = request.POST if request.method == "POST" else None
    form = HoursForm(given, initial=initial, days=life_desk.weekdays())
    status = HTTPStatus.OK
    if request.method == "POST":
        status = _set_hours(request, form, handler)
        if status == HTTPStatus.OK:
            messages.success(request, _("The hours are changed; deadlines follow."))
            return redirect("streets:life")
    context = {"form": form, "name": name, "handler": handler}
    return render(request, "streets/life_hours.html", context, status=status)


@administrators_only
@require_POST
def close_day(request: CityRequest) -> HttpResponse:
    """Add a closed day."""
    form = ClosedDayForm(request.POST)
    if form.is_valid():
        actions.close_day(**form.cleaned_data, by=request.person, now=clock.now())
        messages.success(request, _("The City is closed on that day; deadlines follow."))
        return redirect("streets:life")
    context = _page(request, form)
    return render(request, "streets/life_desk.html", context, status=422)


@administrators_only
@require_POST
def open_day(request: CityRequest) -> HttpResponse:
    """Take a closed day back."""
    try:
        day = dt.date.fromisoformat(request.POST.get("day", ""))
    except ValueError as wrong:
        raise Refused("no_such_day", _("This is not a day."), status=422) from wrong
    actions.open_day(day=day, by=request.person, now=clock.now())
    messages.success(request, _("The City works on that day; deadlines follow."))
    return redirect("streets:life")


def _page(request: CityRequest, form: ClosedDayForm) -> dict[str, Any]:
    today = clock.city_day(clock.now())
    return {
        "states": life_desk.states(),
        "faults": life_desk.faults(),
        "reasons": life_desk.reasons(),
        "hours": life_desk.hours(),
        "handlers": life_desk.handlers(),
        "closed_days": life_desk.closed_days(today),
        "holidays": life_desk.holidays(today),
        "may_change": request.person.holds(Role.ADMINISTRATOR, service=SERVICE),
        "form": form,
    }


def _initial(known: list[Hours]) -> dict[str, dt.time]:
    initial: dict[str, dt.time] = {}
    for one in known:
        initial.setdefault(f"opens_{one.weekday}", one.opens)
        initial[f"closes_{one.weekday}"] = one.closes
    return initial


def _set_hours(request: CityRequest, form: HoursForm, handler: str) -> HTTPStatus:
    if not form.is_valid():
        return HTTPStatus.UNPROCESSABLE_ENTITY
    try:
        actions.set_hours(handler=handler, hours=form.hours(), by=request.person, now=clock.now())
    except Refused as refusal:
        form.add_error(None, refusal.message)
        return HTTPStatus(refusal.status)
    return HTTPStatus.OK


urlpatterns = [
    path(gettext_lazy("desk/life/"), life, name="life"),
    path(gettext_lazy("desk/life/hours/"), hours, name="hours"),
    path(gettext_lazy("desk/life/closed-days/"), close_day, name="close_day"),
    path(gettext_lazy("desk/life/closed-days/remove/"), open_day, name="open_day"),
]
